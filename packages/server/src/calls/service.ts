import { randomUUIDv7 } from "node:crypto";
import type { ExecutionLimits, ExecutionUsage, JsonValue, RunnerPool } from "@skerry/sandbox";
import type { Logger } from "pino";
import { nameOf, requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Execution } from "../executions/execution.ts";
import type { History } from "../executions/history.ts";
import { createJournal } from "../executions/journal.ts";
import { beginExecution, finishExecution } from "../executions/record.ts";
import type { Provenance } from "../executions/record.ts";
import { runInPool } from "../executions/run.ts";
import type { RunningExecution, RunningExecutions } from "../executions/running.ts";
import type { TraceContext } from "../observability/trace-context.ts";
import { SkerryError } from "../problems/errors.ts";
import { requireActiveTenant } from "../scripts/catalogue.ts";
import type { ScriptCatalogue, ScriptFacts } from "../scripts/catalogue.ts";
import type { LoadedProgram, ProgramStore } from "../scripts/program-store.ts";
import { requireEnabled } from "../scripts/status.ts";
import type { CallAnswer } from "./call.ts";
import { describeMisfits, findMisfits, readOutcome, refuseAnswer } from "./outcome.ts";

export interface CallOptions {
  /** How long the caller waits, for a runner too. Default: as long as the script may take. */
  readonly deadlineMs?: number | undefined;
}

/** Calls of `embedded` scripts out of the host's own work. */
export interface CallService {
  /**
   * Runs the published version and resolves with its output. Nothing of a warm call waits for the database: the history
   * is written behind.
   *
   * @throws SkerryError `SCRIPT_NOT_FOUND`, `SCRIPT_NOT_CALLABLE`, `SCRIPT_NOT_PUBLISHED`, `SCRIPT_DISABLED`,
   * `TENANT_SUSPENDED`, `CALL_INPUT_INVALID`, `CONCURRENCY_LIMIT`, `QUOTA_EXCEEDED` or `SHUTTING_DOWN`; then nothing ran. When the script
   * gives no answer, `CALL_FAILED`, `CALL_OUTPUT_INVALID`, `CALL_TIMEOUT` or `CAPACITY`, with the execution's id and error.
   */
  call(caller: Caller, idOrName: string, input: JsonValue, options?: CallOptions): Promise<CallAnswer>;
  /**
   * The same for a script that calls another one of its tenant. What is called ends with what called it, and never waits
   * for room that its callers hold.
   */
  callFromScript(
    parent: CallingExecution,
    idOrName: string,
    input: JsonValue,
    options?: CallOptions,
  ): Promise<CallAnswer>;
}

/** An execution that calls another, and what it leaves to that. */
export interface CallingExecution {
  readonly tenantId: string;
  readonly executionId: string;
  readonly actor: string | undefined;
  readonly requestId: string | undefined;
  readonly trace: TraceContext | undefined;
  /** How many executions wait for the called one. */
  readonly depth: number;
  /** What capabilities are told of the called one besides. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The most that the called one may make. */
  readonly capabilityCalls: number;
  /** Aborts when it ends. */
  readonly signal: AbortSignal;
  /** Told what the called one used. */
  readonly onEnd: (usage: ExecutionUsage) => void;
}

export interface CallServiceOptions {
  readonly pool: Pick<RunnerPool, "execute">;
  readonly logger: Logger;
  readonly catalogue: ScriptCatalogue;
  readonly programs: ProgramStore;
  readonly history: History;
  readonly running: RunningExecutions;
}

/** One call that is to run. */
interface Call {
  readonly origin: Provenance;
  readonly parent?: CallingExecution | undefined;
  readonly scriptName: string;
  readonly loaded: LoadedProgram;
  readonly input: JsonValue;
  readonly deadlineMs: number | undefined;
  readonly place: RunningExecution;
  readonly executionId: string;
}

