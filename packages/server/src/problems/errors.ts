import type { ErrorKind } from "@skerry/sandbox";
import { SERVER_ERRORS } from "./error-table.ts";
import type { ServerErrorCode } from "./error-table.ts";

/** One place that an error is about. */
export interface ErrorDetail {
  /** Where in the input, e.g. `settings.limits.cpuMs`; empty for the input as a whole. */
  readonly path: string;
  readonly message: string;
  /** Counts from 1. */
  readonly line?: number;
  /** In characters, counts from 1. */
  readonly column?: number;
  /** The author's line with a mark under the place. */
  readonly frame?: string;
  /** In UTF-16 code units of the text that is meant; `end` is exclusive. */
  readonly range?: { readonly start: number; readonly end: number };
}

/** Why a script that was called did not answer, in the words of its execution. */
export interface ScriptFailure {
  readonly code: string;
  readonly message: string;
}

/** A tenant's quota that was used up when more was asked for. */
export interface RefusedQuota {
  /** Its name, as in `GET /limits`. */
  readonly kind: string;
  readonly limit: number;
  readonly used: number;
  /** RFC 3339; null where it does not begin anew. */
  readonly resetsAt: string | null;
}

export interface SkerryErrorOptions extends ErrorOptions {
  readonly details?: readonly ErrorDetail[];
  readonly headers?: Readonly<Record<string, string>>;
  /** The execution that the error is about. */
  readonly executionId?: string;
  readonly failure?: ScriptFailure;
  readonly quota?: RefusedQuota;
}

/** The one error class of the platform; its message is shown to the caller. */
export class SkerryError extends Error {
  override readonly name = "SkerryError";
  readonly code: ServerErrorCode;
  readonly kind: ErrorKind;
  readonly status: number;
  readonly details: readonly ErrorDetail[] | undefined;
  /** For the HTTP response, e.g. `Allow`. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly executionId: string | undefined;
  readonly failure: ScriptFailure | undefined;
  readonly quota: RefusedQuota | undefined;

  constructor(code: ServerErrorCode, message: string, options: SkerryErrorOptions = {}) {
    super(message, options);
    const { kind, status } = SERVER_ERRORS[code];
    this.code = code;
    this.kind = kind;
    this.status = status;
    this.details = options.details;
    this.headers = options.headers;
    this.executionId = options.executionId;
    this.failure = options.failure;
    this.quota = options.quota;
  }
}
