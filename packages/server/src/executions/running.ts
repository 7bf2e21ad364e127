import type { ExecutionLimits, ExecutionUsage } from "@skerry/sandbox";
import { JobError } from "../jobs/errors.ts";
import { SkerryError } from "../problems/errors.ts";
import type { QuotaService } from "../quotas/service.ts";
import type { LoadedProgram } from "../scripts/program-store.ts";
import { createTally } from "./tally.ts";

/** One execution of this node while it runs. Dispose it when it has ended and was recorded. */
export interface RunningExecution extends Disposable {
  /** Aborts when somebody cancels the execution, with a reason that is a `JobError` when the node shuts down. */
  readonly signal: AbortSignal;
  /** What it gets of what its script asks for. */
  readonly limits: ExecutionLimits;
  cancel(reason?: JobError): void;
  /** Counts what it used against the tenant's quotas. */
  spend(usage: ExecutionUsage): void;
  /** Does not count it against them after all: it did not begin. */
  takeBack(): void;
}

/** The executions of this node that have not ended. */
export interface RunningExecutions {
  /**
   * Counts it against the tenant's quotas. As a rule the database is not asked.
   *
   * @throws SkerryError `CONCURRENCY_LIMIT`, `QUOTA_EXCEEDED`, or `SHUTTING_DOWN` once draining began.
   */
  begin(
    executionId: string,
    program: Pick<LoadedProgram, "tenantId" | "scriptId" | "concurrentRuns" | "limits">,
  ): Promise<RunningExecution>;
  /** Asks an execution to end. @returns a promise of its end, or undefined when it does not run on this node. */
  cancel(executionId: string): Promise<void> | undefined;
  /** Refuses new ones, waits up to `deadlineMs` for those that run, cancels the rest and waits for their end. */
  drain(deadlineMs: number): Promise<void>;
}

interface Entry {
  readonly controller: AbortController;
  readonly ended: PromiseWithResolvers<void>;
}

const RETRY = { headers: { "retry-after": "1" } };

export function createRunningExecutions(quotas: Pick<QuotaService, "takeExecution">): RunningExecutions {
  const entries = new Map<string, Entry>();
  const tally = createTally();
  let draining = false;

  function enter(executionId: string): Entry & Disposable {
    const entry: Entry = { controller: new AbortController(), ended: Promise.withResolvers() };
    entries.set(executionId, entry);
    return {
      ...entry,
      [Symbol.dispose]() {
        entries.delete(executionId);
        entry.ended.resolve();
      },
    };
  }

  async function allEnded(): Promise<void> {
    await Promise.all([...entries.values()].map(({ ended }) => ended.promise));
  }

  return {
    async begin(executionId, { tenantId, scriptId, concurrentRuns = Infinity, limits }) {
      if (draining)
        throw new SkerryError("SHUTTING_DOWN", "The server is shutting down. Retry in a moment.", RETRY);
      const others = tally.count(scriptId);
      if (others >= concurrentRuns) {
        const message = `The script runs ${others} times on this node; its limit concurrentRuns is ${concurrentRuns}.`;
        throw new SkerryError("CONCURRENCY_LIMIT", message, RETRY);
      }
      using beginning = new DisposableStack();
      beginning.use(tally.enter(scriptId));
      const { controller } = beginning.use(enter(executionId));
      const slot = beginning.use(await quotas.takeExecution(tenantId));
      const begun = beginning.move();
      return {
        signal: controller.signal,
        limits: slot.resolveLimits(limits),
        cancel: (reason) => controller.abort(reason),
        spend: (usage) => slot.add(usage),
        takeBack: () => slot.takeBack(),
        [Symbol.dispose]: () => begun.dispose(),
      };
    },

    cancel(executionId) {
      const entry = entries.get(executionId);
      entry?.controller.abort();
      return entry?.ended.promise;
    },

    async drain(deadlineMs) {
      draining = true;
      const deadline = setTimeout(() => {
        const reason = new JobError("JOB_INTERRUPTED", "The node shut down before the execution ended.");
        for (const { controller } of entries.values()) controller.abort(reason);
      }, deadlineMs);
      await allEnded();
      clearTimeout(deadline);
    },
  };
}
