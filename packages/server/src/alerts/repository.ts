import { sql } from "kysely";
import type { Queries } from "../db/tenant-scope.ts";
import type { ScriptSettings } from "../scripts/settings.ts";
import type { AlertChannel } from "./alert.ts";
import type { FailureSettings } from "./settings.ts";

/** What an execution ran, as far as alerts tell of it. */
export interface FailedProgram {
  readonly script: string;
  readonly version: number;
  readonly onFailure: FailureSettings | undefined;
}

/** @returns undefined for drafts, deleted scripts and tenants that are suspended. */
export async function findFailedProgram(
  queries: Queries,
  tenantId: string,
  executionId: string,
): Promise<FailedProgram | undefined> {
  const row = await queries
    .selectFrom("executions as execution")
    .innerJoin("tenants as tenant", "tenant.id", "execution.tenant_id")
    .innerJoin("scripts as script", (join) =>
      join
        .onRef("script.tenant_id", "=", "execution.tenant_id")
        .onRef("script.id", "=", "execution.script_id"),
    )
    .innerJoin("script_versions as version", (join) =>
      join
        .onRef("version.tenant_id", "=", "execution.tenant_id")
        .onRef("version.script_id", "=", "execution.script_id")
        .onRef("version.version", "=", "execution.version"),
    )
    .select(["script.name", "version.version", "version.settings"])
    .where("execution.tenant_id", "=", tenantId)
    .where("execution.id", "=", executionId)
    .where("script.deleted_at", "is", null)
    .where("tenant.status", "=", "active")
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { onFailure } = row.settings as ScriptSettings;
  return { script: row.name, version: row.version, onFailure };
}

/** Of which a window holds one message. */
export interface AlertWindow {
  readonly tenantId: string;
  readonly scriptId: string;
  readonly channel: AlertChannel;
  /** From the message on. */
  readonly windowMs: number;
}

/**
 * Opens the next window unless one is open, and counts the failure in that one otherwise. Transactions that ask for the
 * same channel wait for each other, so of all nodes one opens it.
 *
 * @returns how many failures the window before left out; undefined when this failure is to be left out.
 */
export async function openAlertWindow(
  queries: Queries,
  { tenantId, scriptId, channel, windowMs }: AlertWindow,
): Promise<number | undefined> {
  const isOver = sql`present.opened_at + ${windowMs} * interval '1 millisecond' <= excluded.opened_at`;
  const { rows } = await sql<{ opens: boolean; leftOut: number }>`
    insert into skerry.alert_windows as present (tenant_id, script_id, channel, opened_at)
    values (${tenantId}, ${scriptId}, ${channel}, clock_timestamp())
    on conflict (tenant_id, script_id, channel) do update set
      opened_at = case when ${isOver} then excluded.opened_at else present.opened_at end,
      left_out_before = case when ${isOver} then present.left_out else present.left_out_before end,
      left_out = case when ${isOver} then 0 else present.left_out + 1 end
    returning left_out = 0 as opens, left_out_before as "leftOut"
  `.execute(queries);
  const [window] = rows;
  return window?.opens === true ? window.leftOut : undefined;
}
