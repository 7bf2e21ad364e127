import type { RunnerPool } from "@skerry/sandbox";
import { requestOf } from "../executions.ts";

/** A tenant that does the same harm again and again until it is disposed. */
export class Attacker implements AsyncDisposable {
  readonly #end = new AbortController();
  readonly #ended: Promise<void>;

  constructor(pool: RunnerPool, tenant: string, body: string) {
    this.#ended = this.#attack(pool, tenant, body);
  }

  async #attack(pool: RunnerPool, tenant: string, body: string): Promise<void> {
    const { signal } = this.#end;
    const request = { ...requestOf(tenant, body, { reuseContext: false }), signal };
    while (!signal.aborted) await pool.execute(request);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#ended;
  }
}
