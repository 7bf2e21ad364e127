/**
 * What a bridge needs of a JavaScript engine. Everything above it (lazy data, marshalling, code cache, errors) is the
 * same for all engines and lives in {@link createBridge}; an engine only starts a realm with the bridge kernel in it,
 * passes text in and out, holds limits and dies.
 */
export interface Engine {
  /** Whether {@link runSync} works. */
  readonly isSynchronous: boolean;

  /** Starts, or does nothing when started. Rejects with BridgeError. */
  start(): Promise<void>;

  /**
   * Gives one message to the kernel and returns its answer.
   *
   * @param message Text for the kernel's `receive`.
   * @param answer Called whenever the guest needs the host meanwhile; its answer is text.
   * @throws EngineFailure
   */
  run(message: string, answer: HostAnswer, timeoutMs: number): Promise<string>;

  /** The same, at once. */
  runSync(message: string, answer: HostAnswer, timeoutMs: number): string;

  /** The engine lost its state (crash, kill) since the last call: what the kernel was told is forgotten. */
  readonly generation: number;

  dispose(): Promise<void>;
}

/** The host's side of one question of the guest; must not throw. */
export type HostAnswer = (question: string) => string;

/** Why an engine gave no answer. */
export type EngineFailureCode = "BRIDGE_TIMEOUT" | "BRIDGE_MEMORY" | "BRIDGE_LOST";

export class EngineFailure extends Error {
  override readonly name = "EngineFailure";
  readonly code: EngineFailureCode;

  constructor(code: EngineFailureCode, message: string) {
    super(message);
    this.code = code;
  }
}
