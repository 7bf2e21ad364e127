import { randomUUIDv7 } from "node:crypto";
import type { JsonObject, JsonValue, RunnerPool } from "@skerry/sandbox";
import type { ExecutionTrigger } from "../db/schema.ts";
import { SkerryError } from "../problems/errors.ts";
import { violates } from "../problems/violation.ts";
import type { TraceContext } from "../observability/trace-context.ts";
import type { LoadedProgram } from "../scripts/program-store.ts";
import type { Execution } from "./execution.ts";
import type { History } from "./history.ts";
import { createJournal } from "./journal.ts";
import type { ProgressBoard } from "./progress.ts";
import { beginExecution, endInterrupted, finishExecution, isInterruption, readEnding } from "./record.ts";
import type { Provenance } from "./record.ts";
import { runInPool } from "./run.ts";
import type { RunningExecution, RunningExecutions } from "./running.ts";

/** What is to run, and with what. */
export interface LaunchOrder {
  readonly loaded: LoadedProgram;
  readonly scriptName: string;
  readonly input: JsonValue;
  /** Can only shorten the script's own `wallMs`. */
  readonly timeoutMs?: number | undefined;
  /** Where in a trace it runs. */
  readonly trace?: TraceContext | undefined;
}

/** What is to run, with what, and why. */
export interface DirectOrder extends LaunchOrder {
  readonly trigger: ExecutionTrigger;
  readonly provenance: Provenance;
}

/** What is to run as an attempt of a job. */
export interface AttemptOrder extends LaunchOrder {
  readonly triggerFields: JsonObject | undefined;
  /** From when on the attempt waited. */
  readonly dueAt: Date;
}

/** Runs what is written down before it runs: whatever becomes of this node, the execution is known. */
export interface Launcher {
  /**
   * Resolves with the execution as it ended.
   *
   * @throws SkerryError `CONCURRENCY_LIMIT`, `QUOTA_EXCEEDED`, `SHUTTING_DOWN` or `SCRIPT_NOT_FOUND`; then nothing ran.
   */
  launch(order: DirectOrder): Promise<Execution>;
  /**
   * Runs an attempt that is written down and has its place. Aborting the place with a `JobError` ends it with
   * `NODE_LOST`, or `JOB_EXPIRED`.
   *
   * @returns how it ended, and whether that is written: it is not while the database is away.
   */
  runAttempt(
    pending: Execution,
    order: AttemptOrder,
    place: RunningExecution,
  ): Promise<{ readonly execution: Execution; readonly isWritten: boolean }>;
}

export interface LauncherOptions {
  readonly pool: Pick<RunnerPool, "execute">;
  readonly history: History;
  readonly running: RunningExecutions;
  readonly progress: Pick<ProgressBoard, "listen">;
}

export function createLauncher({ pool, history, running, progress }: LauncherOptions): Launcher {
  async function writeDown(begun: Execution, { loaded, scriptName }: LaunchOrder): Promise<void> {
    try {
      await history.begin({ ...begun, tenantId: loaded.tenantId });
    } catch (error) {
      if (!violates(error, "executions_script")) throw error;
      throw new SkerryError("SCRIPT_NOT_FOUND", `The script ${scriptName} was removed with its tenant.`);
    }
  }

  /** Runs it to its end, which was tried to be written when this resolves. */
  async function runAttempt(
    pending: Execution,
    order: LaunchOrder & Partial<AttemptOrder>,
    place: RunningExecution,
  ) {
    const { loaded, scriptName, triggerFields, input, timeoutMs = Infinity, trace, dueAt } = order;
    const { id: executionId, trigger, attempt, jobId, actor, requestId } = pending;
    const journal = createJournal({
      history,
      tenantId: loaded.tenantId,
      executionId,
      scriptType: loaded.type,
      isLive: true,
    });
    using _ = progress.listen(executionId, (report) => journal.tell(report));
    let execution = pending;
    const result = await runInPool(pool, {
      executionId,
      loaded,
      scriptName,
      trigger,
      triggerFields,
      actor,
      requestId,
      trace,
      attempt,
      input: { json: JSON.stringify(input) },
      limits: { ...place.limits, wallMs: Math.min(place.limits.wallMs, timeoutMs) },
      signal: place.signal,
      onStart: () => {
        const startedAt = new Date();
        execution = { ...pending, startedAt };
        journal.start(startedAt);
      },
      onLog: (lines) => journal.add(lines),
    });
    place.spend(result.usage);
    const reason: unknown = jobId !== null && result.status === "cancelled" ? place.signal.reason : undefined;
    const ending = isInterruption(reason) ? endInterrupted(reason) : readEnding(result);
    const kept = journal.end(finishExecution(execution, result, ending, dueAt), result.usage.calls);
    return {
      execution: kept,
      isWritten: await (jobId === null ? history.flushEntries() : history.flushSoon()),
    };
  }

  return {
    async launch(order) {
      const { loaded, trigger, input, provenance } = order;
      const executionId = randomUUIDv7();
      const begun = beginExecution({ executionId, loaded, trigger }, input, provenance);
      using place = await running.begin(executionId, loaded);
      try {
        await writeDown(begun, order);
      } catch (error) {
        place.takeBack();
        throw error;
      }
      return (await runAttempt(begun, { ...order, trace: provenance.trace }, place)).execution;
    },
    runAttempt,
  };
}
