import type { BridgeStock } from "./bridge-stock.ts";
import type { PooledBridge } from "./pooled-bridge.ts";

/** A bridge with its owner. */
export interface OwnedBridge {
  readonly owner: string;
  readonly pooled: PooledBridge;
  leases: number;
  /** When the last lease was released, by `performance.now()`. */
  idleSince: number;
}

/** Which bridge is whose. What leaves it ends: there is no way to another owner. */
export class OwnedBridges {
  readonly #stock: BridgeStock;
  readonly #byOwner = new Map<string, OwnedBridge>();
  #lost = 0;

  constructor(stock: BridgeStock) {
    this.#stock = stock;
  }

  get size(): number {
    return this.#byOwner.size;
  }

  /** Bridges since the beginning that somebody else disposed of. */
  get lost(): number {
    return this.#lost;
  }

  has(owner: string): boolean {
    return this.#byOwner.has(owner);
  }

  /** The owner's bridge, started or not. */
  find(owner: string): OwnedBridge | undefined {
    const owned = this.#byOwner.get(owner);
    return owned && !this.dropIfLost(owned) ? owned : undefined;
  }

  add(owner: string, pooled: PooledBridge): OwnedBridge {
    const owned: OwnedBridge = { owner, pooled, leases: 0, idleSince: performance.now() };
    this.#byOwner.set(owner, owned);
    pooled.started.catch(() => this.#forget(owned));
    return owned;
  }

  /** Those without a lease, the longest idle first. */
  idle(): OwnedBridge[] {
    const idle = [...this.#byOwner.values()].filter(({ leases }) => leases === 0);
    return idle.sort((a, b) => a.idleSince - b.idleSince);
  }

  drop(owned: OwnedBridge): void {
    this.#forget(owned);
    this.#stock.end(owned.pooled);
  }

  /** Drops a bridge that somebody else disposed of, and tells whether it is one. */
  dropIfLost(owned: OwnedBridge): boolean {
    const isLost = owned.pooled.isDisposed && this.#byOwner.get(owned.owner) === owned;
    if (isLost) {
      this.#lost++;
      this.drop(owned);
    }
    return isLost;
  }

  /** Forgets all, without an end: that is the stock's. */
  clear(): void {
    this.#byOwner.clear();
  }

  #forget(owned: OwnedBridge): void {
    if (this.#byOwner.get(owned.owner) === owned) this.#byOwner.delete(owned.owner);
  }
}
