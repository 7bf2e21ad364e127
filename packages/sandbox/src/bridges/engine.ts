/**
 * What a bridge needs of a JavaScript engine. Everything above it (lazy data, marshalling, code cache, errors) is the
 * same for all engines and lives in {@link EngineBridge}; an engine only starts a realm with the bridge kernel in it,
 * passes text in and out, holds limits and dies.
 *
 * A realm is set up in this order: the kernel (`bridgeKernelBundle()`), then the guest bundle, then
 * `__attachBridge(ask)`, which closes the realm, deletes itself and gives `receive`. An engine without an Intl of its own
 * leaves a global for the kernel by which that asks the host's (`guest/intl/schema.ts`).
 *
 * An engine may lose its realm at any time (crash, kill, memory limit) and makes a new one by itself for the next run:
 * a kernel that does not know what a message speaks of says so, and the bridge tells it everything again.
 */
export interface Engine {
  /** Whether {@link runSync} works once the engine is started. */
  readonly isSynchronous: boolean;

  /**
   * Starts, or does nothing when started. Rejects with BridgeError `BRIDGE_START`.
   *
   * @param guestBundle Script for this realm and every later one; may be empty.
   */
  start(guestBundle: string): Promise<void>;

  /**
   * Gives one message to the kernel and returns its answer. The bridge never calls it while another run goes on.
   *
   * @param message Text for the kernel's `receive`.
   * @param answer Called whenever the guest needs the host meanwhile; its answer is text.
   * @param timeoutMs Longest run in ms, the time inside `answer` and microtasks that the code leaves included.
   * @throws EngineFailure
   */
  run(message: string, answer: HostAnswer, timeoutMs: number): Promise<string>;

  /** The same, at once. */
  runSync(message: string, answer: HostAnswer, timeoutMs: number): string;

  /** What it holds now, in MiB. Absent where nobody can tell. */
  memoryMb?(): number | undefined;

  /** Ends the realm; a run that goes on rejects. Idempotent. */
  dispose(): Promise<void>;
}

/** The host's side of one question of the guest; must not throw. */
export type HostAnswer = (question: string) => string;

/** Why an engine gave no answer. */
export type EngineFailureCode = "BRIDGE_TIMEOUT" | "BRIDGE_MEMORY" | "BRIDGE_LOST";

/** What `BRIDGE_TIMEOUT` says. */
export function describeTimeout(timeoutMs: number): string {
  return `the code ran longer than ${timeoutMs} ms, its limit timeoutMs`;
}

/** What `BRIDGE_MEMORY` says. */
export function describeExhaustion(memoryLimitMb: number): string {
  return `the code used more memory than ${memoryLimitMb} MiB, its limit memoryLimitMb`;
}

export class EngineFailure extends Error {
  override readonly name = "EngineFailure";
  readonly code: EngineFailureCode;

  constructor(code: EngineFailureCode, message: string) {
    super(message);
    this.code = code;
  }
}
