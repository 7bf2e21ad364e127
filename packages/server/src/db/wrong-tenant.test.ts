import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { NoResultError, sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import type { TestDatabase } from "../../test/database.ts";
import { REPOSITORY_CALLS } from "../../test/wrong-tenant/repository-calls.ts";
import type { RepositoryCall } from "../../test/wrong-tenant/repository-call.ts";
import {
  ASKS_NOTHING,
  FOR_THE_PLATFORM,
  LEAVES_NO_TRACE,
} from "../../test/wrong-tenant/repository-exceptions.ts";
import { insertTenantRows } from "../../test/wrong-tenant/tenant-rows.ts";
import type { TenantRows } from "../../test/wrong-tenant/tenant-rows.ts";
import { withPlatform, withTenant } from "./tenant-scope.ts";
import type { Queries } from "./tenant-scope.ts";

/** What a call did, in a transaction that was rolled back. */
interface Effect {
  readonly result: unknown;
  readonly isRefused: boolean;
  readonly changesRows: boolean;
}

type Scope = <Result>(work: (queries: Queries) => Promise<Result>) => Promise<Result>;

const CALLS: ReadonlyMap<string, RepositoryCall> = new Map(
  Object.entries(REPOSITORY_CALLS).flatMap(([file, calls]) =>
    Object.entries(calls).map(([name, call]) => [`${file} ${name}`, call] as const),
  ),
);

let prepared: TestDatabase;
let acme: TenantRows;
/** Of all tables, as nobody changes them. */
let checksum: string;

const asPlatform: Scope = (work) => withPlatform(prepared.database, work);
const asAcme: Scope = (work) => withTenant(prepared.database, "acme", work);
/** Has no rows, so whatever it finds is acme's. */
const asGlobex: Scope = (work) => withTenant(prepared.database, "globex", work);

beforeAll(async () => {
  prepared = await createTestDatabase();
  acme = await asPlatform((queries) => insertTenantRows(queries, "acme"));
  checksum = await asPlatform(hashTables);
});

afterAll(() => prepared[Symbol.asyncDispose]());

test("every function of a repository is called here", async () => {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const files = globSync("**/*repository.ts", { cwd: folder });
  const exported = await Promise.all(
    files.map(async (file) => {
      const module = (await import(`${folder}${file}`)) as Record<string, unknown>;
      return Object.keys(module)
        .filter((name) => typeof module[name] === "function")
        .map((name) => `${file} ${name}`);
    }),
  );
  const known = new Set([...CALLS.keys(), ...ASKS_NOTHING]);
  expect(new Set(exported.flat())).toEqual(known);
  for (const name of [...Object.keys(FOR_THE_PLATFORM), ...Object.keys(LEAVES_NO_TRACE)]) {
    expect([...CALLS.keys()]).toContain(name);
  }
});

test("the tenant has rows in every table that has tenants", async () => {
  const tables = await listTenantTables();
  expect(tables.length).toBeGreaterThanOrEqual(20);
  for (const table of tables) {
    const rows = sql`select from ${sql.ref(`skerry.${table}`)} where tenant_id = 'acme' limit 1`;
    expect([table, (await asPlatform((queries) => rows.execute(queries))).rows.length]).toEqual([table, 1]);
  }
});

describe("with another tenant's arguments", () => {
  test.each([...CALLS])("%s finds and changes nothing", async (_, call) => {
    const effect = await observe(asGlobex, call);
    expect(effect).toMatchObject({ changesRows: false });
    expect(effect.isRefused ? [] : [effect.result]).toSatisfy(isNothing);
  });

  test.each([...CALLS])("%s does something for the right one", async (name, call) => {
    const effect = await observe(name in FOR_THE_PLATFORM ? asPlatform : asAcme, call);
    expect(effect).toMatchObject({ isRefused: false });
    expect(!isNothing(effect.result) || effect.changesRows).toBe(!(name in LEAVES_NO_TRACE));
  });
});

test.each(["api_keys", "sessions", "scripts", "execution_logs", "secrets", "usage_days", "audit_log"])(
  "notices that row-level security of %s is off",
  async (table) => {
    const alter = (what: string) =>
      asPlatform((queries) => sql.raw(`alter table skerry.${table} ${what}`).execute(queries));
    await alter("disable row level security");
    try {
      expect(await findLeak()).toBeDefined();
    } finally {
      await alter("enable row level security");
    }
  },
);

/** The first call by which globex gets at something of acme. */
async function findLeak(): Promise<string | undefined> {
  for (const [name, call] of CALLS) {
    const { isRefused, result, changesRows } = await observe(asGlobex, call);
    if (!isRefused && (changesRows || !isNothing(result))) return name;
  }
  return undefined;
}

/** Calls it in the scope, looks with the platform's eyes what became of all rows, and rolls back. */
async function observe(scope: Scope, call: RepositoryCall): Promise<Effect> {
  let effect: Effect = { result: undefined, isRefused: true, changesRows: false };
  const rolledBack = new Error("rolled back");
  const transaction = scope(async (queries) => {
    const result = await call(queries, acme);
    await sql`reset role`.execute(queries);
    effect = { result, isRefused: false, changesRows: (await hashTables(queries)) !== checksum };
    throw rolledBack;
  });
  await transaction.catch((error: unknown) => {
    if (error !== rolledBack && !isRefusal(error)) throw error;
  });
  return effect;
}

/** The role of tenants lacks the right, a policy refuses the row, or there is no row to change. */
function isRefusal(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code === "42501";
  return error instanceof NoResultError;
}

/** Undefined, false, 0, nothing but such, or an empty collection. */
function isNothing(value: unknown): boolean {
  if (value instanceof Map) return value.size === 0;
  if (typeof value === "object" && value !== null) return Object.values(value).every(isNothing);
  return value === undefined || value === null || value === false || value === 0;
}

/** One text for all rows of all tables, of which none is hidden from the platform. */
async function hashTables(queries: Queries): Promise<string> {
  const { rows } = await sql<{ hashes: string }>`
    select string_agg(relname || ':' || md5(query_to_xml(
      format('select md5(row::text) from skerry.%I as row order by 1', relname), true, false, '')::text), ' '
      order by relname) as hashes
    from pg_class where relnamespace = 'skerry'::regnamespace and relkind = 'r'
  `.execute(queries);
  return rows[0]?.hashes ?? "";
}

async function listTenantTables(): Promise<string[]> {
  const { rows } = await sql<{ table: string }>`
    select relname as "table" from pg_class join pg_attribute on attrelid = pg_class.oid
    where relnamespace = 'skerry'::regnamespace and relkind in ('r', 'p') and attname = 'tenant_id'
  `.execute(prepared.database.kysely);
  return rows.map(({ table }) => table);
}
