import { SkerryError } from "../problems/errors.ts";

/** One execution of this node while it runs. Dispose it when it has ended and was recorded. */
export interface RunningExecution extends Disposable {
  /** Aborts when somebody cancels the execution. */
  readonly signal: AbortSignal;
}

/** The executions of this node that have not ended. */
export interface RunningExecutions {
  /** @throws SkerryError `SHUTTING_DOWN` once draining began. */
  begin(executionId: string): RunningExecution;
  /** Asks an execution to end. @returns a promise of its end, or undefined when it does not run on this node. */
  cancel(executionId: string): Promise<void> | undefined;
  /** Refuses new ones, waits up to `deadlineMs` for those that run, cancels the rest and waits for their end. */
  drain(deadlineMs: number): Promise<void>;
}

interface Entry {
  readonly controller: AbortController;
  readonly ended: PromiseWithResolvers<void>;
}

export function createRunningExecutions(): RunningExecutions {
  const entries = new Map<string, Entry>();
  let draining = false;

  async function allEnded(): Promise<void> {
    await Promise.all([...entries.values()].map(({ ended }) => ended.promise));
  }

  return {
    begin(executionId) {
      if (draining) {
        const headers = { "retry-after": "1" };
        throw new SkerryError("SHUTTING_DOWN", "The server is shutting down. Retry in a moment.", {
          headers,
        });
      }
      const entry: Entry = { controller: new AbortController(), ended: Promise.withResolvers() };
      entries.set(executionId, entry);
      return {
        signal: entry.controller.signal,
        [Symbol.dispose]() {
          entries.delete(executionId);
          entry.ended.resolve();
        },
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
        for (const { controller } of entries.values()) controller.abort();
      }, deadlineMs);
      await allEnded();
      clearTimeout(deadline);
    },
  };
}
