import type { RuntimeBridge } from "../bridges/bridge.ts";
import type { BridgePoolOptions } from "./options.ts";

/** How a pool comes by its bridges. */
export type BridgeMaker = Pick<Required<BridgePoolOptions>, "createBridge" | "start">;

/** One bridge of a pool, from the call that makes it to its end. */
export class PooledBridge {
  /** Rejects with whatever kept it from being made or started. */
  readonly started: Promise<RuntimeBridge>;
  #bridge: RuntimeBridge | undefined;
  #isStarted = false;

  constructor({ createBridge, start }: BridgeMaker) {
    this.started = this.#start(createBridge, start);
  }

  /** The bridge while it can be used at once. */
  get ready(): RuntimeBridge | undefined {
    return this.#isStarted && !this.isDisposed ? this.#bridge : undefined;
  }

  get isDisposed(): boolean {
    return this.#bridge?.isDisposed() === true;
  }

  async dispose(): Promise<void> {
    await this.#bridge?.dispose();
  }

  async #start(
    createBridge: BridgeMaker["createBridge"],
    start: BridgeMaker["start"],
  ): Promise<RuntimeBridge> {
    this.#bridge = createBridge();
    await start(this.#bridge);
    this.#isStarted = true;
    return this.#bridge;
  }
}
