import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Capability } from "@skerry/sandbox";
import { createDbCapabilities } from "../../capabilities/db/capability.ts";
import { exposeTable } from "../../capabilities/db/exposed-table.ts";
import { createScriptDatabase } from "../../capabilities/db/script-database.ts";
import { findPackagedBinaries } from "../../db/embedded/binaries.ts";
import { DatabaseError } from "../../db/errors.ts";
import { type Database, openDatabase } from "../../db/open.ts";
import type { MasterKeys } from "../../secrets/master-keys.ts";

/** A host's database as attacks find it: tables that are exposed, and what is around them. */
export interface StagedTables extends AsyncDisposable {
  /** `db.*` on it. */
  readonly capabilities: readonly Capability[];
  /** All rows of all tenants, as the host sees them. */
  readRows(): Promise<unknown>;
}

/** A note of `me` is a number and one of `other` is not: whoever casts all of them fails, and shows what he saw. */
const HOST_TABLES = `
create table public.orders (
  tenant_id text not null,
  id serial,
  note text,
  primary key (tenant_id, id)
);
create table public.users (tenant_id text not null, email text not null unique);
insert into public.orders (tenant_id, id, note)
  select tenant, number, case tenant when 'me' then '1' else 'hidden of other' end
  from unnest(array['other', 'me']) as tenant, generate_series(1, 20) as number;
insert into public.users (tenant_id, email) values ('other', 'victim@other.test'), ('me', 'me@me.test');
create view public.v_orders_without_security_invoker as select * from public.orders;
create materialized view public.mv_orders as select * from public.orders;
`;

const EXPOSED_TABLES = ["orders", "users"].map((name) =>
  exposeTable(name, { tenantColumn: "tenant_id", operations: ["select", "insert", "update", "delete"] }),
);

/** Why no tables can be staged here: there is no embedded PostgreSQL for this system. Undefined where there is. */
export function describeMissingPostgres(): string | undefined {
  try {
    findPackagedBinaries();
    return undefined;
  } catch (error) {
    if (error instanceof DatabaseError) return error.message;
    throw error;
  }
}

/** Starts a PostgreSQL of its own, in a temporary folder: nothing of this installation's database is touched. */
export async function stageTables(): Promise<StagedTables> {
  await using resources = new AsyncDisposableStack();
  const database = resources.use(await openDatabase({ dataDir: await makeFolder(resources) }));
  await database.pool.query(HOST_TABLES);
  const scripts = resources.use(
    await createScriptDatabase({ database, keys: createKeys(), tables: EXPOSED_TABLES }),
  );
  const owned = resources.move();
  return {
    capabilities: createDbCapabilities(scripts),
    readRows: () => readRows(database),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Others may pass through it: where this process runs as root, PostgreSQL runs as another user. */
async function makeFolder(resources: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "skerry-attack-"));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  return folder;
}

function createKeys(): MasterKeys {
  const current = { id: "attack", bytes: randomBytes(32) };
  return { current, find: (id) => (id === current.id ? current : undefined) };
}

async function readRows({ pool }: Database): Promise<unknown> {
  const orders = await pool.query("select tenant_id, id, note from public.orders order by tenant_id, id");
  const users = await pool.query("select tenant_id, email from public.users order by tenant_id");
  return { orders: orders.rows, users: users.rows };
}
