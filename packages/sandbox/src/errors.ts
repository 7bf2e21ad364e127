/** Whose fault an error is: the author of the script or caller (`user`), or the installation (`system`). */
export type ErrorKind = "user" | "system";

interface ErrorRow {
  readonly kind: ErrorKind;
  /** What it means and how to mend it; `docs/errors.md` is generated from it. */
  readonly help: string;
}

/** Every code that `@skerry/sandbox` can give, in one place. */
export const SANDBOX_ERRORS = {
  SCRIPT_ERROR: {
    kind: "user",
    help: "The script threw. The message and the stack point at the author's line.",
  },
  SCRIPT_INVALID: {
    kind: "user",
    help: "The compiled program does not load: a syntax error, or no default export that is a function.",
  },
  NEVER_SETTLED: {
    kind: "user",
    help: "The script waits for a promise that nothing can settle any more: no call and no timer is open.",
  },
  CPU_LIMIT: { kind: "user", help: "The script used more CPU time than its limit `cpuMs`." },
  WALL_LIMIT: { kind: "user", help: "The script took longer than its limit `wallMs`, waiting included." },
  MEMORY_LIMIT: { kind: "user", help: "The script used more memory than its limit `memoryMb`." },
  CAPABILITY_CALL_LIMIT: {
    kind: "user",
    help: "The script made more capability calls than its limit `capabilityCalls`.",
  },
  INPUT_LIMIT: { kind: "user", help: "The input is larger than what may cross into the script." },
  OUTPUT_LIMIT: {
    kind: "user",
    help: "The result is larger than the limit `outputBytes`, or nested too deep.",
  },
  OUTPUT_INVALID: {
    kind: "user",
    help: "The result holds something that is not data (a function, symbol, cycle, BigInt, Map …). The message names the path.",
  },
  CANCELLED: { kind: "user", help: "The execution was cancelled by its caller." },
  CAPABILITY_UNKNOWN: { kind: "user", help: "The script called a capability that does not exist here." },
  CAPABILITY_INPUT_INVALID: {
    kind: "user",
    help: "The arguments of a capability call do not fit its schema.",
  },
  CAPABILITY_INPUT_LIMIT: { kind: "user", help: "The arguments of a capability call are too large." },
  CAPABILITY_FAILED: {
    kind: "system",
    help: "A capability failed inside the host. The detail is in the host's log only.",
  },
  QUEUE_TIMEOUT: {
    kind: "system",
    help: "No runner became free in time. Retry later, or raise the number of runners.",
  },
  RUNNER_LOST: {
    kind: "system",
    help: "The runner process ended before it gave a result. The next call gets a fresh one.",
  },
  RUNNER_PROTOCOL: {
    kind: "system",
    help: "The runner sent a message that breaks the protocol and was killed.",
  },
  RUNNER_START: { kind: "system", help: "A runner process could not be started. `skerry doctor` tells why." },
  ISOLATION_UNAVAILABLE: {
    kind: "system",
    help: "The isolation level asked for cannot be reached on this machine. `skerry doctor` lists what is missing.",
  },
  POOL_CLOSED: { kind: "system", help: "The pool is shutting down and takes no new executions." },
} as const satisfies Record<string, ErrorRow>;

/** A stable code of {@link SANDBOX_ERRORS}. */
export type SandboxErrorCode = keyof typeof SANDBOX_ERRORS;

/** The one error class of `@skerry/sandbox`. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
  readonly code: SandboxErrorCode;
  readonly kind: ErrorKind;

  constructor(code: SandboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.kind = SANDBOX_ERRORS[code].kind;
  }
}
