import { randomUUIDv7 } from "node:crypto";
import { sql } from "kysely";
import type { Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { TestDatabase } from "../../test/database.ts";
import { createTestDatabase } from "../../test/database.ts";
import type { Database } from "./open.ts";
import type { Schema } from "./schema.ts";
import { afterCommit, withPlatform, withTenant } from "./tenant-scope.ts";

const TENANTS = ["acme", "globex"];

let prepared: TestDatabase;
let database: Database;

beforeAll(async () => {
  prepared = await createTestDatabase();
  ({ database } = prepared);
  for (const tenant of TENANTS) await fillTenant(database.kysely, tenant);
});

afterAll(() => prepared[Symbol.asyncDispose]());

describe("withTenant", () => {
  test("hides the rows of others in every table when the query forgets the tenant", async () => {
    const seen = await withTenant(database, "acme", async (queries) => ({
      tenants: await queries.selectFrom("tenants").select("id as tenant_id").execute(),
      api_keys: await queries.selectFrom("api_keys").select("tenant_id").execute(),
      scripts: await queries.selectFrom("scripts").select("tenant_id").execute(),
      script_versions: await queries.selectFrom("script_versions").select("tenant_id").execute(),
      endpoint_routes: await queries.selectFrom("endpoint_routes").select("tenant_id").execute(),
      executions: await queries.selectFrom("executions").select("tenant_id").execute(),
      execution_logs: await queries.selectFrom("execution_logs").select("tenant_id").execute(),
    }));
    for (const rows of Object.values(seen)) expect(rows).toEqual([{ tenant_id: "acme" }]);
  });

  test("every table with a tenant has row-level security, for its owner too", async () => {
    const { rows } = await sql<{ table: string; isProtected: boolean; policies: string[] }>`
      select relname as "table", relrowsecurity and relforcerowsecurity as "isProtected",
        array(select polname::text from pg_policy where polrelid = pg_class.oid order by 1) as policies
      from pg_class
      where relnamespace = 'skerry'::regnamespace and relkind in ('r', 'p')
        and (relname = 'tenants' or exists (
          select from pg_attribute where attrelid = pg_class.oid and attname = 'tenant_id' and not attisdropped))
    `.execute(database.kysely);
    expect(rows.length).toBeGreaterThanOrEqual(22);
    for (const row of rows)
      expect(row).toEqual({
        table: row.table,
        isProtected: true,
        policies: ["platform_rows", "tenant_rows"],
      });
  });

  test("the policies give the role of tenants the rows of the transaction's tenant, to read and to write", async () => {
    const { rows } = await sql<{ table: string; rows: string }>`
      select tablename as "table", roles, permissive, cmd, qual as "rows", with_check as "written"
      from pg_policies where schemaname = 'skerry' and ('skerry_tenant' = any (roles) or 'public' = any (roles))
    `.execute(database.kysely);
    expect(rows.length).toBeGreaterThanOrEqual(22);
    for (const { table, ...policy } of rows) {
      const own = `(${table === "tenants" ? "id" : "tenant_id"} = current_setting('skerry.tenant'::text, true))`;
      const expected = {
        roles: "{skerry_tenant}",
        permissive: "PERMISSIVE",
        cmd: "ALL",
        rows: own,
        written: own,
      };
      expect({ table, ...policy }).toEqual({ table, ...expected });
    }
  });

  test("refuses to write a row of another tenant, and does not reach theirs", async () => {
    const id = randomUUIDv7();
    const row = { id, name: "stray", type: "oneoff", status: "draft", latest_version: 1 } as const;
    await expect(
      withTenant(database, "acme", (queries) =>
        queries
          .insertInto("scripts")
          .values({ ...row, tenant_id: "globex" })
          .execute(),
      ),
    ).rejects.toThrow("row-level security");
    const updated = await withTenant(database, "acme", (queries) =>
      queries
        .updateTable("scripts")
        .set({ description: "taken" })
        .where("tenant_id", "=", "globex")
        .executeTakeFirst(),
    );
    expect(updated.numUpdatedRows).toBe(0n);
  });

  test("may not make operator keys, nor change versions or tenants", async () => {
    const key = { id: randomUUIDv7(), name: "root", key_hash: Buffer.alloc(32, 7), prefix: "x", scopes: [] };
    const attempts = [
      withTenant(database, "acme", (queries) =>
        queries
          .insertInto("api_keys")
          .values({ ...key, tenant_id: null })
          .execute(),
      ),
      withTenant(database, "acme", (queries) => queries.deleteFrom("script_versions").execute()),
      withTenant(database, "acme", (queries) =>
        queries.updateTable("tenants").set({ plan: "large" }).execute(),
      ),
    ];
    for (const attempt of await Promise.allSettled(attempts)) {
      expect(attempt).toMatchObject({ status: "rejected", reason: { code: "42501" } });
    }
  });

  test("ends with the transaction, whichever way that ends", async () => {
    await withTenant(database, "acme", async (queries) => {
      await queries.updateTable("scripts").set({ description: "kept" }).execute();
    });
    await expect(
      withTenant(database, "acme", async (queries) => {
        await queries.updateTable("scripts").set({ description: "dropped" }).execute();
        throw new Error("stop");
      }),
    ).rejects.toThrow("stop");
    // The pool hands out the same few connections again.
    for (let round = 0; round < 20; round++) {
      const state = await sql<{ user: string; tenant: string | null }>`
        select current_user as "user", nullif(current_setting('skerry.tenant', true), '') as tenant
      `.execute(database.kysely);
      expect(state.rows).toEqual([{ user: "skerry", tenant: null }]);
    }
    const scripts = await database.kysely
      .selectFrom("scripts")
      .select(["tenant_id", "description"])
      .orderBy("tenant_id")
      .execute();
    expect(scripts).toEqual([
      { tenant_id: "acme", description: "kept" },
      { tenant_id: "globex", description: "" },
    ]);
  });

  test("keeps concurrent tenants apart", async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const tenant = TENANTS[index % 2] ?? "";
        const rows = await withTenant(database, tenant, (queries) =>
          queries.selectFrom("scripts").select("tenant_id").execute(),
        );
        return rows.length === 1 && rows[0]?.tenant_id === tenant;
      }),
    );
    expect(answers).not.toContain(false);
  });

  test("does not call a transaction committed that Postgres rolled back", async () => {
    const lost = withTenant(database, "acme", async (queries) => {
      await sql`select 1/0`.execute(queries).catch(() => {});
    });
    await expect(lost).rejects.toThrow("was rolled back");
  });

  test.each(["", "Acme", "-acme", "a".repeat(64), "a'; reset role; --", "a\0", "a\n"])(
    "refuses %j as a tenant id",
    async (tenant) => {
      await expect(withTenant(database, tenant, () => Promise.resolve())).rejects.toMatchObject({
        code: "TENANT_ID_INVALID",
      });
    },
  );
});

