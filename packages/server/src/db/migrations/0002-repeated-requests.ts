import type { Kysely } from "kysely";
import { sql } from "kysely";

/** Which execution another one repeats, and the answers to requests that carry an `Idempotency-Key`. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(REPLAYS).execute(database);
  await sql.raw(IDEMPOTENCY_KEYS).execute(database);
}

// No foreign key: old executions may be removed before those that repeat them.
const REPLAYS = `
alter table skerry.executions add column replay_of uuid;
`;

const IDEMPOTENCY_KEYS = `
create table skerry.idempotency_keys (
  tenant_id text references skerry.tenants on delete cascade,
  key_hash bytea not null check (octet_length(key_hash) = 32),
  request_hash bytea not null check (octet_length(request_hash) = 32),
  claim uuid not null,
  claimed_until timestamptz not null,
  status integer,
  body text,
  refusal text,
  created_at timestamptz not null default now(),
  constraint idempotency_keys_by_tenant unique nulls not distinct (tenant_id, key_hash)
);
create index idempotency_keys_by_age on skerry.idempotency_keys (created_at);

select skerry.protect_tenant_table('skerry.idempotency_keys', 'tenant_id');
grant select, insert, update, delete on skerry.idempotency_keys to skerry_tenant;
`;
