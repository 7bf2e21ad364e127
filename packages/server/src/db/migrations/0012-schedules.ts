import { Cron } from "croner";
import type { Kysely } from "kysely";
import { sql } from "kysely";

/** When the published scheduled scripts run next. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(SCHEDULES).execute(database);
  for (const script of await listScheduledScripts(database)) await addSchedule(database, script);
}

/*
 * The index holds no schedule that is paused, so that looking for what is due costs the same however many there are. A
 * tenant's own transactions publish and pause; what has run is the platform's to write.
 */
const SCHEDULES = `
create table skerry.schedules (
  tenant_id text not null,
  script_id uuid not null,
  cron text not null,
  timezone text not null,
  overlap text not null check (overlap in ('skip', 'queue', 'allow')),
  misfire text not null check (misfire in ('skip', 'once', 'all')),
  jitter_ms integer not null check (jitter_ms >= 0),
  offset_ms integer not null check (offset_ms between 0 and jitter_ms),
  retry jsonb not null,
  concurrency_limit integer check (concurrency_limit >= 1),
  next_run_at timestamptz,
  caught_up integer not null default 0 check (caught_up >= 0),
  last_tick_at timestamptz,
  last_execution_id uuid,
  skipped_ticks bigint not null default 0 check (skipped_ticks >= 0),
  last_misfire_at timestamptz,
  primary key (tenant_id, script_id),
  foreign key (tenant_id, script_id) references skerry.scripts on delete cascade
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05);
create index schedules_due on skerry.schedules (next_run_at) where next_run_at is not null;

select skerry.protect_tenant_table('skerry.schedules', 'tenant_id');
grant select, insert, delete on skerry.schedules to skerry_tenant;
grant update (cron, timezone, overlap, misfire, jitter_ms, offset_ms, retry, concurrency_limit, next_run_at, caught_up)
  on skerry.schedules to skerry_tenant;
`;

interface ScheduledScript {
  readonly tenantId: string;
  readonly scriptId: string;
  readonly isActive: boolean;
  readonly settings: {
    readonly cron: string;
    readonly timezone?: string;
    readonly overlap?: string;
    readonly misfire?: string;
    readonly retry?: object;
    readonly concurrency?: { readonly limit: number };
  };
}

const RETRY = { attempts: 1, backoffMs: 2_000, maxBackoffMs: 300_000 };

/** Those that were published before there were schedules. */
async function listScheduledScripts(database: Kysely<unknown>): Promise<readonly ScheduledScript[]> {
  const { rows } = await sql<ScheduledScript>`
    select script.tenant_id as "tenantId", script.id as "scriptId", script.status = 'active' as "isActive",
      version.settings
    from skerry.scripts script
    join skerry.script_versions version on version.tenant_id = script.tenant_id
      and version.script_id = script.id and version.version = script.active_version
    where script.type = 'scheduled' and script.deleted_at is null and script.status <> 'archived'
      and version.settings ? 'cron'
  `.execute(database);
  return rows;
}

async function addSchedule(
  database: Kysely<unknown>,
  { tenantId, scriptId, isActive, settings }: ScheduledScript,
): Promise<void> {
  const { cron, timezone = "UTC", overlap = "skip", misfire = "once", concurrency } = settings;
  const retry = JSON.stringify({ ...RETRY, ...settings.retry });
  const next = new Cron(cron, { paused: true, timezone, mode: "5-or-6-parts" }).nextRun();
  await sql`
    insert into skerry.schedules (
      tenant_id, script_id, cron, timezone, overlap, misfire, jitter_ms, offset_ms, retry, concurrency_limit,
      next_run_at)
    values (
      ${tenantId}, ${scriptId}, ${cron}, ${timezone}, ${overlap}, ${misfire}, 0, 0,
      ${retry}, ${concurrency?.limit ?? null}, ${isActive ? next : null})
  `.execute(database);
}
