import { randomUUIDv7 } from "node:crypto";
import type { JsonObject } from "@skerry/sandbox";
import type { Queries } from "../db/tenant-scope.ts";
import type { FinalFailure } from "../executions/queued.ts";
import { insertDeadLetter } from "./dead-letter-repository.ts";
import { MAX_EVENT_DEPTH } from "./publisher.ts";
import { insertEvents } from "./repository.ts";

/** The event that tells of an execution that was given up. */
export const SCRIPT_FAILED = "script.failed";

/** What `ctx.trigger` tells of an event. */
export interface HandledEvent {
  readonly id: string;
  readonly type: string;
  readonly depth: number;
}

/**
 * Keeps what a script failed to handle as a dead letter, and tells of the failure by an event, within the transaction
 * that gives the execution up. The failure to handle that event is told of by none.
 */
export async function keepFailure(queries: Queries, failed: FinalFailure): Promise<void> {
  const event = eventOf(failed);
  if (event !== undefined) await keepDeadLetter(queries, failed, event);
  if (event?.type === SCRIPT_FAILED) return;
  const depth = event === undefined ? 0 : Math.min(event.depth + 1, MAX_EVENT_DEPTH);
  const message = { id: randomUUIDv7(), type: SCRIPT_FAILED, payload: describe(failed, event) };
  const origin = { actor: `script:${failed.scriptId}`, depth, trace: failed.correlation.trace };
  await insertEvents(queries, failed.tenantId, [message], origin);
}

/** What the fan-out wrote for an execution that handles an event. */
export function eventOf({ trigger, triggerFields }: FinalFailure): HandledEvent | undefined {
  return trigger === "event" ? (triggerFields["event"] as unknown as HandledEvent) : undefined;
}

async function keepDeadLetter(queries: Queries, failed: FinalFailure, event: HandledEvent): Promise<void> {
  const { tenantId, scriptId, input, triggerFields, attempts } = failed;
  await insertDeadLetter(queries, {
    tenantId,
    eventId: event.id,
    type: event.type,
    scriptId,
    payload: input,
    triggerFields,
    attempts: attempts.map((attempt) => ({ ...attempt })),
  });
}

function describe(failed: FinalFailure, event: HandledEvent | undefined): JsonObject {
  const { scriptId, trigger, attempts } = failed;
  const last = attempts.at(-1);
  return {
    scriptId,
    trigger,
    event: event === undefined ? null : { id: event.id, type: event.type },
    executionId: last?.executionId ?? null,
    error: last === undefined ? null : { code: last.code, message: last.message },
    attempts: attempts.length,
  };
}
