import { randomUUIDv7 } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject, SandboxErrorCode } from "@skerry/sandbox";
import { isDatabaseUnavailable } from "../db/errors.ts";
import type { Database } from "../db/open.ts";
import type { JobHandler } from "../jobs/attempt.ts";
import { FinalError, JobError, PostponedError, RetryableError } from "../jobs/errors.ts";
import type { Job } from "../jobs/job.ts";
import type { EventFilters } from "../events/filters.ts";
import { traceAttempts } from "../observability/job-spans.ts";
import type { TraceContext } from "../observability/trace-context.ts";
import type { Tracing } from "../observability/tracing.ts";
import { SERVER_ERRORS } from "../problems/error-table.ts";
import type { ServerErrorCode } from "../problems/error-table.ts";
import type { ScriptCompiler } from "../modules/compiler.ts";
import { SkerryError } from "../problems/errors.ts";
import { requireActiveTenant } from "../scripts/catalogue.ts";
import type { ScriptCatalogue } from "../scripts/catalogue.ts";
import { DRAFT_VERSION, loadDraftProgram } from "../scripts/draft-program.ts";
import type { LoadedProgram, ProgramStore } from "../scripts/program-store.ts";
import { requireEnabled } from "../scripts/status.ts";
import type { Execution, ExecutionError } from "./execution.ts";
import type { History } from "./history.ts";
import type { Launcher } from "./launcher.ts";
import { readOrder } from "./order.ts";
import type { PlacedOrder } from "./order.ts";
import { endOpenAttempts, findOpenAttempt } from "./queued-repository.ts";
import { beginExecution, dueAtOf, isInterruption } from "./record.ts";
import type { RunningExecution, RunningExecutions } from "./running.ts";

export interface AttemptsOptions {
  readonly database: Database;
  readonly catalogue: ScriptCatalogue;
  readonly programs: ProgramStore;
  readonly compiler: ScriptCompiler;
  readonly launcher: Pick<Launcher, "runAttempt">;
  readonly history: Pick<History, "begin" | "append" | "flushEntries">;
  readonly running: RunningExecutions;
  readonly filters: Pick<EventFilters, "passes">;
  readonly tracing: Tracing;
}

/** How soon to ask again for a place, when executions that no job began have taken the tenant's. */
const CROWDED_MS = 500;
const AWAY_MS = 1_000;
/** What the pool says when no runner took an execution. */
const NO_RUNNER: ReadonlySet<string> = new Set<SandboxErrorCode>(["QUEUE_TIMEOUT", "POOL_CLOSED"]);

/** Refusals that may be over by the next attempt. */
const TRIED_AGAIN: ReadonlySet<string> = new Set<ServerErrorCode>(["QUOTA_EXCEEDED", "EVENT_FILTER_FAILED"]);
const FILTERED = {
  code: "EVENT_FILTERED",
  message: "The script's filter says that the event is none for it.",
} as const;

/** How an attempt ends whose node did not tell. */
export const LOST = {
  status: "failed",
  durationMs: null,
  error: { code: "NODE_LOST", message: SERVER_ERRORS.NODE_LOST.help },
} as const;

