import type { RuntimeBridge } from "../bridges/bridge.ts";
import type { BridgePoolOptions } from "./options.ts";
import { PooledBridge } from "./pooled-bridge.ts";
import { runLater } from "./timer.ts";

/** A spare is replaced a little later, so that starting it does not compete with the code it was taken for. */
const REFILL_DELAY_MS = 20;
/** After a start that failed no spare is started for so long, twice as long after each further one, up to the maximum. */
const MIN_BACK_OFF_MS = 1_000;
const MAX_BACK_OFF_MS = 60_000;

export interface BridgeStockOptions extends Pick<
  Required<BridgePoolOptions>,
  "createBridge" | "start" | "size" | "maxBridges" | "onFailure"
> {
  /** A bridge has started, for somebody or as a spare. */
  readonly onStarted: () => void;
  /** A bridge has ended: its place is free. */
  readonly onPlaceFree: () => void;
}

/** Every bridge of a pool that lives: makes them, keeps spares, and counts places until the last moment. */
export class BridgeStock {
  readonly #options: BridgeStockOptions;
  /** From the start to the very end. */
  readonly #alive = new Set<PooledBridge>();
  /** Started ones and those that start; nobody's so far. */
  readonly #spares = new Set<PooledBridge>();
  readonly #endings = new Map<PooledBridge, Promise<void>>();
  /** All that were ever made here: one that came twice would have two owners. */
  readonly #known = new WeakSet<RuntimeBridge>();
  #cancelRefill: (() => void) | undefined;
  #retryAt = 0;
  #backOffMs = MIN_BACK_OFF_MS;
  #started = 0;
  #failed = 0;
  #lostSpares = 0;
  #isClosed = false;

  constructor(options: BridgeStockOptions) {
    this.#options = options;
  }

  /** Bridges that are not ending. */
  get size(): number {
    return this.#alive.size - this.#endings.size;
  }

  get ending(): number {
    return this.#endings.size;
  }

  /** Spares that can be used at once. */
  get spares(): number {
    let count = 0;
    for (const spare of this.#spares) if (spare.ready) count++;
    return count;
  }

  /** Starts since the beginning that worked, and that did not. */
  get starts(): { readonly started: number; readonly failed: number } {
    return { started: this.#started, failed: this.#failed };
  }

  /** Spares since the beginning that somebody else disposed of. */
  get lostSpares(): number {
    return this.#lostSpares;
  }

  /** A started spare for good. */
  takeReady(): PooledBridge | undefined {
    this.#dropLost();
    const spare = this.#spares.values().find(({ ready }) => ready);
    if (spare) this.#spares.delete(spare);
    return spare;
  }

  /** A spare for good, or a bridge that starts; nothing when there is no place for one. */
  take(): PooledBridge | undefined {
    const spare = this.takeReady() ?? this.#spares.values().next().value;
    if (!spare) return this.#hasPlace() ? this.#start() : undefined;
    this.#spares.delete(spare);
    return spare;
  }

  /**
   * Starts the spares that are missing and waits for all.
   *
   * @throws what kept them from starting, if none did.
   */
  async warmUp(): Promise<void> {
    this.#refill();
    const outcomes = await Promise.allSettled([...this.#spares].map(({ started }) => started));
    const [first] = outcomes;
    if (first?.status === "rejected" && outcomes.every(({ status }) => status === "rejected")) {
      throw first.reason;
    }
  }

  /** Replaces spares that were taken or lost, unless one failed to start just now. */
  refillSoon(): void {
    this.#dropLost();
    if (this.#spares.size >= this.#options.size || !this.#hasPlace()) return;
    this.#cancelRefill ??= runLater(() => {
      this.#cancelRefill = undefined;
      if (performance.now() >= this.#retryAt) this.#refill();
    }, REFILL_DELAY_MS);
  }

  /** Ends the started spares, and starts none until they are asked for again. Gives how many it were. */
  endSpares(): number {
    this.#stopRefill();
    const started = [...this.#spares].filter(({ ready }) => ready);
    for (const spare of started) this.end(spare);
    return started.length;
  }

  /** Disposes of a bridge, whatever it does. */
  end(pooled: PooledBridge): void {
    this.#spares.delete(pooled);
    if (!this.#endings.has(pooled) && this.#alive.has(pooled))
      this.#endings.set(pooled, this.#finish(pooled));
  }

  /** Ends all. Resolves when they are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopRefill();
    for (const pooled of this.#alive) this.end(pooled);
    await Promise.all(this.#endings.values());
  }

  #hasPlace(): boolean {
    return this.#alive.size < this.#options.maxBridges;
  }

  #refill(): void {
    this.#dropLost();
    while (this.#spares.size < this.#options.size && this.#hasPlace()) this.#spares.add(this.#start());
  }

  #stopRefill(): void {
    this.#cancelRefill?.();
    this.#cancelRefill = undefined;
  }

  #dropLost(): void {
    for (const spare of this.#spares) {
      if (!spare.isDisposed) continue;
      this.#lostSpares++;
      this.end(spare);
    }
  }

  #start(): PooledBridge {
    const pooled = new PooledBridge({ createBridge: () => this.#create(), start: this.#options.start });
    this.#alive.add(pooled);
    pooled.started.then(
      () => this.#onStarted(),
      (error: unknown) => this.#onStartFailed(pooled, error),
    );
    return pooled;
  }

  #create(): RuntimeBridge {
    const bridge = this.#options.createBridge();
    if (this.#known.has(bridge)) {
      throw new TypeError("createBridge() gave a bridge that it had given before: it must make a new one");
    }
    this.#known.add(bridge);
    return bridge;
  }

  #onStarted(): void {
    this.#started++;
    this.#retryAt = 0;
    this.#backOffMs = MIN_BACK_OFF_MS;
    this.#options.onStarted();
  }

  #onStartFailed(pooled: PooledBridge, error: unknown): void {
    // It was ended while it started.
    if (this.#endings.has(pooled) || !this.#alive.has(pooled)) return;
    this.#failed++;
    this.#retryAt = performance.now() + this.#backOffMs;
    this.#backOffMs = Math.min(this.#backOffMs * 2, MAX_BACK_OFF_MS);
    // Who waits for an owner's bridge is told by that.
    if (this.#spares.has(pooled)) this.#options.onFailure(error);
    this.end(pooled);
  }

  async #finish(pooled: PooledBridge): Promise<void> {
    try {
      await pooled.dispose();
    } catch (error) {
      this.#options.onFailure(error);
    }
    this.#alive.delete(pooled);
    this.#endings.delete(pooled);
    if (!this.#isClosed) this.#options.onPlaceFree();
  }
}