export function createCallService(options: CallServiceOptions): CallService {
  const { pool, logger, catalogue, programs, history, running } = options;

  async function load(tenantId: string, script: ScriptFacts): Promise<LoadedProgram> {
    const version = requireCallable(script);
    const loaded = await programs.load({ tenantId, scriptId: script.id, version });
    if (loaded !== undefined) return loaded;
    throw new SkerryError("SCRIPT_NOT_FOUND", `The script ${script.name} is gone.`);
  }

  /** Runs it to its end and hands it to the history. Frees its place when it has ended. */
  async function run(call: Call, missedDeadline: () => number | undefined): Promise<CallAnswer> {
    const { origin, parent, loaded, scriptName, input, deadlineMs, executionId } = call;
    using place = call.place;
    using _ = parent && followEnd(parent.signal, place);
    const { tenantId } = loaded;
    const journal = createJournal({ history, tenantId, executionId, scriptType: loaded.type, isLive: false });
    const begun = beginExecution({ executionId, loaded, trigger: "call" }, input, origin);
    const result = await runInPool(pool, {
      executionId,
      loaded,
      scriptName,
      trigger: "call",
      actor: origin.actor,
      requestId: origin.requestId,
      trace: origin.trace,
      depth: parent?.depth,
      attributes: parent?.attributes,
      input: { json: JSON.stringify(input) },
      limits: restrictLimits(place.limits, deadlineMs, parent),
      signal: place.signal,
      onLog: (lines) => journal.add(lines),
    });
    place.spend(result.usage);
    parent?.onEnd(result.usage);
    const { ending, details } = readOutcome(result, missedDeadline(), loaded.checkOutput);
    const kept: Execution = journal.end(finishExecution(begun, result, ending), result.usage.calls);
    if (ending.error !== null) throw refuseAnswer(kept, scriptName, details);
    return { output: ending.output, executionId };
  }

  /** The caller gets its answer in time even where the script takes longer to be stopped. */
  async function runUntilDeadline(call: Call, deadlineMs: number): Promise<CallAnswer> {
    const { place, scriptName, executionId } = call;
    const late = Promise.withResolvers<never>();
    let missed: number | undefined;
    const timer = setTimeout(() => {
      missed = deadlineMs;
      place.cancel();
      const message = `The script ${scriptName} gave no answer within the deadline, ${deadlineMs} ms.`;
      late.reject(new SkerryError("CALL_TIMEOUT", message, { executionId }));
    }, deadlineMs);
    const ended = run(call, () => missed).finally(() => clearTimeout(timer));
    ended.catch((error: unknown) => {
      if (error instanceof SkerryError) return;
      const { tenantId: tenant, scriptId: script } = call.loaded;
      logger.error({ err: error, tenant, script, execution: executionId }, "call failed inside Skerry");
    });
    return await Promise.race([ended, late.promise]);
  }

  async function begin(
    { tenantId, ...from }: Pick<Call, "origin" | "parent"> & { readonly tenantId: string },
    idOrName: string,
    input: JsonValue,
    { deadlineMs }: CallOptions = {},
  ): Promise<CallAnswer> {
    const script = await catalogue.require(tenantId, idOrName);
    const { name: scriptName } = script;
    const loaded = await load(tenantId, script);
    requireInput(loaded, scriptName, input);
    const executionId = randomUUIDv7();
    const place = await running.begin(executionId, loaded);
    const call = { ...from, scriptName, loaded, input, deadlineMs, place, executionId };
    return deadlineMs === undefined
      ? await run(call, () => undefined)
      : await runUntilDeadline(call, deadlineMs);
  }

  return {
    async call(caller, idOrName, input, options) {
      requirePermission(caller, "scripts.execute");
      const { tenantId, principal } = caller;
      const { requestId, trace } = caller.origin;
      const origin = { requestId, actor: nameOf(principal), trace };
      return await begin({ tenantId, origin }, idOrName, input, options);
    },

    async callFromScript(parent, idOrName, input, options) {
      const { tenantId, executionId: parentId, actor, requestId, trace } = parent;
      return await begin(
        { tenantId, origin: { parentId, actor, requestId, trace }, parent },
        idOrName,
        input,
        options,
      );
    },
  };
}

/** Cancels an execution when the one that called it ends. */
function followEnd(ended: AbortSignal, place: RunningExecution): Disposable {
  const cancel = (): void => place.cancel();
  ended.addEventListener("abort", cancel);
  if (ended.aborted) cancel();
  return { [Symbol.dispose]: () => ended.removeEventListener("abort", cancel) };
}

function restrictLimits(
  limits: ExecutionLimits,
  deadlineMs = Infinity,
  { capabilityCalls = Infinity }: Partial<CallingExecution> = {},
): ExecutionLimits {
  return {
    ...limits,
    wallMs: Math.min(limits.wallMs, deadlineMs),
    capabilityCalls: Math.min(limits.capabilityCalls, Math.max(0, capabilityCalls)),
  };
}

/** @returns the version that is called. */
function requireCallable(script: ScriptFacts): number {
  const { name, type, status, active_version: version } = script;
  if (type !== "embedded") {
    throw new SkerryError("SCRIPT_NOT_CALLABLE", `The script ${name} is of type ${type}, not embedded.`);
  }
  requireActiveTenant(script);
  requireEnabled(script);
  if (status === "paused") throw new SkerryError("SCRIPT_DISABLED", `The script ${name} is paused.`);
  if (version !== null) return version;
  throw new SkerryError("SCRIPT_NOT_PUBLISHED", `The script ${name} has no published version.`);
}

function requireInput({ checkInput }: LoadedProgram, scriptName: string, input: JsonValue): void {
  const details = findMisfits(checkInput, "input", input);
  if (details.length === 0) return;
  const message = `The input does not fit ${scriptName}: ${describeMisfits(details)}`;
  throw new SkerryError("CALL_INPUT_INVALID", message, { details });
}
