/** Every code that an expression can fail with. */
export const EXPRESSION_ERRORS = {
  EXPRESSION_SYNTAX: {
    kind: "user",
    help: "The template cannot be read. The message says where and what was expected; `range` marks the place.",
  },
  EXPRESSION_UNSUPPORTED: {
    kind: "user",
    help: "The code uses something that can never work in an expression (`await`, `import`, a statement). The message names the way to write it.",
  },
  EXPRESSION_FAILED: {
    kind: "user",
    help: "The code threw. `guestName` and the message are its own; `range` marks the part of the template.",
  },
  EXPRESSION_EXTENSION: {
    kind: "user",
    help: "An extension function was called on a value it is not for, or with arguments it does not take.",
  },
  EXPRESSION_SECURITY: {
    kind: "user",
    help: "The code asked for something that the host does not allow, e.g. `$env` where it is denied.",
  },
  EXPRESSION_RESULT: {
    kind: "user",
    help: "The result holds something that cannot cross (a function, symbol, promise …). The message names the path.",
  },
  EXPRESSION_TIMEZONE: { kind: "user", help: "`timezone` is no IANA name." },
  EXPRESSION_TIMEOUT: {
    kind: "user",
    help: "The evaluation, nested ones included, ran longer than the bridge's `timeoutMs`.",
  },
  EXPRESSION_MEMORY: {
    kind: "user",
    help: "The evaluation used more memory than the bridge's `memoryLimitMb`. The next one starts clean.",
  },
  EXPRESSION_BRIDGE: {
    kind: "system",
    help: "The bridge was lost, could not be started or was busy. `cause` is the BridgeError.",
  },
  EXPRESSION_DISPOSED: {
    kind: "system",
    help: "The evaluator or scope was used after it had been disposed.",
  },
} as const;

/** A stable code of {@link EXPRESSION_ERRORS}. */
export type ExpressionErrorCode = keyof typeof EXPRESSION_ERRORS;

/** A part of a template, in UTF-16 code units; `end` is exclusive. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

export interface ExpressionErrorDetails {
  /** Where in the template. */
  readonly range?: SourceRange | undefined;
  /** What the code threw: its name, e.g. `TypeError`. */
  readonly guestName?: string | undefined;
  readonly cause?: unknown;
}

/** The error of everything in this package that evaluates or compiles. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  readonly code: ExpressionErrorCode;
  readonly range: SourceRange | undefined;
  readonly guestName: string | undefined;

  constructor(code: ExpressionErrorCode, message: string, details: ExpressionErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.range = details.range;
    this.guestName = details.guestName;
  }

  get kind(): "user" | "system" {
    return EXPRESSION_ERRORS[this.code].kind;
  }
}
