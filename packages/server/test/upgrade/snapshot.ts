import type pg from "pg";

/** The rows of one table. */
export interface TableRows {
  /** Those that can be written: none that PostgreSQL computes. */
  readonly columns: readonly string[];
  /** Each as PostgreSQL writes it, so that nothing of it is rounded, reordered or taken for something else. */
  readonly rows: readonly string[];
}

/** All tables of the schema `skerry` by their names, without what the migrator keeps. */
export type Snapshot = Readonly<Record<string, TableRows>>;

const MIGRATOR_TABLES = ["migrations", "migration_lock"];

/**
 * What the schema `skerry` is made of, a line each and in order: tables, columns, constraints, indexes, triggers,
 * policies, rights, and functions by the hash of their text.
 */
export async function describeSchema(client: pg.ClientBase): Promise<string[]> {
  // All names come with their schema, whoever asks.
  await client.query("set search_path = ''");
  const { rows } = await client.query<{ line: string }>(`
    with tables as (
      select oid, oid::regclass::text as name, relacl, relrowsecurity, relforcerowsecurity, relpersistence
      from pg_class where relnamespace = 'skerry'::regnamespace and relkind in ('r', 'p'))
    select line from (
      select format('table %s %s rls=%s forced=%s %s', name, relpersistence, relrowsecurity, relforcerowsecurity, relacl)
        from tables
      union all select format('column %s.%s %s not null=%s default=%s generated=%s identity=%s %s', name, attname,
          format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), attgenerated, attidentity, attacl)
        from tables join pg_attribute on attrelid = oid and attnum > 0 and not attisdropped
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
      union all select format('constraint %s %s %s', name, conname, pg_get_constraintdef(pg_constraint.oid))
        from tables join pg_constraint on conrelid = tables.oid
      union all select pg_get_indexdef(indexrelid) from tables join pg_index on indrelid = oid
      union all select pg_get_triggerdef(pg_trigger.oid)
        from tables join pg_trigger on tgrelid = tables.oid and not tgisinternal
      union all select format('policy %s %s %s %s using %s check %s', tablename, policyname, cmd, roles, qual, with_check)
        from pg_policies where schemaname = 'skerry'
      union all select format('function %s %s', oid::regprocedure, md5(pg_get_functiondef(oid)))
        from pg_proc where pronamespace = 'skerry'::regnamespace and prokind = 'f'
    ) as lines (line) order by line collate "C"`);
  return rows.map(({ line }) => line);
}

/** The names of the migrations that were run, in order. */
export async function listMigrations(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>("select name from skerry.migrations order by name");
  return rows.map(({ name }) => name);
}

/** Reads every row. Nothing else may write meanwhile. */
export async function takeSnapshot(client: pg.ClientBase): Promise<Snapshot> {
  const tables: Record<string, TableRows> = {};
  for (const { name, columns } of await listTables(client)) {
    const { rows } = await client.query<{ row: string }>(
      `select t::text as row from skerry.${name} t order by 1`,
    );
    tables[name] = { columns, rows: rows.map(({ row }) => row) };
  }
  return tables;
}

/** Writes every row into tables of the same shape, past all triggers. `client` is the superuser's. */
export async function loadSnapshot(client: pg.ClientBase, snapshot: Snapshot): Promise<void> {
  await client.query("set session_replication_role = replica");
  for (const [name, { columns, rows }] of Object.entries(snapshot)) {
    const values = columns.map((column) => `(row)."${column}"`).join(", ");
    await client.query(`delete from skerry.${name}`);
    await client.query(
      `insert into skerry.${name} (${columns.map((column) => `"${column}"`).join(", ")}) overriding system value
       select ${values} from (select unnest($1::text[])::skerry.${name} as row) as rows`,
      [rows],
    );
  }
  await continueSequences(client);
  await client.query("reset session_replication_role");
}

interface Table {
  readonly name: string;
  readonly columns: string[];
}

async function listTables(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select relname::text as name,
       array_agg(attname::text order by attnum) filter (where attgenerated = '') as columns
     from pg_class join pg_attribute on attrelid = oid and attnum > 0 and not attisdropped
     where relnamespace = 'skerry'::regnamespace and relkind = 'r' and relname <> all($1)
     group by relname order by relname`,
    [MIGRATOR_TABLES],
  );
  return rows;
}

/** What is numbered goes on after the highest number that is there. */
async function continueSequences(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ sequence: string; table: string; column: string }>(`
    select pg_get_serial_sequence(attrelid::regclass::text, attname) as sequence,
      attrelid::regclass::text as table, attname::text as column
    from pg_attribute join pg_class on pg_class.oid = attrelid
    where relnamespace = 'skerry'::regnamespace and relkind = 'r' and attidentity <> ''`);
  for (const { sequence, table, column } of rows) {
    await client.query(
      `select setval($1, max("${column}")) from ${table} having max("${column}") is not null`,
      [sequence],
    );
  }
}
