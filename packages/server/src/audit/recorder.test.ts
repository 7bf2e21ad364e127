import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestDatabase } from "../../test/database.ts";
import { createTestDatabase } from "../../test/database.ts";
import { EVERY_PERMISSION } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withPlatform, withTenant } from "../db/tenant-scope.ts";
import type { AuditActor, AuditedChange } from "./recorder.ts";
import { recordChange } from "./recorder.ts";

let prepared: TestDatabase;
let database: Database;

beforeAll(async () => {
  prepared = await createTestDatabase();
  ({ database } = prepared);
});

afterAll(() => prepared[Symbol.asyncDispose]());

describe("recordChange", () => {
  test("numbers and chains what it records, per tenant and for the installation", async () => {
    await record("acme", { after: { name: "näm\u0000e", size: 1.5 } });
    await record("acme", { before: { name: "a" } });
    await record(undefined, {});
    const rows = await readRows();
    expect(rows.map(({ tenant_id, seq }) => [tenant_id, seq])).toEqual([
      ["*", 1],
      ["acme", 1],
      ["acme", 2],
    ]);
    const [, first, second] = rows;
    expect(first).toMatchObject({
      actor: "key:k1",
      action: "script.created",
      target_type: "script",
      target_id: "s1",
      target_name: null,
      before: null,
      after: { name: "näm\u0000e", size: 1.5 },
      address: "192.0.2.7",
      request_id: "r1",
      previous_hash: Buffer.alloc(32),
    });
    expect(second?.previous_hash).toEqual(first?.hash);
    expect(await readHead("acme")).toEqual({ seq: 2, hash: second?.hash });
  });

  test("keeps numbers without gaps when transactions fail or run at the same moment", async () => {
    const changes = Array.from({ length: 20 }, (_, index) =>
      withTenant(database, "busy", async (queries) => {
        await recordChange(queries, actorOf("busy"), changeOf({}));
        if (index % 3 === 0) throw new Error("rolled back");
      }),
    );
    const failed = (await Promise.allSettled(changes)).filter(({ status }) => status === "rejected").length;
    expect(failed).toBe(7);
    const rows = (await readRows()).filter((row) => row.tenant_id === "busy");
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
    for (const [index, row] of rows.slice(1).entries()) expect(row.previous_hash).toEqual(rows[index]?.hash);
  });

  test("names that Postgres cannot keep do not fail the change", async () => {
    await withTenant(database, "odd", (queries) =>
      recordChange(queries, actorOf("odd"), {
        ...changeOf({}),
        target: { type: "user", id: "a\u0000b", name: "half \uD800" },
      }),
    );
    const [row] = (await readRows()).filter(({ tenant_id }) => tenant_id === "odd");
    expect(row).toMatchObject({ target_id: "a\uFFFDb", target_name: "half \uFFFD" });
  });
});

describe("the audit log in the database", () => {
  test("only grows, whoever asks", async () => {
    await record("kept", {});
    const attempts = [
      sql`update skerry.audit_log set actor = 'nobody'`,
      sql`delete from skerry.audit_log`,
      sql`truncate skerry.audit_log`,
      sql`update skerry.audit_heads set seq = 7`,
      sql`delete from skerry.audit_heads`,
      sql`truncate skerry.audit_heads`,
      sql`insert into skerry.audit_heads values ('forged', 1, decode(repeat('00', 32), 'hex'))`,
    ];
    for (const attempt of attempts) {
      await expect(withPlatform(database, (queries) => attempt.execute(queries))).rejects.toThrow(
        "only grows by new records",
      );
      await expect(withTenant(database, "kept", (queries) => attempt.execute(queries))).rejects.toThrow(
        "permission denied",
      );
    }
  });

  test("lets a tenant see and extend its own chain only, and choose neither number nor hash", async () => {
    await record("mine", {});
    await record("theirs", {});
    const seen = await withTenant(database, "mine", async (queries) => ({
      records: await queries.selectFrom("audit_log").select("tenant_id").execute(),
      heads: await queries.selectFrom("audit_heads").select("tenant_id").execute(),
    }));
    expect(seen).toEqual({ records: [{ tenant_id: "mine" }], heads: [{ tenant_id: "mine" }] });
    for (const chain of ["theirs", "*"]) {
      const attempt = withTenant(database, "mine", (queries) =>
        recordChange(queries, actorOf(chain), changeOf({})),
      );
      await expect(attempt).rejects.toThrow("row-level security");
    }
    const forged = sql`
      insert into skerry.audit_log (tenant_id, seq, at, actor, action, target_type, target_id, previous_hash, hash)
      values ('mine', 9, now(), 'a', 'b', 'c', 'd', decode(repeat('11', 32), 'hex'), decode(repeat('22', 32), 'hex'))`;
    await expect(withTenant(database, "mine", (queries) => forged.execute(queries))).rejects.toThrow(
      "permission denied",
    );
    await withPlatform(database, (queries) => forged.execute(queries));
    const { rows } = await sql<{ seq: number }>`
      select seq from skerry.audit_log where tenant_id = 'mine' order by seq`.execute(database.kysely);
    expect(rows).toEqual([{ seq: 1 }, { seq: 2 }]);
  });

  test("survives its tenant", async () => {
    await database.kysely.insertInto("tenants").values({ id: "brief", name: "Brief" }).execute();
    await record("brief", {});
    await database.kysely.deleteFrom("tenants").where("id", "=", "brief").execute();
    expect(await readHead("brief")).toMatchObject({ seq: 1 });
  });
});

function actorOf(tenantId: string | undefined): AuditActor {
  return {
    principal: { kind: "key", id: "k1", tenantId, permissions: EVERY_PERMISSION },
    origin: { address: "192.0.2.7", requestId: "r1" },
    ...(tenantId === undefined ? {} : { tenantId }),
  };
}

function changeOf(details: Partial<AuditedChange>): AuditedChange {
  return { action: "script.created", target: { type: "script", id: "s1" }, ...details };
}

async function record(tenantId: string | undefined, details: Partial<AuditedChange>): Promise<void> {
  const work = (queries: Parameters<typeof recordChange>[0]): Promise<void> =>
    recordChange(queries, actorOf(tenantId), changeOf(details));
  await (tenantId === undefined ? withPlatform(database, work) : withTenant(database, tenantId, work));
}

async function readRows() {
  return await database.kysely
    .selectFrom("audit_log")
    .selectAll()
    .orderBy("tenant_id")
    .orderBy("seq")
    .execute();
}

async function readHead(chain: string) {
  return await database.kysely
    .selectFrom("audit_heads")
    .select(["seq", "hash"])
    .where("tenant_id", "=", chain)
    .executeTakeFirst();
}
