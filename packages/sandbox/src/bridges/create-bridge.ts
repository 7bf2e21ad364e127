import {
  DEFAULT_BRIDGE_MEMORY_MB,
  DEFAULT_BRIDGE_TIMEOUT_MS,
  type BridgeOptions,
  type BridgeScope,
  type ExecuteOptions,
  type RuntimeBridge,
} from "./bridge.ts";
import type { Engine } from "./engine.ts";
import type { HostData } from "./host-data.ts";

/** The base of every bridge: everything that is the same for all engines. SKELETON, being filled in. */
export class EngineBridge implements RuntimeBridge {
  readonly #engine: Engine;
  readonly #timeoutMs: number;

  constructor(engine: Engine, options: BridgeOptions = {}) {
    this.#engine = engine;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_BRIDGE_TIMEOUT_MS;
  }
  get isSynchronous(): boolean {
    return this.#engine.isSynchronous;
  }
  initialize(): Promise<void> {
    return this.#engine.start();
  }
  async execute(code: string, data: HostData = {}, options?: ExecuteOptions): Promise<unknown> {
    await this.#engine.start();
    const message = JSON.stringify([0, 0, code, data]);
    return read(await this.#engine.run(message, () => "[]", options?.timeoutMs ?? this.#timeoutMs));
  }
  executeSync(code: string, data: HostData = {}, options?: ExecuteOptions): unknown {
    const message = JSON.stringify([0, 0, code, data]);
    return read(this.#engine.runSync(message, () => "[]", options?.timeoutMs ?? this.#timeoutMs));
  }
  openScope(data: HostData): BridgeScope {
    return {
      execute: (code, options) => this.execute(code, data, options),
      executeSync: (code, options) => this.executeSync(code, data, options),
      dispose() {},
      [Symbol.dispose]() {},
    };
  }
  dispose(): Promise<void> {
    return this.#engine.dispose();
  }
  isDisposed(): boolean {
    return false;
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}

function read(answer: string): unknown {
  const parsed = JSON.parse(answer) as [unknown] | { code: string; message: string };
  if (Array.isArray(parsed)) return parsed[0];
  throw new Error(parsed.message);
}
export const MEMORY_DEFAULT = DEFAULT_BRIDGE_MEMORY_MB;
