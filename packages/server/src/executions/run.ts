import { createUsage, SandboxError } from "@skerry/sandbox";
import type {
  ExecutionLimits,
  ExecutionRequest,
  ExecutionResult,
  JsonObject,
  LogLine,
  Payload,
  RunnerPool,
} from "@skerry/sandbox";
import { EVENT_DEPTH_ATTRIBUTE } from "../events/event.ts";
import { ATTRIBUTES } from "./attributes.ts";
import type { ExecutionTrigger } from "../db/schema.ts";
import type { TraceContext } from "../observability/trace-context.ts";
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
  /** Who asked for it, e.g. `user:0198…`. */
  readonly actor?: string | null | undefined;
  readonly requestId?: string | null | undefined;
  /** Where in a trace it runs. */
  readonly trace?: TraceContext | undefined;
  /** How many executions wait for this one. Default 0. */
  readonly depth?: number | undefined;
  /** More that capabilities are told. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  readonly input: Payload;
  readonly limits: ExecutionLimits;
  readonly signal: AbortSignal;
  /** Called when a runner takes it. Must not throw. */
  readonly onStart?: () => void;
  /** Called with lines as they are logged. Must not throw. */
  readonly onLog: (lines: readonly LogLine[]) => void;
  /** Takes an output whose body comes in chunks; without it such a body is gathered. Must not throw. */
  readonly onStream?: ExecutionRequest["onStream"];
}

/** Runs it in the pool. Never rejects: that no runner was to be had is a failed execution as well. */
export async function runInPool(pool: Pick<RunnerPool, "execute">, run: Run): Promise<ExecutionResult> {
  const { executionId, loaded, scriptName, trigger, attempt = 1, triggerFields, input, limits } = run;
  const { signal, onStart, onLog, onStream, depth, attributes } = run;
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
      attributes: {
        script: scriptId,
        ...describeOrigin(run),
        ...describeDepth(triggerFields),
        ...attributes,
      },
      reuseContext,
      limits,
      depth,
      onStart,
      onLog,
      onStream,
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

/** What capabilities are told, who may be a service of the host. */
function describeOrigin({
  scriptName,
  loaded,
  limits,
  actor,
  requestId,
  trace,
}: Run): Record<string, string> {
  return {
    [ATTRIBUTES.scriptName]: scriptName,
    [ATTRIBUTES.version]: String(loaded.version),
    [ATTRIBUTES.capabilityCalls]: String(limits.capabilityCalls),
    ...(actor ? { [ATTRIBUTES.actor]: actor } : {}),
    ...(requestId ? { [ATTRIBUTES.requestId]: requestId } : {}),
    ...(trace === undefined ? {} : { [ATTRIBUTES.trace]: trace }),
  };
}

/** How deep the event lies that the execution handles, for what it publishes itself. */
function describeDepth({ event }: JsonObject = {}): Record<string, string> {
  const depth = typeof event === "object" && event !== null && "depth" in event ? event["depth"] : undefined;
  return typeof depth === "number" ? { [EVENT_DEPTH_ATTRIBUTE]: String(depth) } : {};
}
