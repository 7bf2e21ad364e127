import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Values that scripts use and nobody reads, encrypted. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(SECRETS).execute(database);
  await sql.raw(ANNOUNCEMENTS).execute(database);
}

// AES-GCM: a nonce of 96 bits, and a tag of 16 bytes at the end of the ciphertext.
const SECRETS = `
create table skerry.secrets (
  tenant_id text not null references skerry.tenants on delete cascade,
  name text not null check (name ~ '^[A-Z][A-Z0-9_]{0,63}$'),
  version integer not null check (version >= 1),
  key_id text not null,
  nonce bytea not null check (octet_length(nonce) = 12),
  ciphertext bytea not null check (octet_length(ciphertext) > 16),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  updated_by text not null,
  primary key (tenant_id, name)
);
create index secrets_by_key on skerry.secrets (key_id);

select skerry.protect_tenant_table('skerry.secrets', 'tenant_id');
grant select, insert, update, delete on skerry.secrets to skerry_tenant;
`;

// A trigger also sees the secrets that go with their tenant, which might be made anew.
const ANNOUNCEMENTS = `
create function skerry.announce_secret() returns trigger language plpgsql as $$
begin
  perform pg_notify('skerry_secrets', coalesce(new.tenant_id, old.tenant_id));
  return null;
end $$;
create trigger announce after insert or update or delete on skerry.secrets
  for each row execute function skerry.announce_secret();
`;