test("withPlatform sees all tenants", async () => {
  const rows = await withPlatform(database, (queries) =>
    queries.selectFrom("scripts").select("tenant_id").execute(),
  );
  expect(rows).toHaveLength(2);
});

test("a transaction that loses a deadlock is run again, and both take effect, once each", async () => {
  const bothHoldOne = Promise.withResolvers<void>();
  const committed: string[] = [];
  let holding = 0;
  async function renameBoth(first: string, second: string, suffix: string): Promise<void> {
    await withPlatform(database, async (queries) => {
      afterCommit(queries, () => committed.push(suffix));
      const rename = (id: string) =>
        queries
          .updateTable("tenants")
          .set((row) => ({ name: sql`${row.ref("name")} || ${suffix}::text` }))
          .where("id", "=", id)
          .execute();
      await rename(first);
      holding += 1;
      if (holding === 2) bothHoldOne.resolve();
      await bothHoldOne.promise;
      await rename(second);
    });
  }
  await Promise.all([renameBoth("acme", "globex", "+"), renameBoth("globex", "acme", "-")]);
  expect(holding).toBe(3);
  expect(committed.toSorted()).toEqual(["+", "-"]);
  const rows = await database.kysely.selectFrom("tenants").select("name").orderBy("id").execute();
  for (const { name } of rows) expect(name).toMatch(/^(?:acme|globex)(?:\+-|-\+)$/);
});

test("what is left for after the commit waits for it, and is not done where there is none", async () => {
  const done: string[] = [];
  await withTenant(database, "acme", (queries) => {
    afterCommit(queries, () => done.push("committed"));
    expect(done).toEqual([]);
    return Promise.resolve();
  });
  const failing = withPlatform(database, (queries) => {
    afterCommit(queries, () => done.push("rejected"));
    return Promise.reject(new Error("stop"));
  });
  await expect(failing).rejects.toThrow("stop");
  const lost = withPlatform(database, async (queries) => {
    afterCommit(queries, () => done.push("lost"));
    await sql`select 1/0`.execute(queries).catch(() => {});
  });
  await expect(lost).rejects.toThrow("was rolled back");
  afterCommit(database.kysely, () => done.push("without a transaction"));
  expect(done).toEqual(["committed", "without a transaction"]);
});

async function fillTenant(kysely: Kysely<Schema>, tenant: string): Promise<void> {
  const script = randomUUIDv7();
  const execution = randomUUIDv7();
  const scope = { tenant_id: tenant };
  await kysely.insertInto("tenants").values({ id: tenant, name: tenant }).execute();
  await kysely
    .insertInto("api_keys")
    .values({
      ...scope,
      id: randomUUIDv7(),
      name: "k",
      key_hash: hashOf(tenant),
      prefix: "sk_x",
      scopes: ["scripts"],
    })
    .execute();
  await kysely
    .insertInto("scripts")
    .values({ ...scope, id: script, name: "pricing", type: "http", status: "active", latest_version: 1 })
    .execute();
  await kysely
    .insertInto("script_versions")
    .values({
      ...scope,
      script_id: script,
      version: 1,
      language: "js",
      source: "",
      code: "",
      settings: "{}",
      checksum: hashOf(""),
    })
    .execute();
  await kysely
    .insertInto("endpoint_routes")
    .values({ ...scope, method: "GET", path: "/", script_id: script })
    .execute();
  await kysely
    .insertInto("executions")
    .values({ ...scope, id: execution, script_id: script, version: 1, trigger: "http", status: "completed" })
    .execute();
  await kysely
    .insertInto("execution_logs")
    .values({ ...scope, execution_id: execution, seq: 0, level: "info", time: new Date(), message: "hello" })
    .execute();
}

function hashOf(text: string): Buffer {
  return Buffer.alloc(32, text);
}
