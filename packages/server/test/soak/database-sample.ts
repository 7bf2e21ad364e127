import pg from "pg";

/** What PostgreSQL held at one moment. */
export interface DatabaseSample {
  /** Of everybody but the one who asks. */
  readonly connections: number;
  /** With indexes and what is kept aside, by table of the platform; `catalogues` and `tenants` for all others. */
  readonly tableBytes: Readonly<Record<string, number>>;
  readonly deadRows: number;
  readonly jobs: number;
  /** Of the job that is due and was not begun; 0 where there is none. */
  readonly oldestJobMs: number;
  readonly waitingEvents: number;
  readonly lockWaits: number;
  /** Of the transaction that is open for longest. */
  readonly oldestTransactionMs: number;
}

/** A connection that looks, and is not among what it sees. */
export interface DatabaseWatch extends AsyncDisposable {
  sample(): Promise<DatabaseSample>;
  /** Advisory locks that are held, and transactions that are prepared: none outlives its node. */
  countLeftLocks(): Promise<number>;
}

const TABLES = `
  select case when namespace.nspname = 'skerry' then relation.relname
      when namespace.nspname in ('pg_catalog', 'information_schema', 'pg_toast') then 'catalogues'
      else 'tenants' end as name,
    sum(pg_total_relation_size(relation.oid))::float8 as bytes
  from pg_class relation join pg_namespace namespace on namespace.oid = relation.relnamespace
  where relation.relkind in ('r', 'm') group by 1`;

const STATE = `
  select
    (select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid())::integer
      as connections,
    (select coalesce(sum(n_dead_tup), 0) from pg_stat_user_tables)::float8 as "deadRows",
    (select count(*) from skerry.jobs)::integer as jobs,
    (select coalesce(max(extract(epoch from clock_timestamp() - run_at) * 1000), 0) from skerry.jobs
      where state = 'ready')::float8 as "oldestJobMs",
    (select count(*) from skerry.events where is_waiting)::integer as "waitingEvents",
    (select count(*) from pg_locks where not granted)::integer as "lockWaits",
    (select coalesce(max(extract(epoch from clock_timestamp() - xact_start) * 1000), 0) from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid())::float8 as "oldestTransactionMs"`;

const LEFT_LOCKS = `
  select (select count(*) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid())
    + (select count(*) from pg_prepared_xacts) as count`;

export async function watchDatabase(url: string): Promise<DatabaseWatch> {
  const client = new pg.Client({ connectionString: url, application_name: "soak" });
  client.on("error", () => {});
  await client.connect();
  return {
    async sample() {
      const { rows: tables } = await client.query<{ name: string; bytes: number }>(TABLES);
      const { rows } = await client.query<Omit<DatabaseSample, "tableBytes">>(STATE);
      const tableBytes = Object.fromEntries(tables.map(({ name, bytes }) => [name, bytes]));
      return { ...(rows[0] as Omit<DatabaseSample, "tableBytes">), tableBytes };
    },
    async countLeftLocks() {
      const { rows } = await client.query<{ count: string }>(LEFT_LOCKS);
      return Number(rows[0]?.count);
    },
    async [Symbol.asyncDispose]() {
      await client.end();
    },
  };
}
