import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { hashRecord } from "./chain.ts";
import type { AuditHead, AuditRecord } from "./record.ts";

type Record = Omit<AuditRecord, "at"> & { readonly at: string };
interface Records {
  readonly items: readonly Record[];
  readonly nextCursor: string | null;
}

let skerry: TestPlatform;
let acme: TestClient;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  for (const name of ["A", "B", "A"]) await setSecret(acme, name);
  await acme.request("DELETE", "/api/v1/secrets/B", undefined, { "x-request-id": "trace-1" });
});

afterAll(() => skerry[Symbol.asyncDispose]());

describe("/audit", () => {
  test("tells who did what to what from where, newest first", async () => {
    const { items } = await list(acme, "/audit");
    expect(items.map(({ seq, action, target }) => [seq, action, target.id])).toEqual([
      [4, "secret.deleted", "B"],
      [3, "secret.set", "A"],
      [2, "secret.set", "B"],
      [1, "secret.set", "A"],
    ]);
    expect(items[0]).toMatchObject({ requestId: "trace-1", before: { version: 1 }, after: null });
    expect(items[1]).toMatchObject({
      actor: expect.stringMatching(/^key:[0-9a-f-]{36}$/),
      target: { type: "secret", id: "A", name: null },
      before: { version: 1 },
      after: { version: 2 },
    });
  });

  test("filters and pages", async () => {
    const [newest, third, second, first] = (await list(acme, "/audit")).items;
    expect(await list(acme, "/audit?action=secret.deleted")).toMatchObject({ items: [newest] });
    expect(await list(acme, "/audit?target=A")).toMatchObject({ items: [third, first] });
    expect(await list(acme, `/audit?actor=${newest?.actor}&limit=1`)).toMatchObject({ items: [newest] });
    expect((await list(acme, "/audit?actor=key:other")).items).toEqual([]);
    expect((await list(acme, `/audit?from=${second?.at}`)).items).toContainEqual(second);
    expect((await list(acme, `/audit?to=${first?.at}`)).items).toEqual([]);
    const page = await list(acme, "/audit?limit=3");
    expect(page.items).toEqual([newest, third, second]);
    expect(await list(acme, `/audit?limit=3&cursor=${page.nextCursor}`)).toEqual({
      items: [first],
      nextCursor: null,
    });
    for (const wrong of ["from=yesterday", "cursor=Zm9v", "limit=0", "target=%00", "what=1"]) {
      expect(await acme.request("GET", `/api/v1/audit?${wrong}`)).toMatchObject({ status: 422 });
    }
  });

  test("is complete enough to be verified by whoever reads it", async () => {
    const records = (await list(acme, "/audit")).items.toReversed();
    for (const [index, record] of records.entries()) {
      const { target, before, after, ...rest } = record;
      const hash = hashRecord({
        ...rest,
        chain: "acme",
        targetType: target.type,
        targetId: target.id,
        targetName: target.name,
        before: before && JSON.stringify(before),
        after: after && JSON.stringify(after),
      });
      expect(record.hash).toBe(hash);
      expect(record.previousHash).toBe(records[index - 1]?.hash ?? "0".repeat(64));
    }
    const head = await acme.request<AuditHead>("GET", "/api/v1/audit/head");
    expect(head.body).toEqual({ seq: 4, hash: records.at(-1)?.hash });
  });

  test("needs its permission, and is the tenant's own", async () => {
    const { body } = await acme.request("POST", "/api/v1/api-keys", {
      name: "some",
      scopes: ["secrets.read"],
    });
    for (const path of ["/api/v1/audit", "/api/v1/audit/head"]) {
      expect(await skerry.client(body.key).request("GET", path)).toMatchObject({ status: 403 });
      expect(await acme.request("GET", path.replace("/audit", "/installation/audit"))).toMatchObject({
        status: 403,
      });
    }
    const globex = await skerry.createTenant("globex");
    expect(await list(globex, "/audit")).toEqual({ items: [], nextCursor: null });
    expect((await globex.request("GET", "/api/v1/audit/head")).body).toEqual({
      seq: 0,
      hash: "0".repeat(64),
    });
  });
});

describe("/installation/audit", () => {
  test("outlives tenants, and a tenant sees nothing of a former one of its id", async () => {
    await setSecret(await skerry.createTenant("brief"), "OLD");
    expect(await skerry.operator.request("DELETE", "/api/v1/tenants/brief")).toMatchObject({ status: 204 });
    const after = await skerry.createTenant("brief");
    await setSecret(after, "NEW");
    expect((await list(after, "/audit")).items.map(({ seq, target }) => [seq, target.id])).toEqual([
      [2, "NEW"],
    ]);

    const lifecycle = await list(skerry.operator, "/installation/audit?target=brief");
    expect(lifecycle.items.map(({ action, actor }) => [action, actor])).toEqual([
      ["tenant.created", "operator"],
      ["tenant.deleted", "operator"],
      ["tenant.created", "operator"],
    ]);
    const all = await list(skerry.operator, "/installation/audit?tenant=brief");
    expect(all.items.map(({ target }) => target.id)).toEqual(["NEW", "OLD"]);
    const head = await skerry.operator.request("GET", "/api/v1/installation/audit/head?tenant=brief");
    expect(head.body).toEqual({ seq: 2, hash: all.items[0]?.hash });
  });

  test("a change that fails leaves no record, and one that cannot be recorded is not made", async () => {
    const head = async () => (await skerry.operator.request("GET", "/api/v1/installation/audit/head")).text;
    const before = await head();
    const taken = { id: "acme", name: "acme" };
    expect(await skerry.operator.request("POST", "/api/v1/tenants", taken)).toMatchObject({ status: 409 });
    expect(await skerry.operator.request("DELETE", "/api/v1/tenants/nobody")).toMatchObject({ status: 404 });
    expect(await head()).toBe(before);

    await sql`alter table skerry.audit_log add constraint closed check (action <> 'tenant.created') not valid`.execute(
      skerry.database.kysely,
    );
    const refused = await skerry.operator.request("POST", "/api/v1/tenants", {
      id: "unseen",
      name: "unseen",
    });
    await sql`alter table skerry.audit_log drop constraint closed`.execute(skerry.database.kysely);
    expect(refused.status).toBe(500);
    expect(await skerry.operator.request("GET", "/api/v1/tenants/unseen")).toMatchObject({ status: 404 });
    expect(await head()).toBe(before);
  });
});

async function list(client: TestClient, path: string): Promise<Records> {
  const { status, body, text } = await client.request<Records>("GET", `/api/v1${path}`);
  if (status !== 200) throw new Error(text);
  return body;
}

async function setSecret(client: TestClient, name: string): Promise<void> {
  await client.request("PUT", `/api/v1/secrets/${name}`, { value: "a value" });
}
