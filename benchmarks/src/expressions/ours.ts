import {
  ExpressionEvaluator,
  type HostData,
  IsolatedVmBridge,
  ProcessBridge,
  QuickJsBridge,
  type RuntimeBridge,
} from "@skerry/expressions";
import { MEMORY_MB, TIMEOUT_MS } from "./limits.ts";

const CREATE_BRIDGE = {
  IsolatedVmBridge: (options) => new IsolatedVmBridge(options),
  ProcessBridge: (options) => new ProcessBridge(options),
  QuickJsBridge: (options) => new QuickJsBridge(options),
} satisfies Record<string, (options: { memoryLimitMb: number; timeoutMs: number }) => RuntimeBridge>;

export type BridgeName = keyof typeof CREATE_BRIDGE;

/** Our evaluator, with a look at how often it goes to a guest. */
export class Ours implements AsyncDisposable {
  readonly bridge: BridgeName;
  readonly #evaluator: ExpressionEvaluator;
  #crossings = 0;

  constructor(bridge: BridgeName) {
    this.bridge = bridge;
    this.#evaluator = new ExpressionEvaluator({ createBridge: () => this.#createBridge() });
  }

  async start(): Promise<this> {
    await this.#evaluator.initialize();
    return this;
  }

  evaluate(template: string, data: HostData): unknown {
    return this.#evaluator.evaluateSync(template, data);
  }

  evaluateAll(tree: unknown, data: HostData): unknown {
    return this.#evaluator.evaluateAllSync(tree, data);
  }

  /** Whether what `run` does takes a guest. */
  crosses(run: () => unknown): boolean {
    const before = this.#crossings;
    run();
    return this.#crossings > before;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#evaluator.dispose();
  }

  #createBridge(): RuntimeBridge {
    const bridge = CREATE_BRIDGE[this.bridge]({ memoryLimitMb: MEMORY_MB, timeoutMs: TIMEOUT_MS });
    const executeSync = bridge.executeSync.bind(bridge);
    bridge.executeSync = (...call) => {
      this.#crossings += 1;
      return executeSync(...call);
    };
    return bridge;
  }
}
