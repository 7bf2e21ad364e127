import { randomUUIDv7 } from "node:crypto";
import type { JsonValue, RunnerPool } from "@skerry/sandbox";
import type { Logger } from "pino";
import type { ExecutionTrigger } from "../db/schema.ts";
import { SkerryError } from "../problems/errors.ts";
import { violates } from "../problems/violation.ts";
import type { LoadedProgram } from "../scripts/program-store.ts";
import type { Execution } from "./execution.ts";
import type { History } from "./history.ts";
import { createJournal } from "./journal.ts";
import { beginExecution, finishExecution, readEnding } from "./record.ts";
import type { Provenance } from "./record.ts";
import { runInPool } from "./run.ts";
import type { RunningExecution, RunningExecutions } from "./running.ts";

/** What is to run, with what, and why. */
export interface LaunchOrder {
  readonly loaded: LoadedProgram;
  readonly scriptName: string;
  readonly trigger: ExecutionTrigger;
  readonly input: JsonValue;
  readonly provenance: Provenance;
  /** Can only shorten the script's own `wallMs`. */
  readonly timeoutMs?: number | undefined;
  /** Whether to wait until the execution has ended. */
  readonly wait: boolean;
}

/** Runs what is written down before it runs: whatever becomes of this node, the execution is known. */
export interface Launcher {
  /**
   * Resolves with the execution: as it ended, or, without `wait`, as it was written down.
   *
   * @throws SkerryError `CONCURRENCY_LIMIT`, `QUOTA_EXCEEDED`, `SHUTTING_DOWN` or `SCRIPT_NOT_FOUND`; then nothing ran.
   */
  launch(order: LaunchOrder): Promise<Execution>;
}

export interface LauncherOptions {
  readonly pool: Pick<RunnerPool, "execute">;
  readonly logger: Logger;
  readonly history: History;
  readonly running: RunningExecutions;
}

export function createLauncher({ pool, logger, history, running }: LauncherOptions): Launcher {
  async function writeDown(begun: Execution, { loaded, scriptName }: LaunchOrder): Promise<void> {
    try {
      await history.begin({ ...begun, tenantId: loaded.tenantId });
    } catch (error) {
      if (!violates(error, "executions_script")) throw error;
      throw new SkerryError("SCRIPT_NOT_FOUND", `The script ${scriptName} was removed with its tenant.`);
    }
  }

  /** Runs it to its end, which is written when this resolves. */
  async function run(pending: Execution, order: LaunchOrder, place: RunningExecution): Promise<Execution> {
    const { loaded, scriptName, trigger, input, timeoutMs = Infinity } = order;
    const { id: executionId } = pending;
    const journal = createJournal({ history, tenantId: loaded.tenantId, executionId, isLive: true });
    let execution = pending;
    const result = await runInPool(pool, {
      executionId,
      loaded,
      scriptName,
      trigger,
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
    const kept = journal.end(finishExecution(execution, result, readEnding(result)));
    await history.flushEntries();
    return kept;
  }

  async function runDetached(begun: Execution, order: LaunchOrder, running: RunningExecution): Promise<void> {
    using owned = running;
    try {
      await run(begun, order, owned);
    } catch (error) {
      logger.error({ err: error, executionId: begun.id }, "execution failed inside Skerry");
    }
  }

  return {
    async launch(order) {
      const { loaded, trigger, input, provenance, wait } = order;
      const executionId = randomUUIDv7();
      const begun = beginExecution({ executionId, loaded, trigger }, input, provenance);
      using starting = new DisposableStack();
      const place = starting.use(await running.begin(executionId, loaded));
      try {
        await writeDown(begun, order);
      } catch (error) {
        place.takeBack();
        throw error;
      }
      if (wait) return await run(begun, order, place);
      starting.move();
      void runDetached(begun, order, place);
      return begun;
    },
  };
}
