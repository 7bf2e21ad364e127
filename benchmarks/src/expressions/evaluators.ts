import { isDeepStrictEqual } from "node:util";
import {
  ExpressionEvaluator as PeerEvaluator,
  IsolatedVmBridge as PeerIsolatedVmBridge,
  QuickJsBridge as PeerQuickJsBridge,
} from "@n8n/expression-runtime";
import {
  ExpressionEvaluator,
  type HostData,
  IsolatedVmBridge,
  ProcessBridge,
  QuickJsBridge,
  type RuntimeBridge,
} from "@skerry/expressions";

const MEMORY_MB = 128;
/** Far above what anything here takes: on a busy machine a limit would measure the machine. */
const TIMEOUT_MS = 20_000;
const CODE_CACHE_SIZE = 1_024;

const CREATE_BRIDGE = {
  IsolatedVmBridge: (options) => new IsolatedVmBridge(options),
  ProcessBridge: (options) => new ProcessBridge(options),
  QuickJsBridge: (options) => new QuickJsBridge(options),
} satisfies Record<string, (options: { memoryLimitMb: number; timeoutMs: number }) => RuntimeBridge>;

const CREATE_PEER_BRIDGE = {
  "isolated-vm": () => new PeerIsolatedVmBridge({ memoryLimit: MEMORY_MB, timeout: TIMEOUT_MS }),
  QuickJS: () => new PeerQuickJsBridge({ memoryLimit: MEMORY_MB, timeout: TIMEOUT_MS }),
};

export type BridgeName = keyof typeof CREATE_BRIDGE;
export type PeerEngine = keyof typeof CREATE_PEER_BRIDGE;

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

/**
 * The evaluator of `@n8n/expression-runtime` as its README shows it. Without the hooks by which their product checks
 * the syntax tree: they would add to each first sight of a template, and the peer is better off without them.
 */
export class Peer implements AsyncDisposable {
  readonly #evaluator: PeerEvaluator;
  readonly #caller = {};

  constructor(engine: PeerEngine) {
    this.#evaluator = new PeerEvaluator({
      createBridge: CREATE_PEER_BRIDGE[engine],
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

/** Nothing is timed that does not give what the peer gives. */
export function requireEqual(what: string, value: unknown, expected: unknown): void {
  if (isDeepStrictEqual(value, expected)) return;
  throw new Error(`${what}: ${excerpt(value)} where the peer gives ${excerpt(expected)}`);
}

function excerpt(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 200);
}
