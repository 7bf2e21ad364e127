import { createUsage, SandboxError } from "@skerry/sandbox";
import type {
  ExecutionLimits,
  ExecutionResult,
  JsonObject,
  LogLine,
  Payload,
  RunnerPool,
} from "@skerry/sandbox";
import { EVENT_DEPTH_ATTRIBUTE } from "../events/event.ts";
import type { ExecutionTrigger } from "../db/schema.ts";
import type { LoadedProgram } from "../scripts/program-store.ts";

/** One execution to be: what, why and with what. */
export interface Run {
  readonly executionId: string;
  readonly loaded: LoadedProgram;
  readonly scriptName: string;
  readonly trigger: ExecutionTrigger;
  /** Counts from 1. Default 1. */
  readonly attempt?: number | undefined;
  /** More that `ctx.trigger` tells, e.g. the parameters of a path. */
  readonly triggerFields?: JsonObject | undefined;
  readonly input: Payload;
  readonly limits: ExecutionLimits;
  readonly signal: AbortSignal;
  /** Called when a runner takes it. Must not throw. */
  readonly onStart?: () => void;
  /** Called with lines as they are logged. Must not throw. */
  readonly onLog: (lines: readonly LogLine[]) => void;
}

/** Runs it in the pool. Never rejects: that no runner was to be had is a failed execution as well. */
export async function runInPool(pool: Pick<RunnerPool, "execute">, run: Run): Promise<ExecutionResult> {
  const { executionId, loaded, scriptName, trigger, attempt = 1, triggerFields, input, limits } = run;
  const { signal, onStart, onLog } = run;
  const since = performance.now();
  const { tenantId, scriptId, version, program, reuseContext, type } = loaded;
  try {
    return await pool.execute({
      executionId,
      tenant: tenantId,
      program,
      entry: type === "http" ? "http" : "call",
      input,
      context: {
        tenant: { id: tenantId },
        script: { id: scriptId, name: scriptName, version },
        execution: { id: executionId, attempt },
        trigger: { type: trigger, ...triggerFields },
        limits: { ...limits },
      },
      attributes: { script: scriptId, ...describeDepth(triggerFields) },
      reuseContext,
      limits,
      onStart,
      onLog,
      signal,
    });
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return failWithoutRunner(error, performance.now() - since);
  }
}

function failWithoutRunner({ code, message }: SandboxError, queuedMs: number): ExecutionResult {
  return { status: "failed", error: { code, message }, usage: { ...createUsage(), queuedMs } };
}

/** How deep the event lies that the execution handles, for what it publishes itself. */
function describeDepth({ event }: JsonObject = {}): Record<string, string> {
  const depth = typeof event === "object" && event !== null && "depth" in event ? event["depth"] : undefined;
  return typeof depth === "number" ? { [EVENT_DEPTH_ATTRIBUTE]: String(depth) } : {};
}
