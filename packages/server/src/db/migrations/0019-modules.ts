import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Libraries among the scripts, what each version was compiled with, and that this is stored too. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(TYPES).execute(database);
  await sql.raw(MODULES).execute(database);
  await sql.raw(STORED_BYTES).execute(database);
}

const TYPES = `
alter table skerry.scripts drop constraint scripts_type_check;
alter table skerry.scripts add constraint scripts_type_check
  check (type in ('scheduled', 'http', 'event', 'oneoff', 'embedded', 'library'));
`;

// A library may be renamed or deleted; what was compiled with it stays as it was.
const MODULES = `
create table skerry.version_modules (
  tenant_id text not null,
  script_id uuid not null,
  version integer not null,
  specifier text not null,
  library_id uuid,
  module_version text not null,
  checksum bytea not null check (octet_length(checksum) = 32),
  integrity text,
  bytes bigint not null check (bytes >= 0),
  primary key (tenant_id, script_id, version, specifier),
  foreign key (tenant_id, script_id, version) references skerry.script_versions on delete cascade
);
create index version_modules_by_library on skerry.version_modules (tenant_id, library_id)
  where library_id is not null;
create trigger immutable before update on skerry.version_modules
  for each row execute function skerry.refuse_version_update();

select skerry.protect_tenant_table('skerry.version_modules', 'tenant_id');
grant select, insert on skerry.version_modules to skerry_tenant;
`;

// A short source may bring along much: without it, versions would cost a tenant nothing of what they take.
const STORED_BYTES = `
create function skerry.count_module_bytes() returns trigger language plpgsql as $$
begin
  perform skerry.add_stored_bytes(new.tenant_id, new.bytes);
  return null;
end $$;
create trigger count_stored_bytes after insert on skerry.version_modules
  for each row execute function skerry.count_module_bytes();

create or replace function skerry.uncount_deleted_script() returns trigger language plpgsql as $$
begin
  perform skerry.add_stored_bytes(new.tenant_id, (
    select -coalesce(sum(octet_length(source)), 0) from skerry.script_versions
    where tenant_id = new.tenant_id and script_id = new.id) - (
    select coalesce(sum(bytes), 0)::bigint from skerry.version_modules
    where tenant_id = new.tenant_id and script_id = new.id));
  return null;
end $$;
`;
