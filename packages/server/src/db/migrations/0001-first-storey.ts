import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Tenants, API keys, scripts with their versions and routes, executions with their logs. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(database);
  await sql.raw(IMMUTABLE_VERSIONS).execute(database);
  await sql.raw(TENANT_WALL).execute(database);
}

const TABLES = `
create table skerry.tenants (
  id text primary key check (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null,
  status text not null default 'active' check (status in ('active', 'suspended')),
  plan text not null default 'default',
  created_at timestamptz not null default now()
);

create table skerry.api_keys (
  id uuid primary key,
  tenant_id text references skerry.tenants on delete cascade,
  name text not null,
  key_hash bytea not null unique check (octet_length(key_hash) = 32),
  prefix text not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_by_tenant on skerry.api_keys (tenant_id, id);

create table skerry.scripts (
  tenant_id text not null references skerry.tenants on delete cascade,
  id uuid not null,
  name text not null,
  type text not null check (type in ('scheduled', 'http', 'event', 'oneoff', 'embedded')),
  status text not null check (status in ('draft', 'active', 'disabled')),
  description text not null default '',
  tags text[] not null default '{}',
  active_version integer,
  latest_version integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (tenant_id, id)
);
create unique index scripts_by_name on skerry.scripts (tenant_id, name) where deleted_at is null;

create table skerry.script_versions (
  tenant_id text not null,
  script_id uuid not null,
  version integer not null check (version >= 1),
  language text not null check (language in ('js', 'ts')),
  source text not null,
  code text not null,
  source_map text,
  settings jsonb not null,
  checksum bytea not null check (octet_length(checksum) = 32),
  note text not null default '',
  author text not null default '',
  created_at timestamptz not null default now(),
  primary key (tenant_id, script_id, version),
  foreign key (tenant_id, script_id) references skerry.scripts on delete cascade
);
alter table skerry.scripts add constraint scripts_active_version
  foreign key (tenant_id, id, active_version) references skerry.script_versions deferrable initially deferred;

create table skerry.endpoint_routes (
  tenant_id text not null,
  method text not null check (method = upper(method)),
  path text not null,
  script_id uuid not null,
  primary key (tenant_id, method, path),
  foreign key (tenant_id, script_id) references skerry.scripts on delete cascade
);
create index endpoint_routes_by_script on skerry.endpoint_routes (tenant_id, script_id);

create table skerry.executions (
  tenant_id text not null,
  id uuid not null,
  script_id uuid not null,
  version integer not null,
  trigger text not null check (trigger in ('cron', 'http', 'event', 'manual', 'api', 'call')),
  status text not null check (status in ('pending', 'running', 'completed', 'failed', 'timeout', 'cancelled')),
  input json,
  output json,
  error json,
  queued_ms double precision,
  duration_ms double precision,
  cpu_ms double precision,
  memory_peak_bytes bigint,
  capability_calls integer,
  attempt integer not null default 1 check (attempt >= 1),
  created_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, script_id, version) references skerry.script_versions on delete cascade
);
create index executions_by_script on skerry.executions (tenant_id, script_id, id desc);
create index executions_by_status on skerry.executions (tenant_id, status, id desc);
create index executions_unfinished on skerry.executions (id) where status in ('pending', 'running');

create table skerry.execution_logs (
  tenant_id text not null,
  execution_id uuid not null,
  seq integer not null check (seq >= 0),
  level text not null check (level in ('debug', 'info', 'warn', 'error')),
  time timestamptz not null,
  message text not null,
  fields json,
  primary key (tenant_id, execution_id, seq),
  foreign key (tenant_id, execution_id) references skerry.executions on delete cascade
);
`;

const IMMUTABLE_VERSIONS = `
create function skerry.refuse_version_update() returns trigger language plpgsql as $$
begin
  raise exception 'version % of script % is immutable; write a new version instead', old.version, old.script_id
    using errcode = 'integrity_constraint_violation';
end $$;
create trigger immutable before update on skerry.script_versions
  for each row execute function skerry.refuse_version_update();
`;

/*
 * FORCE makes the owner of the tables obey as well, so it needs a policy of its own: without one, an owner that is
 * no superuser would see nothing. Later migrations call the function for their own tables; it is never replaced.
 */
const TENANT_WALL = `
create function skerry.protect_tenant_table(target regclass, tenant_column text) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy platform_rows on %s to current_user using (true) with check (true)', target);
  execute format(
    'create policy tenant_rows on %s to skerry_tenant
       using (%2$I = current_setting(''skerry.tenant'', true))
       with check (%2$I = current_setting(''skerry.tenant'', true))',
    target, tenant_column);
end $$;
revoke all on function skerry.protect_tenant_table(regclass, text) from public;

select skerry.protect_tenant_table('skerry.tenants', 'id');
select skerry.protect_tenant_table('skerry.api_keys', 'tenant_id');
select skerry.protect_tenant_table('skerry.scripts', 'tenant_id');
select skerry.protect_tenant_table('skerry.script_versions', 'tenant_id');
select skerry.protect_tenant_table('skerry.endpoint_routes', 'tenant_id');
select skerry.protect_tenant_table('skerry.executions', 'tenant_id');
select skerry.protect_tenant_table('skerry.execution_logs', 'tenant_id');

grant usage on schema skerry to skerry_tenant;
grant select on skerry.tenants to skerry_tenant;
grant select, insert on skerry.script_versions, skerry.execution_logs to skerry_tenant;
grant select, insert, update, delete
  on skerry.api_keys, skerry.scripts, skerry.endpoint_routes, skerry.executions to skerry_tenant;
`;
