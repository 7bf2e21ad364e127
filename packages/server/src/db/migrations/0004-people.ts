import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Users, their sessions, one-time links that sign in, and what they are called by an identity provider. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(database);
  await sql.raw(TENANT_WALL).execute(database);
}

/*
 * Superadmins belong to no tenant, so the tenant cannot be part of a primary key; foreign keys that hold rows to the
 * user's own tenant could not be checked for them either.
 */
const TABLES = `
create table skerry.users (
  id uuid primary key,
  tenant_id text references skerry.tenants on delete cascade,
  email text not null check (email = lower(email)),
  name text not null,
  role text not null check (role in ('superadmin', 'admin', 'developer', 'viewer')),
  status text not null default 'active' check (status in ('active', 'disabled')),
  password_hash text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_sign_in_at timestamptz,
  check ((tenant_id is null) = (role = 'superadmin')),
  constraint users_by_email unique nulls not distinct (tenant_id, email)
);
create index users_by_tenant on skerry.users (tenant_id, id);

create table skerry.sessions (
  id uuid primary key,
  tenant_id text references skerry.tenants on delete cascade,
  user_id uuid not null references skerry.users on delete cascade,
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sessions_by_user on skerry.sessions (user_id);

create table skerry.sign_in_links (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  tenant_id text references skerry.tenants on delete cascade,
  user_id uuid not null references skerry.users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sign_in_links_by_user on skerry.sign_in_links (user_id);

create table skerry.user_identities (
  tenant_id text references skerry.tenants on delete cascade,
  user_id uuid not null references skerry.users on delete cascade,
  issuer text not null,
  subject text not null,
  created_at timestamptz not null default now(),
  primary key (user_id, issuer),
  constraint user_identities_by_subject unique nulls not distinct (tenant_id, issuer, subject)
);
`;

const TENANT_WALL = `
select skerry.protect_tenant_table('skerry.users', 'tenant_id');
select skerry.protect_tenant_table('skerry.sessions', 'tenant_id');
select skerry.protect_tenant_table('skerry.sign_in_links', 'tenant_id');
select skerry.protect_tenant_table('skerry.user_identities', 'tenant_id');

grant select, insert, update, delete on skerry.users to skerry_tenant;
grant select, insert, delete on skerry.sessions, skerry.sign_in_links to skerry_tenant;
grant select, insert on skerry.user_identities to skerry_tenant;
`;
