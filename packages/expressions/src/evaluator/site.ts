import type { BridgeLease, BridgePool, BridgeScope, HostData, RuntimeBridge } from "@skerry/sandbox/bridges";
import { ExpressionError } from "../errors.ts";
import { pickData } from "./picked-data.ts";
import type { Program } from "./program.ts";

/** Where code runs when it takes a guest: an owner's bridge, with data. */
export interface Site {
  readonly data: HostData;
  /** What a program is given of it. */
  dataFor(program: Program): HostData;
  /**
   * @param data That of the site, or data of this one run.
   * @throws BridgeError
   */
  run(code: string, data: HostData, timeoutMs: number | undefined): Promise<unknown>;
  /** @throws BridgeError, ExpressionError */
  runSync(code: string, data: HostData, timeoutMs: number | undefined): unknown;
  /** @throws ExpressionError `EXPRESSION_DISPOSED`. */
  requireUndisposed(): void;
  /** What the engine holds after a run, in MiB, where that is known. */
  readMemoryMb(): number | undefined;
}

/** Data for one evaluation. */
export class TransientSite implements Site {
  readonly data: HostData;
  readonly #pool: BridgePool;
  readonly #owner: string;
  #bridge: RuntimeBridge | undefined;

  constructor(pool: BridgePool, owner: string, data: HostData) {
    this.#pool = pool;
    this.#owner = owner;
    this.data = data;
  }

  requireUndisposed(): void {}

  dataFor({ dataNames }: Program): HostData {
    return pickData(this.data, dataNames);
  }

  async run(code: string, data: HostData, timeoutMs: number | undefined): Promise<unknown> {
    using lease = await this.#pool.acquire(this.#owner);
    this.#bridge = lease.bridge;
    return await lease.bridge.execute(code, data, limit(timeoutMs));
  }

  runSync(code: string, data: HostData, timeoutMs: number | undefined): unknown {
    const lease = acquireSync(this.#pool, this.#owner);
    try {
      this.#bridge = lease.bridge;
      return lease.bridge.executeSync(code, data, limit(timeoutMs));
    } finally {
      lease.release();
    }
  }

  readMemoryMb(): number | undefined {
    return this.#bridge?.memoryMb();
  }
}

/** Data that stays loaded, in a bridge that stays leased from the first run to the end. */
export class LoadedSite implements Site {
  readonly data: HostData;
  readonly #pool: BridgePool;
  readonly #owner: string;
  #leasing: Promise<BridgeLease> | undefined;
  #lease: BridgeLease | undefined;
  #scope: BridgeScope | undefined;
  #isDisposed = false;

  constructor(pool: BridgePool, owner: string, data: HostData) {
    this.#pool = pool;
    this.#owner = owner;
    this.data = data;
  }

  dataFor(): HostData {
    return this.data;
  }

  async run(code: string, data: HostData, timeoutMs: number | undefined): Promise<unknown> {
    const bridge = this.#liveBridge() ?? (await this.#acquire());
    if (data !== this.data) return bridge.execute(code, data, limit(timeoutMs));
    return (this.#scope ??= bridge.openScope(data)).execute(code, limit(timeoutMs));
  }

  runSync(code: string, data: HostData, timeoutMs: number | undefined): unknown {
    const bridge = this.#liveBridge() ?? this.#hold(acquireSync(this.#pool, this.#owner));
    if (data !== this.data) return bridge.executeSync(code, data, limit(timeoutMs));
    return (this.#scope ??= bridge.openScope(data)).executeSync(code, limit(timeoutMs));
  }

  readMemoryMb(): number | undefined {
    return this.#liveBridge()?.memoryMb();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#letGo();
  }

  /** The leased bridge, unless it was lost for good. */
  #liveBridge(): RuntimeBridge | undefined {
    const bridge = this.#lease?.bridge;
    if (bridge?.isDisposed()) this.#letGo();
    return this.#lease?.bridge;
  }

  async #acquire(): Promise<RuntimeBridge> {
    this.#leasing ??= this.#pool.acquire(this.#owner);
    try {
      const lease = await this.#leasing;
      return this.#lease === lease ? lease.bridge : this.#hold(lease);
    } finally {
      this.#leasing = undefined;
    }
  }

  requireUndisposed(): void {
    if (this.#isDisposed) {
      throw new ExpressionError("EXPRESSION_DISPOSED", "the scope was used after it had been disposed");
    }
  }

  #hold(lease: BridgeLease): RuntimeBridge {
    if (this.#isDisposed) lease.release();
    this.requireUndisposed();
    this.#lease = lease;
    return lease.bridge;
  }

  #letGo(): void {
    this.#scope?.dispose();
    this.#scope = undefined;
    this.#lease?.release();
    this.#lease = undefined;
  }
}

/** A bridge at once. */
function acquireSync(pool: BridgePool, owner: string): BridgeLease {
  const lease = pool.tryAcquire(owner);
  if (lease) return lease;
  throw new ExpressionError(
    "EXPRESSION_BRIDGE",
    "no bridge is started: await initialize() first, or use evaluate(), which starts one; after idleTimeoutMs there is none either",
  );
}

function limit(timeoutMs: number | undefined): { timeoutMs: number } | undefined {
  return timeoutMs === undefined ? undefined : { timeoutMs };
}
