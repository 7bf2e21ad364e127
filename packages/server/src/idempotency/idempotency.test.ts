import { sql } from "kysely";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { CreatedTenantBody, TestClient, TestPlatform } from "../../test/platform.ts";
import { createIdempotencyStore } from "./store.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let rival: TestClient & { readonly key: string };

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  rival = await skerry.createTenant("rival");
  for (const client of [acme, rival]) {
    const source = "export default (input) => ({ input, size: 'x'.repeat(input?.size ?? 0) });";
    await client.request("POST", "/api/v1/scripts", { name: "echo", type: "oneoff", source });
    const slow = "export default () => new Promise((resolve) => setTimeout(() => resolve('late'), 500));";
    await client.request("POST", "/api/v1/scripts", { name: "slow", type: "oneoff", source: slow });
  }
});
afterAll(() => skerry[Symbol.asyncDispose]());

let keys = 0;

/** A new key each time, as clients make them. */
function createKey(): Record<string, string> {
  keys += 1;
  return { "idempotency-key": `request-${keys}` };
}

async function countExecutions(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from skerry.executions`.execute(
    skerry.database.kysely,
  );
  return rows[0]?.count ?? 0;
}

describe("the same request with the same key", () => {
  test("is carried out once and answered the same", async () => {
    const key = createKey();
    const execute = (input: unknown) => acme.request("POST", "/api/v1/scripts/echo/execute", { input }, key);
    const first = await execute({ n: 1 });
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    const executions = await countExecutions();

    const second = await execute({ n: 1 });
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(second.headers.get("content-type")).toBe("application/json");
    expect([second.status, second.text]).toEqual([first.status, first.text]);
    expect(await countExecutions()).toBe(executions);

    const other = await execute({ n: 2 });
    expect(other).toMatchObject({ status: 422, body: { code: "IDEMPOTENCY_KEY_REUSED" } });
    const replay = await acme.request(
      "POST",
      `/api/v1/executions/${first.body.id}/replay`,
      { input: { n: 1 } },
      key,
    );
    expect(replay).toMatchObject({ status: 422, body: { code: "IDEMPOTENCY_KEY_REUSED" } });
    expect(await countExecutions()).toBe(executions);
  });

  test.each([
    ["POST", "/scripts", { name: "made", type: "oneoff", source: "export default () => 1;" }, 201],
    ["PATCH", "/scripts/made", { source: "export default () => 2;", baseVersion: 1 }, 200],
    ["POST", "/scripts/made/publish", { version: 1 }, 200],
    ["POST", "/scripts/made/execute", { wait: false }, 202],
    ["DELETE", "/scripts/made", undefined, 204],
  ])("%s %s", async (method, path, body, status) => {
    const key = createKey();
    const first = await acme.request(method, `/api/v1${path}`, body, key);
    const second = await acme.request(method, `/api/v1${path}`, body, key);
    expect(first.status).toBe(status);
    expect([second.status, second.text]).toEqual([status, first.text]);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
  });

  test("is refused while the first is carried out, however many come at once", async () => {
    const key = createKey();
    const executions = await countExecutions();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => acme.request("POST", "/api/v1/scripts/slow/execute", {}, key)),
    );
    const [refused] = answers.filter(({ status }) => status === 409);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 7 }, () => 409),
    ]);
    expect(refused?.body).toMatchObject({ code: "IDEMPOTENCY_IN_PROGRESS" });
    expect(refused?.headers.get("retry-after")).toBe("1");
    expect(await countExecutions()).toBe(executions + 1);
    const late = await acme.request("POST", "/api/v1/scripts/slow/execute", {}, key);
    expect(late).toMatchObject({ status: 200, body: { output: "late" } });
  });

  test("that was refused may be tried again", async () => {
    const key = createKey();
    const missing = await acme.request("POST", "/api/v1/scripts/later/execute", {}, key);
    expect(missing.status).toBe(404);
    await acme.request("POST", "/api/v1/scripts", {
      name: "later",
      type: "oneoff",
      source: "export default () => 'now';",
    });
    const there = await acme.request("POST", "/api/v1/scripts/later/execute", {}, key);
    expect(there).toMatchObject({ status: 200, body: { output: "now" } });
  });

  test("of another tenant or another API key is another request", async () => {
    const key = createKey();
    const first = await acme.request("POST", "/api/v1/scripts/echo/execute", { input: "private" }, key);
    const { body } = await acme.request("POST", "/api/v1/api-keys", {
      name: "weak",
      scopes: ["scripts.read"],
    });
    const weak = await skerry
      .client(body.key)
      .request("POST", "/api/v1/scripts/echo/execute", { input: "private" }, key);
    expect(weak).toMatchObject({ status: 403, body: { code: "PERMISSION_DENIED" } });
    const theirs = await rival.request("POST", "/api/v1/scripts/echo/execute", { input: "private" }, key);
    expect(theirs.status).toBe(200);
    expect(theirs.body.id).not.toBe(first.body.id);
  });
});

describe("an answer that is not kept", () => {
  test("because it holds a secret is told so, and the secret is nowhere in the database", async () => {
    const key = createKey();
    const body = { name: "deploy" };
    const first = await acme.request("POST", "/api/v1/api-keys", body, key);
    const second = await acme.request("POST", "/api/v1/api-keys", body, key);
    expect(second).toMatchObject({ status: 409, body: { code: "IDEMPOTENCY_ANSWER_NOT_KEPT" } });
    expect(second.body.detail).toContain(first.body.apiKey.id);

    const tenant = { id: "globex", name: "Globex" };
    const made = await skerry.operator.request<CreatedTenantBody>("POST", "/api/v1/tenants", tenant, key);
    expect(made.status).toBe(201);
    const again = await skerry.operator.request("POST", "/api/v1/tenants", tenant, key);
    expect(again).toMatchObject({ status: 409, body: { code: "IDEMPOTENCY_ANSWER_NOT_KEPT" } });
    expect(again.body.detail).toContain("globex");

    const { rows } = await sql`select idempotency_keys::text from skerry.idempotency_keys`.execute(
      skerry.database.kysely,
    );
    expect(JSON.stringify(rows)).not.toContain(first.body.key.slice(12));
    expect(JSON.stringify(rows)).not.toContain(made.body.apiKey.slice(12));
  });

  test("because it is too large names what it was about", async () => {
    const key = createKey();
    const execute = () =>
      acme.request("POST", "/api/v1/scripts/echo/execute", { input: { size: 1_100_000 } }, key);
    const first = await execute();
    expect(first.body).toMatchObject({ status: "completed" });
    const second = await execute();
    expect(second).toMatchObject({ status: 409, body: { code: "IDEMPOTENCY_ANSWER_NOT_KEPT" } });
    expect(second.body.detail).toContain(first.body.id);
  });
});

describe("a key", () => {
  test.each(["", " ", "a b", "é", "x".repeat(256)])("is refused when it is %j", async (text) => {
    const headers = { "idempotency-key": text };
    const answer = await acme.request("POST", "/api/v1/scripts/echo/execute", {}, headers);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: '["Idempotency-Key"]' }] } });
  });

  test("says nothing on a request that only reads, and does not widen a body's limit", async () => {
    const headers = createKey();
    expect((await acme.request("GET", "/api/v1/scripts", undefined, headers)).status).toBe(200);
    expect((await acme.request("GET", "/api/v1/executions", undefined, headers)).status).toBe(200);
    const large = { name: "x".repeat(1_100_000) };
    const refused = await acme.request("POST", "/api/v1/api-keys", large, createKey());
    expect(refused).toMatchObject({ status: 413, body: { code: "BODY_LIMIT" } });
  });
});

describe("the store", () => {
  const request = { tenantId: "acme", keyHash: Buffer.alloc(32, 1), requestHash: Buffer.alloc(32, 2) };
  const logger = pino({ level: "silent" });
  const age = (change: string) =>
    skerry.database.pool.query(`update skerry.idempotency_keys set ${change} where key_hash = $1`, [
      request.keyHash,
    ]);

  test("gives a lost node's key to another attempt, whose answer the lost one cannot overwrite", async () => {
    await using store = createIdempotencyStore(skerry.database, logger);
    const lost = await store.begin(request);
    expect(await store.begin(request)).toEqual({ requestHash: request.requestHash, answer: undefined });
    await age("claimed_until = now() - interval '1 second'");

    const next = await store.begin(request);
    if (!("keep" in lost) || !("keep" in next)) throw new Error("both should have got the key");
    await next.keep({ status: 201, body: "2", refusal: null });
    await lost.keep({ status: 200, body: "1", refusal: null });
    await lost.release();
    expect(await store.begin(request)).toMatchObject({ answer: { status: 201, body: "2" } });
    lost[Symbol.dispose]();
    next[Symbol.dispose]();
  });

  test("forgets an answer after a day", async () => {
    await using store = createIdempotencyStore(skerry.database, logger);
    await age("created_at = now() - interval '25 hours'");
    const attempt = await store.begin({ ...request, requestHash: Buffer.alloc(32, 3) });
    expect(attempt).not.toHaveProperty("requestHash");
    if ("keep" in attempt) attempt[Symbol.dispose]();
  });

  test("removes what is older, of all tenants and in bounded steps", async () => {
    await skerry.database.pool.query(
      `insert into skerry.idempotency_keys (tenant_id, key_hash, request_hash, claim, claimed_until, created_at)
       select tenant, sha256(number::text::bytea), sha256('x'), gen_random_uuid(), now(), now() - interval '25 hours'
         from generate_series(1, 1_500) number, (values ('acme'), (null)) tenants (tenant)`,
    );
    await using store = createIdempotencyStore(skerry.database, logger);
    await store.cleanUp();
    const { rows } = await skerry.database.pool.query<{ old: number; young: number }>(
      `select count(*) filter (where created_at < now() - interval '24 hours') as old, count(*) as young
         from skerry.idempotency_keys`,
    );
    expect(rows[0]?.old).toBe(0);
    expect(rows[0]?.young).toBeGreaterThan(5);
  });
});
