import type { RuntimeBridge } from "../bridges/bridge.ts";
import { BridgeError } from "../bridges/errors.ts";

/** The use of an owner's bridge until it is released. */
export interface BridgeLease extends Disposable {
  /** @throws BridgeError `BRIDGE_DISPOSED` after the release. */
  readonly bridge: RuntimeBridge;
  /** Gives the bridge back to its pool, which keeps it for its owner. Idempotent. */
  release(): void;
}

export class OpenLease implements BridgeLease {
  readonly #bridge: RuntimeBridge;
  #onRelease: (() => void) | undefined;

  constructor(bridge: RuntimeBridge, onRelease: () => void) {
    this.#bridge = bridge;
    this.#onRelease = onRelease;
  }

  get bridge(): RuntimeBridge {
    if (this.#onRelease) return this.#bridge;
    throw new BridgeError("BRIDGE_DISPOSED", "the bridge of a lease was used after the lease was released");
  }

  release(): void {
    const onRelease = this.#onRelease;
    this.#onRelease = undefined;
    onRelease?.();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
