/** What an attacker sends to `ctx.db.query`. */
export interface SqlAttack {
  readonly id: string;
  readonly sql: string;
  /** Default none. */
  readonly params?: readonly unknown[];
}

type Row = readonly [id: string, sql: string, params?: readonly unknown[]];

const ROWS: readonly Row[] = [
  ["sql.tenant-switch.02", "select set_config($1,$2,false)", ["app.tenant_id", "other"]],
  ["sql.tenant-switch.03", "set app.tenant_id = 'other'"],
  ["sql.tenant-switch.04", "set local \"app.tenant_id\" to 'other'"],
  [
    "sql.tenant-switch.05",
    "with x as materialized (select set_config('app.tenant_id','other',true)) select o.* from x, orders o",
  ],
  [
    "sql.tenant-switch.06",
    "select query_to_xml('select set_config(''app.tenant_id'',''other'',false)', true, false, '')",
  ],
  ["sql.tenant-switch.07", "reset all"],
  ["sql.tenant-switch.08", "discard all"],
  ["sql.tenant-switch.09", "set role postgres"],
  ["sql.tenant-switch.10", "reset role"],
  ["sql.tenant-switch.11", "set session authorization default"],
  ["sql.tenant-switch.13", "set search_path = pg_temp, public"],
  ["sql.tenant-switch.16", "alter table orders disable row level security"],
  ["sql.tenant-switch.18", "select current_setting('app.tenant_token', true)"],
  ["sql.tenant-switch.20", "update orders set tenant_id = 'other'"],
  [
    "sql.tenant-switch.22",
    "merge into orders o using (values (1)) v(i) on o.id = v.i when matched then update set tenant_id = 'other'",
  ],
  [
    "sql.tenant-switch.23",
    "with d as (delete from orders where tenant_id <> 'me' returning *) select * from d",
  ],
  ["sql.statement-shape.01", "select 1; set app.tenant_id = 'other'"],
  ["sql.statement-shape.02", "select 1; commit; begin; select 2"],
  ["sql.statement-shape.03", "commit"],
  ["sql.statement-shape.04", "rollback and chain"],
  ["sql.statement-shape.05", "savepoint s"],
  ["sql.statement-shape.09", "declare c cursor with hold for select * from orders"],
  ["sql.statement-shape.11", "select 1 /* ; */ -- ; drop table orders"],
  ["sql.statement-shape.13", "copy orders to stdout"],
  ["sql.statement-shape.15", "do $$ begin perform 1; end $$"],
  ["sql.statement-shape.19", "create extension dblink"],
  ["sql.statement-shape.20", "load 'auto_explain'"],
  ["sql.statement-shape.21", "lock table orders in access exclusive mode"],
  ["sql.statement-shape.24", "notify other_tenant, 'x'"],
  ["sql.statement-shape.25", "explain analyze select * from orders"],
  ["sql.statement-shape.26", "explain select * from orders where tenant_id = 'other'"],
  ["sql.statement-shape.27", "vacuum orders"],
  ["sql.statement-shape.28", "call some_proc()"],
  ["sql.statement-shape.29", "select " + "(".repeat(1e5) + "1" + ")".repeat(1e5)],
  ["sql.statement-shape.30", "select 1 -- " + "x".repeat(1e7)],
  ["sql.statement-shape.31", "set client_encoding = 'SJIS'"],
  ["sql.statement-shape.32", "set standard_conforming_strings = off"],
  ["sql.function-abuse.03", "select lo_import('/etc/passwd')"],
  ["sql.function-abuse.04", "select lo_from_bytea(0, '\\x41')"],
  ["sql.function-abuse.06", "select * from dblink('dbname=postgres', 'select 1') as t(a int)"],
  ["sql.function-abuse.07", "select query_to_xml('select * from orders', true, false, '')"],
  ["sql.function-abuse.08", "select database_to_xml(true, true, '')"],
  ["sql.function-abuse.10", "select ts_rewrite('a'::tsquery, 'select ''a''::tsquery, ''b''::tsquery')"],
  [
    "sql.function-abuse.11",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user",
  ],
  ["sql.function-abuse.13", "select pg_notify('other_tenant', 'x')"],
  ["sql.function-abuse.14", "select pg_advisory_lock(42)"],
  ["sql.function-abuse.16", "select setval('orders_id_seq', 1)"],
  ["sql.function-abuse.17", "select nextval('orders_id_seq')"],
  ["sql.function-abuse.18", "select pg_export_snapshot()"],
  ["sql.function-abuse.19", "select pg_logical_emit_message(false, 'p', 'x')"],
  ["sql.function-abuse.22", "select pg_catalog.\"set_config\"('app.tenant_id','other',false)"],
  ["sql.function-abuse.23", "select (pg_catalog.pg_sleep(0)).*, 'pg_read_file'::regproc"],
  ["sql.function-abuse.24", "select * from rows from (pg_sleep(0), generate_series(1,1)) r"],
  ["sql.catalog-leak.01", "select query from pg_stat_activity"],
  ["sql.catalog-leak.02", "select most_common_vals from pg_stats where tablename = 'orders'"],
  ["sql.catalog-leak.04", "select n_live_tup from pg_stat_all_tables"],
  ["sql.catalog-leak.05", "select rolname from pg_roles"],
  ["sql.catalog-leak.07", "select prosrc from pg_proc where prosecdef"],
  ["sql.catalog-leak.08", "select datname from pg_database"],
  ["sql.catalog-leak.10", "select * from information_schema.tables"],
  ["sql.catalog-leak.11", "select * from pg_prepared_statements"],
  ["sql.catalog-leak.14", "select 'orders'::regclass::oid, 'other_schema.t'::regclass"],
  ["sql.catalog-leak.15", "select ctid, xmin, tableoid from orders"],
  [
    "sql.covert-channel.03",
    "insert into users(email) values ('victim@other.test') on conflict (email) do update set email = excluded.email returning *",
  ],
  ["sql.covert-channel.05", "select * from orders where note::int = 0"],
  ["sql.covert-channel.06", "select * from v_orders_without_security_invoker"],
  ["sql.covert-channel.08", "select * from mv_orders"],
  ["sql.resource.01", "select pg_sleep(3600)"],
  ["sql.resource.04", "select repeat('x', 1000000000)"],
  ["sql.resource.05", "select repeat('x', 1000000) from generate_series(1, 100000)"],
  ["sql.resource.06", "select repeat('a', 40) || '!' ~ '^(a|a)*$'"],
  ["sql.resource.07", "select * from orders a, orders b, orders c, orders d order by 1"],
  ["sql.resource.09", "set statement_timeout = 0"],
  ["sql.resource.10", "set local statement_timeout = 0"],
  ["sql.resource.12", "set session_replication_role = replica"],
  ["sql.resource.13", "select array_fill(1, array[100000000])"],
  ["sql.resource.15", "select $1::text", ["\u0000"]],
  [
    "sql.resource.17",
    "select $1::text",
    [
      {
        toPostgres() {
          for (;;);
        },
      },
    ],
  ],
  ["sql.resource.20", "begin"],
];

/** The attacks by SQL of the catalogue, as statements. */
export const SQL_ATTACKS: readonly SqlAttack[] = ROWS.map(([id, sql, params = []]) => ({ id, sql, params }));
