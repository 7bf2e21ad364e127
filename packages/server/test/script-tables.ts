import { randomUUID } from "node:crypto";
import type { Capability, CapabilityReply, JsonValue } from "@skerry/sandbox";
import { createDbCapabilities } from "../src/capabilities/db/capability.ts";
import { exposeTable } from "../src/capabilities/db/exposed-table.ts";
import type { ExposedTable } from "../src/capabilities/db/exposed-table.ts";
import { nameScriptRole } from "../src/capabilities/db/role.ts";
import type { DbLimits } from "../src/capabilities/db/limits.ts";
import type { ScriptDatabase } from "../src/capabilities/db/script-database.ts";
import { createScriptDatabase } from "../src/capabilities/db/script-database.ts";
import type { Database } from "../src/db/open.ts";
import type { TestDatabase } from "./database.ts";
import { asAdministrator, createTestDatabase } from "./database.ts";
import { createTestMasterKeys } from "./master-keys.ts";

/** Tables of a host that sells things: two tenants, `acme` and `other`, with orders and users. */
export const HOST_TABLES = `
create table public.orders (
  tenant_id text not null,
  id serial,
  status text not null default 'open' check (status <> 'lost'),
  total numeric(12, 2) not null default 0,
  note text,
  tags jsonb,
  file bytea,
  secret_margin numeric,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create table public.users (id serial primary key, tenant_id text not null, email text not null unique);
create table public.private_things (id int, value text);
insert into public.private_things values (1, 'of the host');
insert into public.orders (tenant_id, id, total, note, secret_margin)
  select tenant, number, number * 10, 'note of ' || tenant, 0.5
  from unnest(array['acme', 'other']) as tenant, generate_series(1, 3) as number;
select setval('public.orders_id_seq', 100);
insert into public.users (tenant_id, email) values ('acme', 'ann@acme.test'), ('other', 'victim@other.test');
`;

const PUBLIC_COLUMNS = ["id", "tenant_id", "status", "total", "note", "tags", "file", "created_at"];

/** Orders for everything but their margin; users for all but removing them. */
export const EXPOSED_TABLES: readonly ExposedTable[] = [
  exposeTable("orders", {
    tenantColumn: "tenant_id",
    operations: ["select", "insert", "update", "delete"],
    columns: { read: PUBLIC_COLUMNS, write: PUBLIC_COLUMNS },
  }),
  exposeTable("users", { tenantColumn: "tenant_id", operations: ["select", "insert", "update"] }),
];

/** A call as a runner would send it. */
export interface DbCallOptions {
  readonly tenant?: string;
  readonly executionId?: string;
  readonly signal?: AbortSignal;
  readonly body?: Uint8Array;
}

/** Calls `db.*` as the dispatcher does: the schema first, then the handler. */
export type CallDb = (name: string, input: unknown, options?: DbCallOptions) => Promise<CapabilityReply>;

export interface ScriptTables extends AsyncDisposable {
  readonly database: Database;
  readonly url: string;
  readonly scripts: ScriptDatabase;
  readonly call: CallDb;
  /** The same tables within other limits; ended with the rest. */
  withLimits(limits: Partial<DbLimits>): Promise<Pick<ScriptTables, "scripts" | "call">>;
  /** How many connections of scripts are in a state, as the server's superuser sees it. */
  countBackends(state: string): Promise<number>;
  /** Rows of a statement for `acme`, or another tenant. */
  query(
    sql: string,
    params?: readonly JsonValue[],
    options?: DbCallOptions,
  ): Promise<Record<string, unknown>[]>;
}

/** Options of {@link openScriptTables}. */
export interface ScriptTablesOptions {
  readonly sql?: string;
  readonly tables?: readonly ExposedTable[];
  readonly limits?: Partial<DbLimits>;
}

/** A database of a host with its tables exposed; dropped when disposed. */
export async function openScriptTables({
  sql = HOST_TABLES,
  tables = EXPOSED_TABLES,
  limits = {},
}: ScriptTablesOptions = {}): Promise<ScriptTables> {
  await using starting = new AsyncDisposableStack();
  const { database, url } = starting.use(await createHostDatabase());
  await database.pool.query(sql);
  const keys = createTestMasterKeys();
  const scripts = starting.use(await createScriptDatabase({ database, keys, tables, limits }));
  const call = createCaller(createDbCapabilities(scripts));
  const parts = starting.move();
  return {
    database,
    url,
    scripts,
    call,
    async withLimits(other) {
      const again = parts.use(await createScriptDatabase({ database, keys, tables, limits: other }));
      return { scripts: again, call: createCaller(createDbCapabilities(again)) };
    },
    async countBackends(state) {
      const name = new URL(url).pathname.slice(1);
      const { rows } = await asAdministrator((client) =>
        client.query<{ count: string }>(
          `select count(*) as count from pg_stat_activity
           where datname = $1 and application_name = 'skerry scripts' and state = $2`,
          [name, state],
        ),
      );
      return Number(rows[0]?.count);
    },
    async query(statement, params = [], options) {
      const { value } = await call("db.query", { sql: statement, params }, options);
      return (value as { rows: Record<string, unknown>[] }).rows;
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

export function createCaller(capabilities: readonly Capability[]): CallDb {
  return async (name, input, { tenant = "acme", executionId = randomUUID(), signal, body } = {}) => {
    const capability = capabilities.find((candidate) => candidate.name === name);
    if (capability === undefined) throw new Error(`there is no capability ${name}`);
    const checked = await capability.input["~standard"].validate(JSON.parse(JSON.stringify(input)));
    if (checked.issues !== undefined)
      throw new Error(checked.issues.map(({ message }) => message).join("; "));
    return capability.handle(checked.value, {
      tenant,
      executionId,
      attributes: {},
      body,
      signal: signal ?? new AbortController().signal,
    });
  };
}

/** An own database as by `createTestDatabase`, after which the role of its scripts is removed as well. */
export async function createHostDatabase(): Promise<TestDatabase & { readonly role: string }> {
  const test = await createTestDatabase();
  const role = nameScriptRole(new URL(test.url).pathname.slice(1));
  return {
    ...test,
    role,
    async [Symbol.asyncDispose]() {
      await test[Symbol.asyncDispose]();
      await asAdministrator((client) => client.query(`drop role if exists "${role}"`));
    },
  };
}
