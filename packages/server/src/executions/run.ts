import { createUsage, SandboxError } from "@skerry/sandbox";
import type {
  ExecutionLimits,
  ExecutionResult,
  JsonObject,
  LogLine,
  Payload,
  RunnerPool,
} from "@skerry/sandbox";
import type { ExecutionTrigger } from "../db/schema.ts";
import type { LoadedProgram } from "../scripts/program-store.ts";

/** One execution to be: what, why and with what. */
export interface Run {
  readonly executionId: string;
  readonly loaded: LoadedProgram;
  readonly scriptName: string;
  readonly trigger: ExecutionTrigger;
  /** More that `ctx.trigger` tells, e.g. the parameters of a path. */
  readonly triggerFields?: JsonObject;
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
  const { executionId, loaded, scriptName, trigger, triggerFields, input, limits, signal } = run;
  const { onStart, onLog } = run;
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
        execution: { id: executionId, attempt: 1 },
        trigger: { type: trigger, ...triggerFields },
        limits: { ...limits },
      },
      attributes: { script: scriptId },
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
