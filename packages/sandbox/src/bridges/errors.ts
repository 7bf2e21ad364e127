/** Every code that a bridge can give. */
export const BRIDGE_ERRORS = {
  BRIDGE_SCRIPT: { kind: "user", help: "The code threw. Name and message are the guest's." },
  BRIDGE_SYNTAX: { kind: "user", help: "The code does not compile." },
  BRIDGE_TIMEOUT: { kind: "user", help: "The code ran longer than `timeoutMs`." },
  BRIDGE_MEMORY: {
    kind: "user",
    help: "The code used more memory than `memoryLimitMb`. The next call starts clean.",
  },
  BRIDGE_RESULT: {
    kind: "user",
    help: "The result holds something that cannot cross (a function, symbol, promise …). The message names the path.",
  },
  BRIDGE_DATA: {
    kind: "user",
    help: "A host function was given, or gave back, something that cannot cross.",
  },
  BRIDGE_LOST: {
    kind: "system",
    help: "The engine died before it answered. The next call starts a new one by itself.",
  },
  BRIDGE_START: { kind: "system", help: "The engine could not be started." },
  BRIDGE_BUSY: {
    kind: "system",
    help: "`executeSync` was called while the bridge executes, e.g. by a host function: use another bridge. Or no place in a bridge pool became free in time: raise `maxBridges`.",
  },
  BRIDGE_DISPOSED: { kind: "system", help: "The bridge or scope was used after it had been disposed." },
  BRIDGE_NOT_SYNCHRONOUS: {
    kind: "system",
    help: "This bridge cannot execute synchronously here, or was not initialised yet. Use `execute`.",
  },
} as const;

/** A stable code of {@link BRIDGE_ERRORS}. */
export type BridgeErrorCode = keyof typeof BRIDGE_ERRORS;

/** The error of every bridge. */
export class BridgeError extends Error {
  override readonly name = "BridgeError";
  readonly code: BridgeErrorCode;
  /** What the guest threw: its name, e.g. `TypeError`; only with `BRIDGE_SCRIPT`. */
  readonly guestName: string | undefined;

  constructor(code: BridgeErrorCode, message: string, guestName?: string) {
    super(message);
    this.code = code;
    this.guestName = guestName;
  }

  get kind(): "user" | "system" {
    return BRIDGE_ERRORS[this.code].kind;
  }
}
