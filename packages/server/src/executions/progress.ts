import type { ExecutionProgress } from "./execution.ts";

/** Brings what executions of this node tell of how far they are to those who keep it. */
export interface ProgressBoard {
  /** Hears one execution until the result is disposed. */
  listen(executionId: string, hear: (progress: ExecutionProgress) => void): Disposable;
  /** Of an execution that nobody listens to, such as a request to an endpoint, it is not kept. */
  report(executionId: string, progress: ExecutionProgress): void;
}

export function createProgressBoard(): ProgressBoard {
  const listeners = new Map<string, (progress: ExecutionProgress) => void>();
  return {
    listen(executionId, hear) {
      listeners.set(executionId, hear);
      return { [Symbol.dispose]: () => void listeners.delete(executionId) };
    },
    report: (executionId, progress) => listeners.get(executionId)?.(progress),
  };
}
