import { BridgeError } from "../bridges/errors.ts";
import { FairQueue } from "../pool/fair-queue.ts";
import { BridgeStock } from "./bridge-stock.ts";
import { type BridgeLease, OpenLease } from "./lease.ts";
import { type BridgePoolOptions, completeOptions } from "./options.ts";
import { type OwnedBridge, OwnedBridges } from "./owned-bridges.ts";
import type { PooledBridge } from "./pooled-bridge.ts";
import type { BridgePoolStats } from "./stats.ts";
import { runLater } from "./timer.ts";

/**
 * Bridges for many owners. A bridge belongs to one owner from the first lease to its end and is disposed of, never
 * handed on: what one owner's code could leave behind, no other finds.
 */
export interface BridgePool extends AsyncDisposable {
  /**
   * Starts the spares and waits for them; any number of times. Without it the first acquire has them started.
   *
   * @throws BridgeError `BRIDGE_START`, or what `createBridge` throws, when no spare could be started.
   */
  initialize(): Promise<void>;

  /**
   * Leases a started bridge: the owner's own, else a spare, which then is the owner's own, else a new one. An owner may
   * hold several leases of its bridge at a time.
   *
   * When all places are taken, the bridge that was idle for longest makes room. When none is idle, owners wait in the
   * order of their coming, those who hold leases and want more of them included: no owner keeps its bridge for ever by
   * asking again before it lets go. Who holds a lease gets the next one in any case, if late.
   *
   * @param owner Whom the bridge belongs to, such as the id of a tenant.
   * @throws BridgeError `BRIDGE_START`, or what `createBridge` throws; `BRIDGE_BUSY` when no place became free within
   *   `acquireTimeoutMs`; `BRIDGE_DISPOSED`.
   */
  acquire(owner: string): Promise<BridgeLease>;

  /**
   * The same at once, where the owner's own bridge or a spare is started; else nothing. Waits for no turn.
   *
   * @throws BridgeError `BRIDGE_DISPOSED`.
   */
  tryAcquire(owner: string): BridgeLease | undefined;

  stats(): BridgePoolStats;

  /**
   * Ends all bridges, leased ones too, and resolves when they are gone. Whoever waits gets `BRIDGE_DISPOSED`.
   * Idempotent.
   */
  dispose(): Promise<void>;
}

/**
 * Makes a pool; nothing is started by that. Runs in browsers too.
 *
 * @throws RangeError for a number that is out of range.
 */
export function createBridgePool(options: BridgePoolOptions): BridgePool {
  return new OwnedBridgePool(options);
}

/** An acquire without a place. */
interface WaitingAcquire {
  /** The owner, in the queue's word. */
  readonly tenant: string;
  readonly serve: (owned: OwnedBridge) => void;
  readonly giveUp: (error: BridgeError) => void;
}

class OwnedBridgePool implements BridgePool {
  readonly #stock: BridgeStock;
  readonly #idleTimeoutMs: number;
  readonly #acquireTimeoutMs: number;
  readonly #owned: OwnedBridges;
  readonly #queue = new FairQueue<WaitingAcquire>();
  /** The last acquire, or the start for it: from then on spares are idle. */
  #usedAt = 0;
  #cancelSweep: (() => void) | undefined;
  #disposing: Promise<void> | undefined;
  #isDisposed = false;
  readonly #counts = { reuses: 0, hits: 0, misses: 0, expired: 0, evicted: 0 };

