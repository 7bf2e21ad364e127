import { sql } from "kysely";
import type { Queries } from "../db/tenant-scope.ts";
import type { ScriptSettings } from "../scripts/settings.ts";

/** An active event script as it is published. */
export interface SubscriptionRow {
  readonly scriptId: string;
  readonly settings: ScriptSettings;
}

/** @returns which transaction changed the tenant's subscriptions last; undefined when it never had any. */
export async function findSubscriptionHead(queries: Queries, tenantId: string): Promise<string | undefined> {
  const { rows } = await sql<{ head: string }>`
    select changed_by::text as head from skerry.event_subscription_heads where tenant_id = ${tenantId}`.execute(
    queries,
  );
  return rows[0]?.head;
}

export async function listSubscriptions(queries: Queries, tenantId: string): Promise<SubscriptionRow[]> {
  const rows = await selectPublished(queries, tenantId)
    .where("script.type", "=", "event")
    .where("script.status", "=", "active")
    .orderBy("script.id")
    .execute();
  return rows.map(toSubscriptionRow);
}

/** Scripts that handled events before, whatever their status; those that are deleted are left out. */
export async function listEventScripts(
  queries: Queries,
  tenantId: string,
  scriptIds: readonly string[],
): Promise<SubscriptionRow[]> {
  const rows = await selectPublished(queries, tenantId).where("script.id", "in", scriptIds).execute();
  return rows.map(toSubscriptionRow);
}

function selectPublished(queries: Queries, tenantId: string) {
  return queries
    .selectFrom("scripts as script")
    .innerJoin("script_versions as version", (join) =>
      join
        .onRef("version.tenant_id", "=", "script.tenant_id")
        .onRef("version.script_id", "=", "script.id")
        .onRef("version.version", "=", "script.active_version"),
    )
    .select(["script.id as scriptId", "version.settings"])
    .where("script.tenant_id", "=", tenantId)
    .where("script.deleted_at", "is", null);
}

function toSubscriptionRow({
  scriptId,
  settings,
}: {
  readonly scriptId: string;
  readonly settings: unknown;
}) {
  return { scriptId, settings: settings as ScriptSettings };
}
