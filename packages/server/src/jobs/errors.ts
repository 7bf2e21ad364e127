/** Every code that the jobs room can give, in one place: whose fault, and how to mend it. */
export const JOB_ERRORS = {
  JOB_INVALID: {
    kind: "user",
    help: "A job to send breaks the schema of jobs. The message names the field.",
  },
  JOB_PAYLOAD_SIZE: {
    kind: "user",
    help: "The payload of a job is too large. Store the data, and send its id.",
  },
  JOB_FAILED: {
    kind: "system",
    help: "The handler of a job threw an error that has no code of its own. The message is the error's.",
  },
  JOB_EXPIRED: {
    kind: "user",
    help: "One attempt of a job ran longer than the job allows, and was aborted.",
  },
  JOB_CANCELLED: {
    kind: "user",
    help: "The job was cancelled while it ran. It is not tried again.",
  },
  JOB_INTERRUPTED: {
    kind: "system",
    help: "The node shut down before the attempt ended. The attempt does not count, and another node runs the job.",
  },
  JOB_LOST: {
    kind: "system",
    help: "The node that ran the job crashed or lost the database, and its lease ran out. The job is tried again.",
  },
} as const satisfies Record<string, { readonly kind: "user" | "system"; readonly help: string }>;

/** A stable code of {@link JOB_ERRORS}. */
export type JobErrorCode = keyof typeof JOB_ERRORS;

/** An error of the jobs room; also the reason of a handler's aborted signal. */
export class JobError extends Error {
  override readonly name = "JobError";
  readonly code: JobErrorCode;
  readonly kind: "user" | "system";

  constructor(code: JobErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.kind = JOB_ERRORS[code].kind;
  }
}

interface AttemptErrorOptions extends ErrorOptions {
  /** Default `JOB_FAILED`. */
  readonly code?: string | undefined;
}

/** Thrown by a handler: trying again is of no use, so the job ends, whatever attempts it has left. */
export class FinalError extends Error {
  override readonly name = "FinalError";
  readonly code: string;

  constructor(message: string, { code = "JOB_FAILED", ...options }: AttemptErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

/** Thrown by a handler that cannot begin just now: the job is put off, and this was no attempt. */
export class PostponedError extends Error {
  override readonly name = "PostponedError";
  readonly retryInMs: number;

  constructor(message: string, retryInMs: number, options?: ErrorOptions) {
    super(message, options);
    this.retryInMs = retryInMs;
  }
}

/** Thrown by a handler: try again, at a time of its own choice. All errors but {@link FinalError} are tried again. */
export class RetryableError extends Error {
  override readonly name = "RetryableError";
  readonly code: string;
  /** When to try again; without it, the job's own backoff. */
  readonly retryInMs: number | undefined;

  constructor(
    message: string,
    {
      code = "JOB_FAILED",
      retryInMs,
      ...options
    }: AttemptErrorOptions & { readonly retryInMs?: number | undefined } = {},
  ) {
    super(message, options);
    this.code = code;
    this.retryInMs = retryInMs;
  }
}
