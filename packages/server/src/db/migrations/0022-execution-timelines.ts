import type { Kysely } from "kysely";
import { sql } from "kysely";

/** When executions called capabilities, lists of later attempts, and batches of executions to replay or cancel. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(CALLS).execute(database);
  await sql.raw(BATCHES).execute(database);
}

const CALLS = `
alter table skerry.executions add column calls json;
create index executions_by_attempt on skerry.executions (tenant_id, attempt, id desc) where attempt > 1;
`;

// position is the last execution that was taken; they are taken from the newest to the oldest.
const BATCHES = `
create table skerry.execution_batches (
  tenant_id text not null references skerry.tenants on delete cascade,
  id uuid not null,
  action text not null check (action in ('replay', 'cancel')),
  selection json not null,
  actor text not null,
  request_id text,
  total integer not null check (total >= 0),
  done integer not null default 0,
  refused integer not null default 0,
  position uuid,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  primary key (tenant_id, id)
);
create index execution_batches_by_age on skerry.execution_batches (tenant_id, created_at);

select skerry.protect_tenant_table('skerry.execution_batches', 'tenant_id');
grant select, insert, delete on skerry.execution_batches to skerry_tenant;
grant update (done, refused, position, completed_at) on skerry.execution_batches to skerry_tenant;
`;
