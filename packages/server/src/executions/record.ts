import type { ExecutionResult, JsonValue } from "@skerry/sandbox";
import { SERVER_ERRORS } from "../problems/error-table.ts";
import { momentOf } from "../rest/ids.ts";
import { parseGuestJson } from "../rest/json.ts";
import { recordedTraceId } from "../observability/trace-context.ts";
import type { TraceContext } from "../observability/trace-context.ts";
import { JobError } from "../jobs/errors.ts";
import type { Execution, ExecutionError } from "./execution.ts";
import type { Run } from "./run.ts";

/** Where an execution comes from; what is left out is not known, or not so. */
export interface Provenance {
  readonly replayOf?: string | undefined;
  readonly parentId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly actor?: string | undefined;
  /** Where in a trace it was asked for. */
  readonly trace?: TraceContext | undefined;
}

/** What is known of a run before it begins. */
export interface BegunRun extends Pick<Run, "executionId" | "trigger"> {
  readonly loaded: { readonly scriptId: string; readonly version: number };
}

/** An execution that is about to run. */
export function beginExecution(
  { executionId, loaded, trigger }: BegunRun,
  input: JsonValue,
  { replayOf, parentId, eventId, requestId, actor, trace }: Provenance = {},
): Execution {
  return {
    id: executionId,
    scriptId: loaded.scriptId,
    version: loaded.version,
    trigger,
    status: "pending",
    input,
    output: null,
    error: null,
    queuedMs: null,
    durationMs: null,
    cpuMs: null,
    memoryPeakBytes: null,
    capabilityCalls: null,
    attempt: 1,
    jobId: null,
    startAfter: null,
    progress: null,
    replayOf: replayOf ?? null,
    parentId: parentId ?? null,
    eventId: eventId ?? null,
    requestId: requestId ?? null,
    actor: actor ?? null,
    traceId: recordedTraceId(trace) ?? null,
    // What the id says, by which lists are cut at a time.
    createdAt: momentOf(executionId),
    startedAt: null,
    completedAt: null,
  };
}

/** How an execution ended, in the words of its record. */
export interface Ending {
  readonly status: ExecutionResult["status"];
  readonly output: JsonValue;
  readonly error: ExecutionError | null;
}

/** The ending as the script's output tells it; a runner that sends no JSON made the execution fail. */
export function readEnding(result: ExecutionResult): Ending {
  if (result.status !== "completed") {
    const { code, message, stack } = result.error;
    return {
      status: result.status,
      output: null,
      error: { code, message, ...(stack === undefined ? {} : { stack }) },
    };
  }
  const output = parseGuestJson(result.output.json);
  if (output !== undefined) return { status: "completed", output, error: null };
  const error = {
    code: "OUTPUT_INVALID",
    message: "The result is not JSON, or nested deeper than 100 levels.",
  };
  return { status: "failed", output: null, error };
}

/** Tells whether an attempt was aborted because of its node or its job, and not because somebody cancelled it. */
export function isInterruption(reason: unknown): reason is JobError {
  return reason instanceof JobError && reason.code !== "JOB_CANCELLED";
}

/** The ending of an attempt that was interrupted. */
export function endInterrupted({ code, message }: JobError): Ending {
  const isExpired = code === "JOB_EXPIRED";
  const error = isExpired ? { code, message } : { code: "NODE_LOST", message: SERVER_ERRORS.NODE_LOST.help };
  return { status: isExpired ? "timeout" : "failed", output: null, error };
}

/**
 * An execution that ended just now. One that no runner took was never started.
 *
 * @param dueAt From when on it waited. Default when it was asked for, or might begin.
 */
export function finishExecution(
  begun: Execution,
  { usage }: ExecutionResult,
  ending: Ending,
  dueAt: Date = dueAtOf(begun),
): Execution {
  const { durationMs, cpuMs, memoryPeakBytes, capabilityCalls } = usage;
  // A runner's share is told exactly; the clocks of the nodes that asked and ran may differ.
  const queuedMs = Math.max(usage.queuedMs, measureWait(begun, dueAt));
  return {
    ...begun,
    ...ending,
    queuedMs,
    durationMs,
    cpuMs,
    memoryPeakBytes,
    capabilityCalls,
    startedAt: durationMs > 0 ? (begun.startedAt ?? new Date(begun.createdAt.getTime() + queuedMs)) : null,
    completedAt: new Date(),
  };
}

/** When an execution was asked for, or else might begin. */
export function dueAtOf({ createdAt, startAfter }: Pick<Execution, "createdAt" | "startAfter">): Date {
  return new Date(Math.max(createdAt.getTime(), startAfter?.getTime() ?? 0));
}

/** How long an execution waited until a runner took it, in ms; 0 for one that was not seen to start. */
export function measureWait({ startedAt }: Pick<Execution, "startedAt">, dueAt: Date): number {
  return startedAt === null ? 0 : Math.max(0, startedAt.getTime() - dueAt.getTime());
}
