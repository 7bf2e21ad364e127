import type { ClientBase } from "pg";
import type { ExposedTable } from "../exposed-table.ts";
import { nameScriptRole } from "../role.ts";
import { readFacts } from "./facts.ts";
import { planSetup } from "./plan.ts";
import { shapeTable } from "./shape.ts";

/** One thing about the rights of scripts that is not as it should be. */
export interface RightsFinding {
  /** `fault`: a wall is missing. `warning`: something tells more, or can do more, than it has to. */
  readonly level: "fault" | "warning";
  readonly message: string;
}

/** What {@link inspectRights} found; undefined where no tables were ever exposed. */
export type RightsReport = readonly RightsFinding[] | undefined;

/**
 * Looks at what the role of scripts may do in this database, and changes nothing.
 *
 * @throws StartError `TABLE_INVALID` when an exposed table is not what it was.
 */
export async function inspectRights(client: ClientBase): Promise<RightsReport> {
  const tables = await readDeclared(client);
  if (tables.length === 0) return undefined;
  const { rows } = await client.query<{ name: string }>("select current_database() as name");
  const role = nameScriptRole((rows[0] as { name: string }).name);
  const facts = await readFacts(client, role, tables);
  const shapes = tables.map((table) =>
    shapeTable(
      table,
      facts.relations.find(({ schema, name }) => schema === table.schema && name === table.name),
    ),
  );
  const missing = planSetup({ role, facts, tables: shapes, password: undefined });
  const unfinished = missing.map((statement) => fault(`not done: ${statement}; run skerry db setup`));
  if (facts.role === null) return unfinished;
  return [
    ...unfinished,
    ...(await findExcess(client, role, tables)),
    ...(await findTelltales(client, tables)),
  ];
}

async function readDeclared(client: ClientBase): Promise<readonly ExposedTable[]> {
  const { rows } = await client.query<{ there: boolean }>(
    "select to_regclass('skerry.exposed_tables') is not null as there",
  );
  if (rows[0]?.there !== true) return [];
  const declared = await client.query<{ definition: ExposedTable }>(
    "select definition from skerry.exposed_tables order by table_name",
  );
  return declared.rows.map(({ definition }) => definition);
}

/** What the role may do beyond the exposed tables, by rights of its own, of everybody or of roles that it belongs to. */
async function findExcess(
  client: ClientBase,
  role: string,
  tables: readonly ExposedTable[],
): Promise<readonly RightsFinding[]> {
  const names = tables.map(({ schema, name }) => `${schema}.${name}`);
  const { rows } = await client.query<{ kind: keyof typeof EXCESS; name: string }>(EXCESS_QUERY, [
    role,
    names,
  ]);
  return rows.map(({ kind, name }) => EXCESS[kind](name));
}

const EXCESS = {
  membership: (name: string) => fault(`the role of scripts is a member of ${name}; revoke that`),
  relation: (name: string) => fault(`scripts can reach ${name}, which is not exposed; revoke it from PUBLIC`),
  schema: (name: string) =>
    warning(`scripts can create things in the schema ${name}; revoke create from PUBLIC`),
  definer: (name: string) =>
    warning(`scripts can run ${name} with the rights of its owner; revoke execute from PUBLIC`),
} as const;

const EXCESS_QUERY = `
with script_role as (select oid from pg_roles where rolname = $1),
reachable as (
  select pg_namespace.oid, nspname from pg_namespace, script_role
  where nspname not in ('pg_catalog', 'information_schema') and nspname not like 'pg_toast%' and nspname not like 'pg_temp%'
    and has_schema_privilege(script_role.oid, pg_namespace.oid, 'usage')
)
select 'membership' as kind, pg_get_userbyid(roleid) as name from pg_auth_members, script_role where member = script_role.oid
union all
select 'relation', nspname || '.' || relname from pg_class join reachable on reachable.oid = relnamespace, script_role
  where relkind in ('r', 'p', 'v', 'm', 'f') and nspname || '.' || relname <> all ($2)
    and not (nspname like 'skerry\\_t\\_%' and relrowsecurity and relforcerowsecurity)
    and (has_table_privilege(script_role.oid, pg_class.oid, 'select, insert, update, delete, truncate')
      or has_any_column_privilege(script_role.oid, pg_class.oid, 'select, insert, update'))
union all
select 'schema', nspname from reachable, script_role where has_schema_privilege(script_role.oid, reachable.oid, 'create')
union all
select 'definer', nspname || '.' || proname from pg_proc join reachable on reachable.oid = pronamespace, script_role
  where prosecdef and prorettype <> 'trigger'::regtype and has_function_privilege(script_role.oid, pg_proc.oid, 'execute')`;

/** Keys by which a tenant can find out that another one's row exists: an insert that is refused tells. */
async function findTelltales(
  client: ClientBase,
  tables: readonly ExposedTable[],
): Promise<readonly RightsFinding[]> {
  const wanted = tables.map(({ schema, name, tenantColumn }) => ({ schema, name, column: tenantColumn }));
  const { rows } = await client.query<{ kind: "unique" | "reference"; table: string; name: string }>(
    TELLTALE_QUERY,
    [JSON.stringify(wanted)],
  );
  return rows.map(({ kind, table, name }) =>
    kind === "unique"
      ? warning(
          `the unique key ${name} of ${table} does not begin with the tenant column: tenants can find out which values others have`,
        )
      : warning(
          `the foreign key ${name} of ${table} does not hold the tenant column: tenants can refer to rows of others`,
        ),
  );
}

/** Keys whose values PostgreSQL makes by itself, of sequences and random UUIDs, tell nothing worth knowing. */
const TELLTALE_QUERY = `
with wanted as (
  select * from json_to_recordset($1) as wanted (schema text, name text, "column" text)
), exposed as (
  select pg_class.oid, schema || '.' || wanted.name as "table", attnum as tenant
  from wanted join pg_namespace on nspname = schema
    join pg_class on relnamespace = pg_namespace.oid and relname = wanted.name
    join pg_attribute on attrelid = pg_class.oid and attname = "column"
)
select 'unique' as kind, "table", relname as name
  from exposed join pg_index on indrelid = exposed.oid join pg_class on pg_class.oid = indexrelid
  where indisunique and indkey[0] <> tenant
    and not (indnkeyatts = 1 and exists (select from pg_attrdef where adrelid = indrelid and adnum = indkey[0]))
    and not (indnkeyatts = 1 and exists (
      select from pg_attribute where attrelid = indrelid and attnum = indkey[0] and attidentity <> ''))
union all
select 'reference', "table", conname from exposed join pg_constraint on conrelid = exposed.oid
  where contype = 'f' and tenant <> all (conkey)`;

function fault(message: string): RightsFinding {
  return { level: "fault", message };
}

function warning(message: string): RightsFinding {
  return { level: "warning", message };
}
