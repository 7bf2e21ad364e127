import type pg from "pg";

const DAY_MS = 24 * 60 * 60_000;
/** How far back the oldest execution lies. */
const HISTORY_MS = 90 * DAY_MS;
const BATCH = 1_000_000;

/** How much there is to list, all of one tenant. */
export interface Amount {
  readonly scripts: number;
  readonly executions: number;
}

/** Fills the tables of a migrated database as years of use would, and tells how far it is on stderr. */
export async function generate(client: pg.Client, tenant: string, amount: Amount): Promise<void> {
  await insertScripts(client, tenant, amount.scripts);
  const indexes = await dropIndexes(client);
  for (let from = 0; from < amount.executions; from += BATCH) {
    await insertExecutions(client, tenant, from, Math.min(from + BATCH, amount.executions), amount);
    process.stderr.write(
      `executions: ${Math.min(from + BATCH, amount.executions)} of ${amount.executions}\n`,
    );
  }
  for (const index of indexes) {
    process.stderr.write(`${index}\n`);
    await client.query(index);
  }
  await client.query("vacuum analyze skerry.executions");
  await client.query("vacuum analyze skerry.scripts");
}

/** Ids whose first bytes are the time, as UUID version 7 has it, and whose last are the number. */
const ID = (ms: string, n: string): string =>
  `(lpad(to_hex((${ms})::bigint), 12, '0') || '7' || lpad(to_hex((${n}) % 4096), 3, '0') || '8' || lpad(to_hex(${n}), 15, '0'))::uuid`;

/** One in five is an endpoint, one in ten is paused, one in fifty carries a tag. */
async function insertScripts(client: pg.Client, tenant: string, count: number): Promise<void> {
  const id = ID(`${Date.now() - HISTORY_MS} + n`, "n");
  await client.query(
    `insert into skerry.scripts (tenant_id, id, name, type, status, tags, latest_version)
     select $1, ${id}, 'script-' || n, case when n % 5 = 0 then 'http' else 'oneoff' end,
       case when n % 10 = 0 then 'paused' else 'disabled' end,
       case when n % 50 = 0 then array['billing'] else '{}'::text[] end, 1
     from generate_series(1, $2::integer) as n`,
    [tenant, count],
  );
}

/** Nearly all are completed and asked for by API; one in a thousand timed out, one in a hundred came by event. */
async function insertExecutions(
  client: pg.Client,
  tenant: string,
  from: number,
  to: number,
  { scripts, executions }: Amount,
): Promise<void> {
  const start = Date.now() - HISTORY_MS;
  const ms = `${start} + n * ${HISTORY_MS / executions}::float8`;
  const script = `n % ${scripts} + 1`;
  await client.query(
    `insert into skerry.executions (tenant_id, id, script_id, version, trigger, status, input, output, queued_ms,
       duration_ms, cpu_ms, memory_peak_bytes, capability_calls, created_at, started_at, completed_at, request_id)
     select $1, ${ID(ms, "n")}, ${ID(`${start} + ${script}`, script)}, 1,
       case when n % 100 = 0 then 'event' else 'api' end, case when n % 1000 = 0 then 'timeout' else 'completed' end,
       '{"order": 1}', '{"total": 1}', 0.5, 1.5, 1, 1000000, 2, to_timestamp((${ms}) / 1000),
       to_timestamp((${ms}) / 1000), to_timestamp((${ms}) / 1000), n::text
     from generate_series($2::integer, $3::integer) as n`,
    [tenant, from, to - 1],
  );
}

/** Building an index once is many times cheaper than keeping it up row by row. @returns how to make them again. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  // Referential checks of ten million rows would take longer than everything else.
  await client.query("alter table skerry.executions drop constraint executions_script");
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid = 'skerry.executions'::regclass and not indisprimary`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await client.query("set maintenance_work_mem = '1GB'");
  return rows.map(({ definition }) => definition);
}
