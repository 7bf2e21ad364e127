import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform, createTestMasterKeys } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { pino } from "pino";
import { rotateSecrets } from "./rotation.ts";
import { createSecretVault } from "./vault.ts";

const VALUE = "s3cr3t-Wört-1";
const LEAKED = "l34ked-Wört-2";

let skerry: TestPlatform;
let acme: TestClient;
let globex: TestClient;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  globex = await skerry.createTenant("globex");
});

afterAll(() => skerry[Symbol.asyncDispose]());

describe("/secrets", () => {
  test("takes values and never gives one back", async () => {
    const made = await set(acme, "API_KEY", VALUE);
    expect(made).toMatchObject({ status: 200, body: { name: "API_KEY", version: 1 } });
    expect(await set(acme, "API_KEY", VALUE)).toMatchObject({ body: { version: 2 } });
    await set(acme, "B", "another");
    const answers = [
      made,
      await acme.request("GET", "/api/v1/secrets"),
      await acme.request("GET", "/api/v1/secrets/API_KEY"),
      await acme.request("GET", "/api/v1/secrets?limit=1"),
      await acme.request("GET", "/api/v1/audit"),
    ];
    for (const { text, status } of answers) {
      expect(status).toBe(200);
      expect(text).not.toContain(VALUE);
    }
    const { rows } = await skerry.database.pool.query<{ text: string }>(
      "select row_to_json(secrets)::text as text from skerry.secrets union all select row_to_json(audit_log)::text from skerry.audit_log",
    );
    expect(rows.map(({ text }) => text).join("\n")).not.toContain(VALUE);

    expect(await acme.request("DELETE", "/api/v1/secrets/B")).toMatchObject({ status: 204 });
    expect(await acme.request("DELETE", "/api/v1/secrets/B")).toMatchObject({
      status: 404,
      body: { code: "SECRET_NOT_FOUND" },
    });
  });

  test.each(["stripe", "stripe-key", "a.B_9", "A"])("may be named %s", async (name) => {
    const client = await skerry.createTenant(`named-${name.toLowerCase().replaceAll(/[^a-z]/g, "")}`);
    expect(await set(client, name, VALUE)).toMatchObject({ status: 200, body: { name } });
    expect(await client.request("GET", `/api/v1/secrets/${name}`)).toMatchObject({ status: 200 });
    expect(await client.request("GET", `/api/v1/secrets/${name.toUpperCase()}`)).toMatchObject({
      status: name === "A" ? 200 : 404,
    });
  });

  test("belongs to one tenant", async () => {
    await set(acme, "MINE", VALUE);
    expect(await globex.request("GET", "/api/v1/secrets/MINE")).toMatchObject({ status: 404 });
    expect(await globex.request("DELETE", "/api/v1/secrets/MINE")).toMatchObject({ status: 404 });
    expect((await globex.request("GET", "/api/v1/secrets")).body.items).toEqual([]);
  });

  test.each([
    ["1A", { value: "x" }],
    ["_A", { value: "x" }],
    ["A%20B", { value: "x" }],
    ["%C3%84", { value: "x" }],
    ["A%0A", { value: "x" }],
    ["A".repeat(65), { value: "x" }],
    ["A", { value: "" }],
    ["A", { value: "é".repeat(32 * 1024 + 1) }],
    ["A", { value: "\uD800" }],
    ["A", { value: 7 }],
    ["A", {}],
    ["A", { value: "x", more: 1 }],
  ])("refuses %s %#", async (name, body) => {
    const answer = await acme.request("PUT", `/api/v1/secrets/${name}`, body);
    expect(answer).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
  });

  test("has room for 64 KiB each, 256 KiB together, and for 100 of them", async () => {
    const full = await skerry.createTenant("full");
    expect(await set(full, "LARGE", "é".repeat(32 * 1024))).toMatchObject({ status: 200 });
    await setMany(full, 98);
    const last = await Promise.all(["X", "Y", "Z"].map((name) => set(full, name, "some")));
    expect(last.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(last.filter(({ status }) => status === 409)).toHaveLength(2);
    for (const name of ["S1", "S2"])
      expect(await set(full, name, "x".repeat(64 * 1024))).toMatchObject({ status: 200 });
    const over = await set(full, "S3", "x".repeat(64 * 1024));
    expect(over).toMatchObject({ status: 409, body: { code: "SECRET_LIMIT" } });
    expect(await set(full, "LARGE", "smaller")).toMatchObject({ status: 200 });
    expect(await set(full, "S3", "x".repeat(64 * 1024))).toMatchObject({ status: 200 });
  });

  test("keeps nothing from which a value could be guessed with its idempotency key", async () => {
    const headers = { "idempotency-key": "11111111-2222" };
    const first = await acme.request("PUT", "/api/v1/secrets/ONCE", { value: "1234" }, headers);
    const again = await acme.request("PUT", "/api/v1/secrets/ONCE", { value: "1234" }, headers);
    const other = await acme.request("PUT", "/api/v1/secrets/ONCE", { value: "1235" }, headers);
    expect(again.text).toBe(first.text);
    expect(other).toMatchObject({ status: 422, body: { code: "IDEMPOTENCY_KEY_REUSED" } });
    const hashes = async () =>
      (await skerry.database.kysely.selectFrom("idempotency_keys").select("request_hash").execute()).map(
        ({ request_hash: hash }) => hash.toString("hex"),
      );
    const before = await hashes();
    await acme.request("PUT", "/api/v1/secrets/ONCE", { value: "1234" }, { "idempotency-key": "33333333" });
    expect(new Set(await hashes()).size).toBe(before.length + 1);
  });
});

describe("ctx.secrets", () => {
  test("gives the tenant's own values, at once also after a change", async () => {
    await set(acme, "SHARED", "of acme");
    await set(globex, "SHARED", "of globex");
    const source =
      "export default async ({ name }, ctx) => [...await ctx.secrets.get(name).catch((error) => error.code)].reverse().join('');";
    await create(acme, "reader", source);
    await create(globex, "reader", source);
    const read = async (client: TestClient, name: unknown) => {
      const { body } = await client.request<{ output: string }>("POST", "/api/v1/scripts/reader/execute", {
        input: { name },
      });
      return body.output.split("").toReversed().join("");
    };
    expect(await read(acme, "SHARED")).toBe("of acme");
    expect(await read(globex, "SHARED")).toBe("of globex");
    await set(acme, "SHARED", "changed");
    expect(await read(acme, "SHARED")).toBe("changed");
    await acme.request("DELETE", "/api/v1/secrets/SHARED");
    expect(await read(acme, "SHARED")).toBe("SECRET_NOT_FOUND");
    expect(await read(acme, "../SHARED")).toBe("SECRET_NOT_FOUND");
    expect(await read(acme, 7)).not.toBe("changed");
  });

  test("keeps values out of what executions leave behind", async () => {
    await set(acme, "LEAKED", LEAKED);
    await create(
      acme,
      "leaky",
      `export default async (input, ctx) => {
        const value = await ctx.secrets.get("LEAKED");
        ctx.log.info("the value is " + value, { value, url: "https://host/?key=" + encodeURIComponent(value) });
        console.log(btoa("user:" + unescape(encodeURIComponent(value))));
        if (input.fail) throw new Error("failed with " + value);
        return { value, nested: JSON.stringify({ value }) };
      };`,
    );
    for (const fail of [false, true]) {
      const input = { fail, [LEAKED]: [`x${LEAKED}x`] };
      const answer = await acme.request("POST", "/api/v1/scripts/leaky/execute", { input });
      expect(answer.status).toBe(200);
      const stored = await acme.request("GET", `/api/v1/executions/${answer.body.id}`);
      const logs = await acme.request("GET", `/api/v1/executions/${answer.body.id}/logs`);
      for (const { text } of [answer, stored, logs]) {
        expect(text).toContain("[secret LEAKED]");
        expect(text).not.toMatch(/l34ked/);
      }
      expect(logs.text).toContain("https://host/?key=[secret LEAKED]");
      expect(logs.text).not.toContain(Buffer.from(`user:${LEAKED}`).toString("base64").slice(8, 20));
    }
    const { rows } = await skerry.database.pool.query<{ count: string }>(
      `select count(*) from (select row_to_json(executions)::text as text from skerry.executions
         union all select row_to_json(execution_logs)::text from skerry.execution_logs) as kept
       where text like '%l34ked%'`,
    );
    expect(Number(rows[0]?.count)).toBe(0);
  });
});

describe("master keys", () => {
  test("a secret whose key is gone is refused clearly, and the others are not", async () => {
    await set(acme, "OLD", "old value");
    await skerry.database.pool.query("update skerry.secrets set key_id = 'lost' where name = 'OLD'");
    skerry.vault.forget("acme");
    const source =
      "export default (input, ctx) => ctx.secrets.get('OLD').catch(({ code, message }) => ({ code, message }));";
    await create(acme, "old", source);
    const answer = await acme.request("POST", "/api/v1/scripts/old/execute", {});
    expect(answer).toMatchObject({ status: 200, body: { output: { code: "SECRET_KEY_MISSING" } } });
    expect(answer.text).toContain("lost");
    await skerry.vault.prepare("acme");
    expect(await set(acme, "OLD", "new value")).toMatchObject({ status: 200 });
    expect(await skerry.vault.read({ tenantId: "acme", name: "OLD" })).toBe("new value");
  });

  test("rotation brings everything under the first key, is gone on with, and warns of what it cannot read", async () => {
    await using other = await createTestPlatform();
    const { database } = other;
    const tenant = await other.createTenant("many");
    const [oldKeys, lostKeys] = [createTestMasterKeys("old"), createTestMasterKeys("lost")];
    const warnings: string[] = [];
    const logger = pino({ level: "warn" }, { write: (line: string) => void warnings.push(line) });
    await using oldVault = await createSecretVault({ database, keys: oldKeys, logger });
    await using lostVault = await createSecretVault({ database, keys: lostKeys, logger });
    await setMany(tenant, 99);
    await set(await other.createTenant("other"), "S", "of other");
    await set(tenant, "LOST", "lost");
    const encryptAll = async (vault: typeof oldVault, like: string) => {
      const rows = await database.kysely.selectFrom("secrets").select(["tenant_id", "name"]).execute();
      for (const { tenant_id: tenantId, name } of rows.filter((row) => row.name.startsWith(like))) {
        const { keyId, nonce, ciphertext } = vault.encrypt({ tenantId, name }, `${tenantId} ${name}`);
        await database.kysely
          .updateTable("secrets")
          .set({ key_id: keyId, nonce, ciphertext })
          .where("tenant_id", "=", tenantId)
          .where("name", "=", name)
          .execute();
      }
    };
    await encryptAll(oldVault, "S");
    await encryptAll(lostVault, "LOST");

    const newKeys = createTestMasterKeys("new");
    const both = { current: newKeys.current, find: (id: string) => newKeys.find(id) ?? oldKeys.find(id) };
    const unreadable = [{ keyId: "lost", count: 1 }];
    expect(await rotateSecrets(database, both)).toEqual({ rotated: 100, unreadable });
    expect(await rotateSecrets(database, both)).toEqual({ rotated: 0, unreadable });
    await using vault = await createSecretVault({ database, keys: newKeys, logger });
    expect(await vault.read({ tenantId: "many", name: "S42" })).toBe("many S42");
    expect(await vault.read({ tenantId: "other", name: "S" })).toBe("other S");
    await expect(vault.read({ tenantId: "many", name: "LOST" })).rejects.toMatchObject({
      code: "SECRET_KEY_MISSING",
      status: 503,
    });
    expect(warnings.at(-1)).toContain('"keyId":"lost","secrets":1');
    const audit = await other.operator.request<{ items: { action: string }[] }>(
      "GET",
      "/api/v1/installation/audit",
    );
    expect(audit.body.items.map(({ action }) => action)).toContain("secrets.rotated");
  });

  test("a change on one node is heard by the others, also that a tenant went with all it had", async () => {
    await using node = await createSecretVault({
      database: skerry.database,
      keys: skerry.keys,
      logger: pino({ level: "silent" }),
    });
    await set(acme, "HEARD", "first");
    expect(await node.read({ tenantId: "acme", name: "HEARD" })).toBe("first");
    await set(acme, "HEARD", "second");
    await expect.poll(() => node.read({ tenantId: "acme", name: "HEARD" })).toBe("second");
    expect(node.redact("acme", "first second")).toBe("[secret HEARD] [secret HEARD]");

    const brief = await skerry.createTenant("brief");
    const heard = Promise.withResolvers<void>();
    await using _listening = await skerry.database.listen("skerry_secrets", {
      onNotification: (tenantId) => void (tenantId === "brief" && heard.resolve()),
    });
    await set(brief, "HEARD", "of the former");
    // What is read before that is forgotten by it, and would prove nothing below.
    await heard.promise;
    expect(await node.read({ tenantId: "brief", name: "HEARD" })).toBe("of the former");
    await skerry.operator.request("DELETE", "/api/v1/tenants/brief");
    await skerry.createTenant("brief");
    for (const vault of [skerry.vault, node]) {
      const outcome = async (): Promise<unknown> =>
        await vault.read({ tenantId: "brief", name: "HEARD" }).catch((error: unknown) => error);
      await expect.poll(outcome).toMatchObject({ code: "SECRET_NOT_FOUND" });
    }
  });
});

async function set(client: TestClient, name: string, value: string) {
  return await client.request("PUT", `/api/v1/secrets/${name}`, { value });
}

/** `S0`, `S1` and so on. */
async function setMany(client: TestClient, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const { status, text } = await set(client, `S${index}`, "some");
    if (status !== 200) throw new Error(text);
  }
}

async function create(client: TestClient, name: string, source: string): Promise<void> {
  const { status, text } = await client.request("POST", "/api/v1/scripts", { name, type: "oneoff", source });
  if (status !== 201) throw new Error(text);
}
