import type { RuntimeBridge } from "../bridges/bridge.ts";

export interface BridgePoolOptions {
  /** Makes a bridge that is not started yet, another one at each call. */
  readonly createBridge: () => RuntimeBridge;
  /** Starts one. Default: its `initialize()`. */
  readonly start?: (bridge: RuntimeBridge) => Promise<void>;
  /** Spares: started bridges that wait for owners who have none. Default 1; 0 warms nothing. */
  readonly size?: number;
  /** Most bridges at once, spares and those that are ending included. Default 32. */
  readonly maxBridges?: number;
  /** How long an owner's bridge is kept after its last lease, and spares after the last acquire, in ms. Default 60,000. */
  readonly idleTimeoutMs?: number;
  /** Longest wait for a place when all bridges are in use, in ms; a start is not part of it. Default 10,000. */
  readonly acquireTimeoutMs?: number;
  /** Told of what no caller hears of: a spare did not start, a bridge did not end. Must not throw. Default: nothing. */
  readonly onFailure?: (error: unknown) => void;
}

const DEFAULT_SIZE = 1;
const DEFAULT_MAX_BRIDGES = 32;
const DEFAULT_IDLE_TIMEOUT_MS = 60_000;
const DEFAULT_ACQUIRE_TIMEOUT_MS = 10_000;
/** The longest that a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** @throws RangeError for a number that is out of range. */
export function completeOptions(options: BridgePoolOptions): Required<BridgePoolOptions> {
  const {
    createBridge,
    start = (bridge) => bridge.initialize(),
    size = DEFAULT_SIZE,
    maxBridges = DEFAULT_MAX_BRIDGES,
    idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS,
    acquireTimeoutMs = DEFAULT_ACQUIRE_TIMEOUT_MS,
    onFailure = () => {},
  } = options;
  if (!Number.isInteger(maxBridges) || maxBridges < 1) {
    throw new RangeError(`maxBridges is ${maxBridges}: it must be a whole number above 0`);
  }
  if (!Number.isInteger(size) || size < 0 || size > maxBridges) {
    throw new RangeError(`size is ${size}: it must be a whole number from 0 to maxBridges, ${maxBridges}`);
  }
  return {
    createBridge,
    start,
    size,
    maxBridges,
    idleTimeoutMs: requireDuration("idleTimeoutMs", idleTimeoutMs),
    acquireTimeoutMs: requireDuration("acquireTimeoutMs", acquireTimeoutMs),
    onFailure,
  };
}

function requireDuration(name: string, ms: number): number {
  if (!(ms > 0)) throw new RangeError(`${name} is ${ms}: it must be a number of milliseconds above 0`);
  return Math.min(ms, MAX_TIMER_MS);
}
