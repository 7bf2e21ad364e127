import type { ErrorCode, ErrorDetail, Problem } from "./generated/types.ts";

/** What the client itself can fail with, beside the codes that Skerry answers. */
export const CLIENT_ERRORS = {
  CONNECTION_FAILED: {
    kind: "system",
    help: "No whole answer arrived. Check the address and the network; `cause` has what the platform's `fetch` says.",
  },
  ANSWER_INVALID: {
    kind: "system",
    help: "What answered is not Skerry: no JSON, or an error that is no problem details. A proxy or a wrong address does that.",
  },
} as const;

/** A code of {@link CLIENT_ERRORS}. */
export type ClientErrorCode = keyof typeof CLIENT_ERRORS;

export interface SkerryClientErrorOptions extends ErrorOptions {
  readonly problem?: Partial<Problem>;
  readonly retryAfter?: number | undefined;
}

/** Every failure of a request, except that it was aborted: then the signal's own reason is thrown. */
export class SkerryClientError extends Error {
  override readonly name = "SkerryClientError";
  /** Stable; those of answers are listed in Skerry's `docs/errors.md`. */
  readonly code: ErrorCode | ClientErrorCode;
  /** HTTP status; undefined when no answer arrived. */
  readonly status: number | undefined;
  /** What happened, and how to mend it. */
  readonly detail: string;
  /** The places of the input that it is about; often none. */
  readonly errors: readonly ErrorDetail[];
  /** Seconds after which a retry may succeed, where the answer says so. */
  readonly retryAfter: number | undefined;
  /** The whole problem details; undefined when there were none. */
  readonly problem: Partial<Problem> | undefined;

  constructor(
    code: ErrorCode | ClientErrorCode,
    detail: string,
    status: number | undefined,
    { problem, retryAfter, ...options }: SkerryClientErrorOptions = {},
  ) {
    super(`${code}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
    this.status = status;
    this.errors = problem?.errors ?? [];
    this.retryAfter = retryAfter;
    this.problem = problem;
  }
}
