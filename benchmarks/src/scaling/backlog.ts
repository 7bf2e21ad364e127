import { randomUUID } from "node:crypto";
import {
  type Database,
  assembleSkerry,
  createLogger,
  deleteEnded,
  fireDueSchedules,
  firstIdAt,
  readConfig,
  withPlatform,
} from "skerry/jobs";
import pg from "pg";
import { generate } from "../lists/generation.ts";
import type { DatabaseMeter } from "./meter.ts";
import { OPERATOR_KEY } from "./node.ts";
import type { UnitCosts } from "./unit-costs.ts";

const TENANTS = 100_000;
const FEW_TENANTS = 100;
const CLAIMED_AT_ONCE = 32;
const CLAIMS = 60;
const LEASE_MS = 8_000;
const NOTIFIERS = 16;
const NOTIFYING_MS = 4_000;
const DUE = 5_000;
const HISTORY = 60_000;
const DELETED_AT_ONCE = 1_000;

type ClaimCosts = Pick<UnitCosts, "claimMs" | "claimedJobs" | "crowdedClaimMs">;

/**
 * How long claims take, which come one after another over all nodes: CPU time, on top of which comes the commit. Nothing
 * else may use the database meanwhile.
 */
export async function measureClaims(meter: DatabaseMeter): Promise<ClaimCosts> {
  await meter.client.query(
    `insert into skerry.tenants (id, name) select 'many-' || n, 'many' from generate_series(1, ${TENANTS}) n`,
  );
  const few = await meterClaims(meter, FEW_TENANTS);
  const many = await meterClaims(meter, TENANTS);
  return { claimMs: few.ms, claimedJobs: few.jobs, crowdedClaimMs: many.ms };
}

/** As many jobs as all claims together take, and at least one of each tenant. */
async function meterClaims(meter: DatabaseMeter, tenants: number) {
  const { client } = meter;
  const jobs = Math.max(tenants, CLAIMED_AT_ONCE * CLAIMS * 2);
  await client.query(`
    insert into skerry.jobs (tenant_id, id, kind, payload, priority, state, run_at, max_attempts, backoff_ms,
      max_backoff_ms, expire_ms)
    select 'many-' || (1 + n % ${tenants}), gen_random_uuid(), 'nothing', '{}', 0, 'ready', now(), 3, 1000, 1000, 60000
    from generate_series(1, ${jobs}) n`);
  await client.query(`
    insert into skerry.job_lanes (tenant_id, is_active, pass, concurrency, known_at)
    select 'many-' || n, true, 0, 1000, now() from generate_series(1, ${tenants}) n
    on conflict (tenant_id) do update set is_active = true`);
  await client.query("vacuum analyze skerry.jobs, skerry.job_lanes");
  let claimed = 0;
  const used = await meterWork(meter, CLAIMS, async () => {
    for (let n = 0; n < CLAIMS; n++) {
      const { rowCount } = await client.query(
        "select id from skerry.claim_jobs($1, '{nothing}', $2, 1, $3)",
        [randomUUID(), CLAIMED_AT_ONCE, LEASE_MS],
      );
      claimed += rowCount ?? 0;
    }
  });
  await client.query("truncate skerry.jobs, skerry.job_lanes, skerry.job_notices");
  return { ms: used.cpuMs, jobs: claimed / CLAIMS };
}

/** How many small transactions commit that tell of something, as those that queue an execution do. */
export async function measureNotifying(url: string): Promise<Pick<UnitCosts, "notifyingPerSecond">> {
  const pool = new pg.Pool({ connectionString: url, max: NOTIFIERS });
  await pool.query("create table notices (id bigint generated always as identity, text text)");
  const until = performance.now() + NOTIFYING_MS;
  let count = 0;
  const notify = async (): Promise<void> => {
    while (performance.now() < until) {
      await pool.query(
        "with added as (insert into notices (text) values ('x')) select pg_notify('measured', '')",
      );
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: NOTIFIERS }, notify));
  await pool.query("drop table notices");
  await pool.end();
  return { notifyingPerSecond: (count * 1_000) / NOTIFYING_MS };
}

/** What schedules cost that become due beside 100,000 others, and executions that are kept for long enough. */
export async function measureUpkeep(
  meter: DatabaseMeter,
  databaseUrl: string,
): Promise<Pick<UnitCosts, "tickMs" | "deletedMs" | "deletedWalKb">> {
  const config = { ...readConfig({ DATABASE_URL: databaseUrl, LOG_LEVEL: "error" }), role: "web" } as const;
  const logger = createLogger("error");
  await using assembly = await assembleSkerry(config, OPERATOR_KEY, logger);
  const { database, platform } = assembly;
  await insertSchedules(meter.client);
  const fired = await meterWork(meter, DUE, async () => {
    while ((await fireDueSchedules({ database, logger, queued: platform.queued })) > 0);
  });
  const deleted = await meterDeletion(meter, database);
  return { tickMs: fired.cpuMs, deletedMs: deleted.cpuMs, deletedWalKb: deleted.walKb };
}

/** One schedule of each tenant, of which some are due now. */
async function insertSchedules(client: pg.Client): Promise<void> {
  await client.query("begin");
  await client.query(`
    insert into skerry.scripts (tenant_id, id, name, type, status, active_version, latest_version)
    select 'many-' || n, gen_random_uuid(), 'hourly', 'scheduled', 'active', 1, 1 from generate_series(1, ${TENANTS}) n`);
  await client.query(`
    insert into skerry.script_versions (tenant_id, script_id, version, language, source, code, settings, checksum)
    select tenant_id, id, 1, 'js', '', '', '{}', decode(repeat('00', 32), 'hex')
    from skerry.scripts where name = 'hourly'`);
  await client.query(`
    insert into skerry.schedules (
      tenant_id, script_id, cron, timezone, overlap, misfire, jitter_ms, offset_ms, retry, next_run_at)
    select tenant_id, id, '0 * * * *', 'UTC', 'allow', 'once', 0, 0,
      '{ "attempts": 1, "backoffMs": 0, "maxBackoffMs": 0 }',
      case when row_number() over () <= ${DUE} then now() else now() + interval '1 hour' end
    from skerry.scripts where name = 'hourly'`);
  await client.query("commit");
  await client.query("vacuum analyze skerry.scripts, skerry.script_versions, skerry.schedules");
}

async function meterDeletion(meter: DatabaseMeter, database: Database) {
  await generate(meter.client, "many-1", { scripts: 100, executions: HISTORY });
  const what = { before: firstIdAt(new Date()), limit: DELETED_AT_ONCE };
  return await meterWork(meter, HISTORY, async () => {
    while ((await withPlatform(database, (queries) => deleteEnded(queries, "many-1", what))) > 0);
  });
}

/** What PostgreSQL used for each of some things that were done. */
async function meterWork(meter: DatabaseMeter, count: number, work: () => Promise<void>) {
  const before = await meter.read();
  await work();
  const after = await meter.read();
  return { cpuMs: (after.cpuMs - before.cpuMs) / count, walKb: (after.walKb - before.walKb) / count };
}