  constructor(options: BridgePoolOptions) {
    const { idleTimeoutMs, acquireTimeoutMs, ...stockOptions } = completeOptions(options);
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#acquireTimeoutMs = acquireTimeoutMs;
    this.#stock = new BridgeStock({
      ...stockOptions,
      onStarted: () => (this.#usedAt = performance.now()),
      onPlaceFree: () => this.#serve(),
    });
    this.#owned = new OwnedBridges(this.#stock);
  }

  async initialize(): Promise<void> {
    this.#noteUse();
    await this.#stock.warmUp();
    this.#requireUndisposed();
  }

  async acquire(owner: string): Promise<BridgeLease> {
    requireOwner(owner);
    this.#noteUse();
    // Past those who wait goes nobody.
    const owned = this.#queue.size === 0 ? this.#bridgeFor(owner) : undefined;
    this.#stock.refillSoon();
    return owned ? this.#lease(owned) : this.#wait(owner);
  }

  tryAcquire(owner: string): BridgeLease | undefined {
    requireOwner(owner);
    this.#noteUse();
    const owned = this.#readyBridgeFor(owner);
    this.#stock.refillSoon();
    const bridge = owned?.pooled.ready;
    if (!owned || !bridge) return undefined;
    owned.leases++;
    return new OpenLease(bridge, () => this.#release(owned));
  }

  stats(): BridgePoolStats {
    const { hits, misses } = this.#counts;
    const owners = this.#owned.size;
    const idle = this.#owned.idle().length;
    return {
      ...this.#counts,
      ...this.#stock.starts,
      lost: this.#owned.lost + this.#stock.lostSpares,
      hitRate: hits + misses === 0 ? 1 : hits / (hits + misses),
      spares: this.#stock.spares,
      owners,
      leased: owners - idle,
      idle,
      waiting: this.#queue.size,
    };
  }

  dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#disposing ??= this.#close();
    return this.#disposing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #close(): Promise<void> {
    this.#cancelSweep?.();
    this.#owned.clear();
    for (const waiting of this.#queue.drain()) waiting.giveUp(disposedError());
    await this.#stock.close();
  }

  #noteUse(): void {
    this.#requireUndisposed();
    this.#usedAt = performance.now();
    this.#cancelSweep ??= runLater(() => this.#sweep(), this.#idleTimeoutMs);
  }

  #requireUndisposed(): void {
    if (this.#isDisposed) throw disposedError();
  }

  /** The owner's bridge, or one that becomes it, started or not; nothing when there is no place for one. */
  #bridgeFor(owner: string): OwnedBridge | undefined {
    const own = this.#owned.find(owner);
    if (own) this.#counts.reuses++;
    return own ?? this.#own(owner, this.#stock.take());
  }

  #readyBridgeFor(owner: string): OwnedBridge | undefined {
    const own = this.#owned.find(owner);
    if (own?.pooled.ready) this.#counts.reuses++;
    return own ?? this.#own(owner, this.#stock.takeReady());
  }

  #own(owner: string, pooled: PooledBridge | undefined): OwnedBridge | undefined {
    if (!pooled) return undefined;
    if (pooled.ready) this.#counts.hits++;
    else this.#counts.misses++;
    return this.#owned.add(owner, pooled);
  }

  async #lease(owned: OwnedBridge): Promise<BridgeLease> {
    // Counted before the start: what starts for somebody is not idle.
    owned.leases++;
    const bridge = await owned.pooled.started;
    this.#requireUndisposed();
    return new OpenLease(bridge, () => this.#release(owned));
  }

  #release(owned: OwnedBridge): void {
    owned.leases--;
    if (this.#owned.dropIfLost(owned) || owned.leases > 0) return;
    owned.idleSince = performance.now();
    if (this.#queue.size > 0) this.#serve();
  }

  #wait(owner: string): Promise<BridgeLease> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        this.#queue.delete(waiting);
      };
      const waiting: WaitingAcquire = {
        tenant: owner,
        serve: (owned) => {
          leave();
          resolve(this.#lease(owned));
        },
        giveUp: (error) => {
          leave();
          reject(error);
        },
      };
      const timer = setTimeout(() => this.#turnAway(waiting), this.#acquireTimeoutMs);
      this.#queue.add(waiting);
      this.#makeRoom();
    });
  }

  #turnAway(waiting: WaitingAcquire): void {
    const { tenant: owner } = waiting;
    const message = `no bridge became free for owner "${owner}" within ${this.#acquireTimeoutMs} ms`;
    waiting.giveUp(new BridgeError("BRIDGE_BUSY", message));
    // Later acquires of this owner must not hold up others who came before them.
    this.#queue.rotate(owner);
    this.#serve();
  }

  /** Gives those who wait what there is, in their order, and makes room for the first for whom there is nothing. */
  #serve(): void {
    for (const owner of this.#queue.tenants()) {
      let waiting = this.#queue.firstOf(owner);
      while (waiting) {
        const owned = this.#bridgeFor(owner);
        if (!owned) return this.#makeRoom();
        waiting.serve(owned);
        waiting = this.#queue.firstOf(owner);
      }
    }
  }

  /** Ends what was idle for longest, one bridge for each owner who waits without one. */
  #makeRoom(): void {
    const missing = this.#queue.tenants().filter((owner) => !this.#owned.has(owner)).length;
    const evicted = this.#owned.idle().slice(0, Math.max(0, missing - this.#stock.ending));
    this.#counts.evicted += evicted.length;
    for (const owned of evicted) this.#owned.drop(owned);
  }

  /** Ends what nobody used for too long, and comes again when the next may be due. */
  #sweep(): void {
    const now = performance.now();
    const before = now - this.#idleTimeoutMs;
    const expired = this.#owned.idle().filter(({ idleSince }) => idleSince <= before);
    for (const owned of expired) this.#owned.drop(owned);
    this.#counts.expired += expired.length;
    if (this.#usedAt <= before) this.#counts.expired += this.#stock.endSpares();

    const times = [this.#usedAt, ...this.#owned.idle().map(({ idleSince }) => idleSince)];
    const next = Math.min(now, ...times.filter((time) => time > before));
    const isOver = this.#stock.size === 0 && this.#usedAt <= before;
    this.#cancelSweep = isOver ? undefined : runLater(() => this.#sweep(), next - before);
  }
}

function requireOwner(owner: string): void {
  if (typeof owner === "string" && owner !== "") return;
  throw new TypeError(`owner is ${JSON.stringify(owner)}: it must be text that is not empty`);
}

function disposedError(): BridgeError {
  return new BridgeError("BRIDGE_DISPOSED", "the bridge pool was used after it had been disposed");
}
