import { ExpressionEvaluator, IsolatedVmBridge, QuickJsBridge } from "@n8n/expression-runtime";
import type { HostData } from "@skerry/expressions";
import { MEMORY_MB, TIMEOUT_MS } from "./limits.ts";

const CODE_CACHE_SIZE = 1_024;

const CREATE_BRIDGE = {
  "isolated-vm": () => new IsolatedVmBridge({ memoryLimit: MEMORY_MB, timeout: TIMEOUT_MS }),
  QuickJS: () => new QuickJsBridge({ memoryLimit: MEMORY_MB, timeout: TIMEOUT_MS }),
};

export type EngineName = keyof typeof CREATE_BRIDGE;

/**
 * The evaluator of `@n8n/expression-runtime` as its README shows it. Without the hooks by which their product checks
 * the syntax tree: they would add to each first sight of a template, and the peer is better off without them.
 */
export class Peer implements AsyncDisposable {
  readonly #evaluator: ExpressionEvaluator;
  readonly #caller = {};

  constructor(engine: EngineName) {
    this.#evaluator = new ExpressionEvaluator({
      createBridge: CREATE_BRIDGE[engine],
      maxCodeCacheSize: CODE_CACHE_SIZE,
    });
  }

  async start(): Promise<this> {
    await this.#evaluator.initialize();
    await this.#evaluator.acquire(this.#caller);
    return this;
  }

  evaluate(template: string, data: HostData): unknown {
    return this.#evaluator.evaluate(template, data, this.#caller);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#evaluator.release(this.#caller);
    await this.#evaluator.dispose();
  }
}
