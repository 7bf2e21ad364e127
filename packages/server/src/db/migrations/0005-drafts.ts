import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Drafts apart from versions, all statuses of scripts, and what lists of very many scripts are read by. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(STATUSES).execute(database);
  await sql.raw(DRAFTS).execute(database);
  await sql.raw(TAGS).execute(database);
  await sql.raw(LISTS).execute(database);
}

const STATUSES = `
alter table skerry.scripts drop constraint scripts_status_check;
alter table skerry.scripts add constraint scripts_status_check
  check (status in ('draft', 'active', 'paused', 'disabled', 'archived'));
alter table skerry.scripts add constraint scripts_latest_version_check check (latest_version >= 0);
`;

// What was a draft until now has its content in its latest version.
const DRAFTS = `
create table skerry.script_drafts (
  tenant_id text not null,
  script_id uuid not null,
  language text not null check (language in ('js', 'ts')),
  source text not null,
  settings jsonb not null,
  checksum bytea not null check (octet_length(checksum) = 32),
  base_version integer not null check (base_version >= 0),
  revision integer not null check (revision >= 1),
  author text not null,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, script_id),
  foreign key (tenant_id, script_id) references skerry.scripts on delete cascade
);
select skerry.protect_tenant_table('skerry.script_drafts', 'tenant_id');
grant select, insert, update, delete on skerry.script_drafts to skerry_tenant;

insert into skerry.script_drafts
    (tenant_id, script_id, language, source, settings, checksum, base_version, revision, author)
  select version.tenant_id, version.script_id, version.language, version.source, version.settings,
         version.checksum, script.latest_version, 1, version.author
  from skerry.scripts as script
  join skerry.script_versions as version
    on (version.tenant_id, version.script_id, version.version) = (script.tenant_id, script.id, script.latest_version)
  where script.active_version is null;
`;

/*
 * An index over the array itself would not do: Postgres does not hand its operators the rows that row-level security
 * has yet to judge.
 */
const TAGS = `
create table skerry.script_tags (
  tenant_id text not null,
  script_id uuid not null,
  tag text not null,
  primary key (tenant_id, script_id, tag),
  foreign key (tenant_id, script_id) references skerry.scripts on delete cascade
);
create index script_tags_by_tag on skerry.script_tags (tenant_id, tag, script_id desc);
select skerry.protect_tenant_table('skerry.script_tags', 'tenant_id');
grant select, insert, delete on skerry.script_tags to skerry_tenant;

create function skerry.copy_script_tags() returns trigger language plpgsql as $$
begin
  delete from skerry.script_tags
    where tenant_id = new.tenant_id and script_id = new.id
      and (new.deleted_at is not null or tag <> all (new.tags));
  insert into skerry.script_tags (tenant_id, script_id, tag)
    select new.tenant_id, new.id, unnest(new.tags) where new.deleted_at is null
    on conflict do nothing;
  return null;
end $$;
create trigger tags after insert or update of tags, deleted_at on skerry.scripts
  for each row execute function skerry.copy_script_tags();

insert into skerry.script_tags (tenant_id, script_id, tag)
  select tenant_id, id, unnest(tags) from skerry.scripts where deleted_at is null
  on conflict do nothing;
`;

const LISTS = `
alter table skerry.scripts
  add column name_key text collate "C" not null generated always as (lower(name)) stored;
create index scripts_by_name_key on skerry.scripts (tenant_id, name_key) where deleted_at is null;
create index scripts_listed on skerry.scripts (tenant_id, id desc)
  where deleted_at is null and status <> 'archived';
create index scripts_by_type on skerry.scripts (tenant_id, type, id desc)
  where deleted_at is null and status <> 'archived';
create index scripts_by_status on skerry.scripts (tenant_id, status, id desc) where deleted_at is null;
create index scripts_by_type_and_status on skerry.scripts (tenant_id, type, status, id desc)
  where deleted_at is null;
`;
