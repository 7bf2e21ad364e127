import type { Kysely } from "kysely";
import { sql } from "kysely";

/**
 * What scripts told of their failures lately, by channel: the platform's alone. A row says when the last message was
 * sent, how many failures came after it, and how many the message itself told of that had been left out.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `
create table skerry.alert_windows (
  tenant_id text not null,
  script_id uuid not null,
  channel text not null check (channel in ('webhook', 'email')),
  opened_at timestamptz not null,
  left_out integer not null default 0,
  left_out_before integer not null default 0,
  primary key (tenant_id, script_id, channel),
  foreign key (tenant_id, script_id) references skerry.scripts on delete cascade
) with (fillfactor = 50);
select skerry.protect_tenant_table('skerry.alert_windows', 'tenant_id');
`,
    )
    .execute(database);
}
