import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Where executions come from, drafts that run, indexes for every filter of their list, and news of changed scripts. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(CORRELATION).execute(database);
  await sql.raw(INDEXES).execute(database);
  await sql.raw(SCRIPT_CHANGES).execute(database);
}

// A draft runs as version 0, which is no row of script_versions.
const CORRELATION = `
alter table skerry.executions
  drop constraint executions_tenant_id_script_id_version_fkey,
  add constraint executions_script foreign key (tenant_id, script_id) references skerry.scripts on delete cascade,
  add constraint executions_version check (version >= 0),
  add column parent_id uuid,
  add column event_id text,
  add column request_id text,
  add column actor text;
`;

const INDEXES = `
create index executions_by_trigger on skerry.executions (tenant_id, trigger, id desc);
create index executions_by_script_status on skerry.executions (tenant_id, script_id, status, id desc);
create index executions_by_parent on skerry.executions (tenant_id, parent_id, id desc) where parent_id is not null;
create index executions_by_event on skerry.executions (tenant_id, event_id, id desc) where event_id is not null;
create index executions_by_request on skerry.executions (tenant_id, request_id, id desc) where request_id is not null;
`;

/*
 * Every node keeps what it knows of scripts in memory. That they hear of a change must not hang on nobody forgetting to
 * say so: the rows themselves do, when the transaction commits.
 */
const SCRIPT_CHANGES = `
create function skerry.tell_script_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('skerry_scripts', coalesce(new.tenant_id, old.tenant_id));
  return null;
end $$;
create trigger tell_change after insert or update or delete on skerry.scripts
  for each row execute function skerry.tell_script_change();
create trigger tell_change after insert or update or delete on skerry.endpoint_routes
  for each row execute function skerry.tell_script_change();

create function skerry.tell_tenant_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('skerry_scripts', old.id);
  return null;
end $$;
create trigger tell_change after update or delete on skerry.tenants
  for each row execute function skerry.tell_tenant_change();
`;
