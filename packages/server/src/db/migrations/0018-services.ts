import type { Kysely } from "kysely";
import { sql } from "kysely";

/** What tenants may call instead of what their plan says, which scripts use services of the host, and their schemas. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(GRANTS).execute(database);
  await sql.raw(USES).execute(database);
  await sql.raw(SCHEMAS).execute(database);
}

const GRANTS = `
alter table skerry.tenants add column capabilities text[], add column grants text[];
`;

// Written behind, by the platform alone. The service is named as below.
const USES = `
create table skerry.service_uses (
  tenant_id text not null,
  script_id uuid not null,
  service text not null,
  calls bigint not null check (calls >= 1),
  first_used_at timestamptz not null default now(),
  last_used_at timestamptz not null,
  primary key (tenant_id, script_id, service),
  foreign key (tenant_id, script_id) references skerry.scripts on delete cascade
);
create index service_uses_by_service on skerry.service_uses (service, tenant_id, script_id);

select skerry.protect_tenant_table('skerry.service_uses', 'tenant_id');
grant select on skerry.service_uses to skerry_tenant;
`;

// The service is named as guests do: the version is part of it. A schema may hold what jsonb refuses: \u0000.
const SCHEMAS = `
create table skerry.service_schemas (
  service text not null,
  checksum bytea not null check (octet_length(checksum) = 32),
  input json not null,
  output json not null,
  declared_at timestamptz not null default now(),
  primary key (service, checksum)
);
`;
