import { SandboxError } from "@skerry/sandbox";
import type { SandboxErrorCode } from "@skerry/sandbox";
import { isDatabaseUnavailable, isTransactionConflict } from "../db/errors.ts";
import { SERVER_ERRORS } from "./error-table.ts";
import type { ServerErrorCode } from "./error-table.ts";
import { SkerryError } from "./errors.ts";
import type { ErrorDetail, RefusedQuota, ScriptFailure } from "./errors.ts";

/** What went wrong, as RFC 9457 puts it, with our stable `code`. */
export interface Problem {
  readonly status: number;
  readonly code: ServerErrorCode | SandboxErrorCode;
  readonly detail: string;
  /** Names this one occurrence, for the server's log. */
  readonly instance?: string;
  readonly executionId?: string | undefined;
  /** Of the script that was called. */
  readonly error?: ScriptFailure | undefined;
  /** That is used up. */
  readonly quota?: RefusedQuota | undefined;
  readonly errors?: readonly ErrorDetail[] | undefined;
}

/** Media type of problem details (RFC 9457, section 3). */
export const PROBLEM_TYPE = "application/problem+json";

const RETRY_AFTER_SECONDS = 1;

/** Makes the response that RFC 9457 describes. */
export function createProblemResponse(
  problem: Problem,
  headers?: Readonly<Record<string, string>>,
): Response {
  const { status, code, ...rest } = problem;
  const type = `urn:skerry:problem:${code}`;
  return new Response(JSON.stringify({ type, title: titleOf(code), status, code, ...rest }), {
    status,
    headers: { "content-type": PROBLEM_TYPE, ...headers },
  });
}

/** The problem of an error that the caller may read. */
export function respondToError(error: SkerryError): Response {
  const { status, code, message, details, headers, executionId, failure, quota } = error;
  const problem = { status, code, detail: message, executionId, error: failure, quota, errors: details };
  return createProblemResponse(problem, headers);
}

/**
 * Turns whatever was thrown into an error that may be shown. What is not ours becomes `INTERNAL`, whose message
 * says nothing of the cause.
 */
export function toSkerryError(error: unknown): SkerryError {
  if (error instanceof SkerryError) return error;
  const retry = { cause: error, headers: { "retry-after": String(RETRY_AFTER_SECONDS) } };
  if (isDatabaseUnavailable(error) || isTransactionConflict(error)) {
    return new SkerryError("STORAGE_UNAVAILABLE", "The database does not answer. Retry in a moment.", retry);
  }
  if (error instanceof SandboxError && error.code === "QUEUE_TIMEOUT") {
    return new SkerryError("CAPACITY", "No runner became free in time. Retry in a moment.", retry);
  }
  if (error instanceof SandboxError && error.code === "POOL_CLOSED") {
    return new SkerryError("SHUTTING_DOWN", "The server is shutting down. Retry in a moment.", retry);
  }
  return new SkerryError("INTERNAL", "Something went wrong. The server's log has the detail.", {
    cause: error,
  });
}

function titleOf(code: ServerErrorCode | SandboxErrorCode): string {
  return code in SERVER_ERRORS ? SERVER_ERRORS[code as ServerErrorCode].title : "The execution failed";
}
