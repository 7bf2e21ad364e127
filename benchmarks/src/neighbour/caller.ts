import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { ExecutionRequest, RunnerPool } from "@skerry/sandbox";
import { timeExecution } from "../executions.ts";
import { type Spread, spreadOf } from "../samples.ts";

/** Sends calls of one tenant from a thread of its own. */
export class Caller implements AsyncDisposable {
  readonly #worker = new Worker(new URL("caller-thread.ts", import.meta.url));
  readonly #pool: RunnerPool;
  readonly #request: ExecutionRequest;

  constructor(pool: RunnerPool, request: ExecutionRequest) {
    this.#pool = pool;
    this.#request = request;
  }

  /** Calls again and again for `durationMs`. Rejects when one call fails. */
  async callFor(durationMs: number): Promise<Spread> {
    const samples: number[] = [];
    for (const until = performance.now() + durationMs; performance.now() < until;) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- only windows have one
      this.#worker.postMessage("next");
      const [sentAt] = (await once(this.#worker, "message")) as [number];
      const arrivedAt = performance.timeOrigin + performance.now();
      samples.push(arrivedAt - sentAt + (await timeExecution(this.#pool, this.#request)));
    }
    return spreadOf(samples);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
