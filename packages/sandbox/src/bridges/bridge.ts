import type { JsonValue } from "../json.ts";
import type { HostData } from "./host-data.ts";

/**
 * The host-side handle of one isolated context (Layer 2). Every engine behind it behaves the same: one conformance
 * suite runs against all.
 */
export interface RuntimeBridge extends AsyncDisposable {
  /** Whether {@link executeSync} works here. */
  readonly isSynchronous: boolean;

  /**
   * Starts the engine. Idempotent; `execute` does it by itself when it was not called.
   *
   * @param runtime What Layer 3 brings along; only the first call's counts.
   */
  initialize(runtime?: GuestRuntime): Promise<void>;

  /**
   * Runs code once over data.
   *
   * @param code Body of a function with the parameter `data`: what it returns is the result. Sloppy mode. Compiled
   *   once per bridge and text; results are never kept.
   * @param data Own, enumerable data properties are readable under `data`, lazily; functions in it are host
   *   functions, which the guest calls synchronously with data and gets data back. The guest cannot change it.
   * @throws BridgeError
   */
  execute(code: string, data?: HostData, options?: ExecuteOptions): Promise<unknown>;

  /**
   * The same, at once.
   *
   * @throws BridgeError `BRIDGE_NOT_SYNCHRONOUS` where {@link isSynchronous} is false or the engine is not started.
   */
  executeSync(code: string, data?: HostData, options?: ExecuteOptions): unknown;

  /** Data that stays loaded for many executions: what one fetched, the next finds. */
  openScope(data: HostData): BridgeScope;

  /** What the engine holds now, in MiB; undefined where nobody can tell, or while there is none. */
  memoryMb(): number | undefined;

  /** Ends the engine. Idempotent. */
  dispose(): Promise<void>;
  isDisposed(): boolean;
}

/** Executions over the same data. The data must not change while the scope is open. */
export interface BridgeScope extends Disposable {
  execute(code: string, options?: ExecuteOptions): Promise<unknown>;
  executeSync(code: string, options?: ExecuteOptions): unknown;
  /** Lets go of the data on both sides. Idempotent. */
  dispose(): void;
}

/** Settings that every bridge takes. */
export interface BridgeOptions {
  /** Heap of the guest in MiB. Default 64, at least 8. */
  readonly memoryLimitMb?: number;
  /** Longest run of one execution in ms, host functions included. Default 1,000. */
  readonly timeoutMs?: number;
  /** Script that runs in the engine before guest code and may install globals. Default: none besides the kernel. */
  readonly guestBundle?: string;
}

/** The code that a layer above the bridge has in every realm of it. */
export interface GuestRuntime {
  /** Script that runs in the engine after `BridgeOptions.guestBundle`. */
  readonly bundle: string;
  /** Classes whose objects cross as what they are, in both directions. Default: none. */
  readonly types?: readonly TransferType[];
}

/**
 * The host's half of a class that crosses. The guest's half is registered by the runtime's bundle with
 * `__registerTransferType(name, describe, restore)`.
 */
export interface TransferType {
  readonly name: string;
  /** JSON data for an object of this class; undefined for every other one. Asked for objects of classes alone. */
  readonly describe: (value: object) => JsonValue | undefined;
  /** Comes from the guest: throw for data that `describe` would not give. */
  readonly restore: (payload: JsonValue) => object;
}

/** Settings of one execution. */
export interface ExecuteOptions {
  /** At most the bridge's own. */
  readonly timeoutMs?: number;
}

export const MIN_BRIDGE_MEMORY_MB = 8;
export const DEFAULT_BRIDGE_MEMORY_MB = 64;
export const DEFAULT_BRIDGE_TIMEOUT_MS = 1_000;