/** Runs one attempt of an order. The job is done or has failed only when the attempt's end is written. */
export function createAttemptHandler(options: AttemptsOptions): JobHandler {
  const { database, catalogue, programs, launcher, history, running, filters, tracing } = options;

  /**
   * The first time a job is taken, its execution is there. Later there may be attempts of nodes that are lost, which end
   * now, and this attempt itself, if it was put off before it began.
   *
   * @returns the id of this attempt's execution, if it is written down.
   */
  async function findWritten({ tenantId, id: jobId, attempt, claim }: Job): Promise<string | undefined> {
    if (claim === 1) return jobId;
    if (attempt > 1) await endOpenAttempts(database.kysely, { tenantId, jobId, attempt: attempt - 1 }, LOST);
    return await findOpenAttempt(database.kysely, { tenantId, jobId, attempt });
  }

  async function load({ tenantId, scriptId, version: wished }: PlacedOrder): Promise<ReadyProgram> {
    const script = await catalogue.require(tenantId, scriptId);
    requireActiveTenant(script);
    requireEnabled(script);
    const version = wished ?? script.active_version;
    if (version === null) {
      throw new SkerryError("SCRIPT_NOT_PUBLISHED", `The script ${script.name} is not published.`);
    }
    const loaded =
      version === DRAFT_VERSION
        ? await loadDraftProgram(options, script)
        : await programs.load({ tenantId, scriptId, version });
    if (loaded !== undefined) return { loaded, scriptName: script.name };
    throw new SkerryError("VERSION_NOT_FOUND", `The script ${script.name} has no version ${version}.`);
  }

  /** The history gives up waiting for the database sooner than the job does. */
  async function untilWritten(isWritten: boolean, signal: AbortSignal): Promise<void> {
    for (let isDone = isWritten; !isDone; isDone = await history.flushEntries()) {
      await sleep(AWAY_MS, undefined, { signal });
    }
  }

  async function writeDown({ order, written }: Attempt, pending: Execution): Promise<void> {
    if (written === undefined) await history.begin({ ...pending, tenantId: order.tenantId });
  }

  /** Ends an attempt that did not begin. */
  async function refuse(
    attempt: Attempt,
    { code, message }: Pick<SkerryError, "code" | "message">,
    { version }: Pick<LoadedProgram, "version"> = { version: attempt.order.version ?? DRAFT_VERSION },
    status: "failed" | "cancelled" = "failed",
  ): Promise<void> {
    const { order, signal } = attempt;
    const pending = describe(attempt, { version });
    const { tenantId } = order;
    await writeDown(attempt, pending);
    const ended: Execution = {
      ...pending,
      status,
      error: { code, message },
      completedAt: new Date(),
    };
    history.append({ tenantId, executionId: pending.id, ended, logs: [], logBytes: 0 });
    await untilWritten(await history.flushEntries(), signal);
  }

  /** @throws SkerryError `EVENT_FILTER_FAILED`. */
  async function passesFilter(
    { tenantId, asksFilter = false, input, triggerFields = {} }: PlacedOrder,
    { loaded: { filter } }: ReadyProgram,
  ): Promise<boolean> {
    if (!asksFilter || filter === undefined) return true;
    const event = (triggerFields["event"] ?? {}) as JsonObject;
    return await filters.passes(tenantId, filter, { payload: input, event });
  }

  async function runHere(attempt: Attempt, program: ReadyProgram, place: RunningExecution): Promise<void> {
    const { job, order, signal, trace } = attempt;
    const pending = describe(attempt, program.loaded);
    try {
      await writeDown(attempt, pending);
    } catch (error) {
      place.takeBack();
      throw error;
    }
    passOn(signal, place);
    const { input, timeoutMs } = order;
    const triggerFields = triggerFieldsOf(job, order);
    const dueAt = job.attempt === 1 ? dueAtOf(pending) : job.dueAt;
    const launch = { ...program, input, timeoutMs, trace, triggerFields, dueAt };
    const { execution, isWritten } = await launcher.runAttempt(pending, launch, place);
    await untilWritten(isWritten, signal);
    judge(attempt, execution, place);
  }

  async function run(attempt: Attempt): Promise<void> {
    let program: ReadyProgram | undefined;
    let begun: RunningExecution;
    try {
      program = await load(attempt.order);
      const isWanted = await passesFilter(attempt.order, program);
      if (!isWanted) return await refuse(attempt, FILTERED, program.loaded, "cancelled");
      begun = await running.begin(attempt.executionId, program.loaded);
    } catch (error) {
      if (!(error instanceof SkerryError)) throw error;
      if (error.code === "CONCURRENCY_LIMIT") throw new PostponedError(error.message, CROWDED_MS);
      if (error.code === "SHUTTING_DOWN") throw new JobError("JOB_INTERRUPTED", error.message);
      await refuse(attempt, error, program?.loaded);
      throw TRIED_AGAIN.has(error.code) ? failureOf(attempt, error) : toFinalError(error);
    }
    using place = begun;
    await runHere(attempt, program, place);
  }

  const traceOf = (job: Job): TraceContext | undefined => readOrder(job).correlation?.trace;
  return traceAttempts(tracing, traceOf, async (job, signal, trace) => {
    try {
      const written = await findWritten(job);
      const executionId = written ?? randomUUIDv7();
      await run({ job, order: readOrder(job), written, executionId, signal, trace });
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      throw new PostponedError("The database is away.", AWAY_MS, { cause: error });
    }
  });
}

/** One taking of a job. */
interface Attempt {
  readonly job: Job;
  readonly order: PlacedOrder;
  readonly executionId: string;
  /** The same where it is written down already. */
  readonly written: string | undefined;
  readonly signal: AbortSignal;
  /** Where in a trace it is. */
  readonly trace: TraceContext | undefined;
}

interface ReadyProgram {
  readonly loaded: LoadedProgram;
  readonly scriptName: string;
}

function describe(
  { job, order, executionId }: Attempt,
  { version }: { readonly version: number },
): Execution {
  const { scriptId, trigger, input, correlation } = order;
  const begun = beginExecution({ executionId, loaded: { scriptId, version }, trigger }, input, correlation);
  const startAfter = order.startAfter === undefined ? null : new Date(order.startAfter);
  return { ...begun, attempt: job.attempt, jobId: job.id, startAfter };
}

function passOn(signal: AbortSignal, place: RunningExecution): void {
  const cancel = (): void => place.cancel(signal.reason as JobError);
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel, { once: true });
}

function triggerFieldsOf({ attempt }: Job, { trigger, triggerFields }: PlacedOrder): JsonObject | undefined {
  return trigger === "event" ? { ...triggerFields, attempt } : triggerFields;
}

/** Nothing is thrown for an attempt after which there is nothing more to do. */
function judge(attempt: Attempt, execution: Execution, { signal }: RunningExecution): void {
  const { status, error, startedAt } = execution;
  if (status === "completed") return;
  if (isInterruption(signal.reason)) throw signal.reason;
  if (status === "cancelled" || error === null) return;
  if (startedAt === null && NO_RUNNER.has(error.code)) throw new PostponedError(error.message, CROWDED_MS);
  throw failureOf(attempt, error);
}

/** Lost nodes are no fault of the order's. */
function failureOf(
  { job, order }: Attempt,
  { code, message }: Pick<ExecutionError, "code" | "message">,
): Error {
  const failures = job.failures.filter((failure) => failure.code !== "JOB_LOST").length + 1;
  return failures < order.attempts
    ? new RetryableError(message, { code })
    : new FinalError(message, { code });
}

function toFinalError({ code, message }: SkerryError): FinalError {
  return new FinalError(message, { code });
}
