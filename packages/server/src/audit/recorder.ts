import type { JsonObject } from "@skerry/sandbox";
import { nameOf } from "../auth/principal.ts";
import type { Operator } from "../auth/principal.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { INSTALLATION_CHAIN } from "./record.ts";
import { insertRecord } from "./repository.ts";

/** Who changed something: a Caller as it is, or an Operator with the tenant that the change is about. */
export interface AuditActor extends Operator {
  /** Left out for a change of the installation. */
  readonly tenantId?: string;
}

/** A change that was made. */
export interface AuditedChange {
  /** `thing.happened`, in the past tense: `script.published`. */
  readonly action: string;
  /** What was changed; `name` as people knew it at that time. */
  readonly target: { readonly type: string; readonly id: string; readonly name?: string };
  /** What mattered of it before and after: small, without secrets and without sources, for which checksums stand. */
  readonly before?: JsonObject;
  readonly after?: JsonObject;
}

/**
 * Writes a change into the audit log, within the transaction of the change, so that both commit or neither does.
 * Call it last: the chain of the tenant, or of the installation, stays locked until the transaction ends, and a
 * transaction that waits for something else meanwhile holds up all others. For the same reason one transaction records
 * in one chain only.
 */
export async function recordChange(
  queries: Queries,
  actor: AuditActor,
  { action, target, before, after }: AuditedChange,
): Promise<void> {
  const { address, requestId } = actor.origin;
  await insertRecord(queries, actor.tenantId ?? INSTALLATION_CHAIN, {
    actor: toStorable(nameOf(actor.principal)),
    action,
    targetType: target.type,
    targetId: toStorable(target.id),
    targetName: target.name === undefined ? null : toStorable(target.name),
    before: before === undefined ? null : JSON.stringify(before),
    after: after === undefined ? null : JSON.stringify(after),
    address: address ?? null,
    requestId: requestId ?? null,
  });
}

/** Postgres keeps no NUL in text, and only well-formed UTF-8; a record must not fail because of a name. */
function toStorable(text: string): string {
  return text.replaceAll("\0", "\uFFFD").toWellFormed();
}
