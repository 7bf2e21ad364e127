import type { SandboxErrorCode } from "@skerry/sandbox";
import type { Execution } from "../executions/execution.ts";
import { createProblemResponse } from "../problems/problem.ts";

/**
 * What a caller of an endpoint gets for each way in which an execution fails; what is not here is a 500. Whose limit
 * it was does not matter to the caller, so none is a 4xx.
 */
const STATUSES: Partial<Record<SandboxErrorCode, number>> = {
  CPU_LIMIT: 504,
  WALL_LIMIT: 504,
  RUNNER_LOST: 502,
  RUNNER_PROTOCOL: 502,
  QUEUE_TIMEOUT: 503,
  POOL_CLOSED: 503,
  RUNNER_START: 503,
  CANCELLED: 503,
  INPUT_LIMIT: 413,
};

const RETRY_STATUS = 503;

/** The status that an execution's failure is answered with. */
export function statusOfFailure(code: string): number {
  return STATUSES[code as SandboxErrorCode] ?? 500;
}

/**
 * The response to a request whose script failed. It names code and execution, by which the author finds message and
 * stack: those may hold what is none of the caller's business, and are told only where `exposes` says so.
 */
export function respondToFailedScript(
  { id: executionId, error }: Pick<Execution, "id" | "error">,
  exposes: boolean,
): Response {
  const code = (error?.code ?? "SCRIPT_ERROR") as SandboxErrorCode;
  const status = statusOfFailure(code);
  const detail = "The script gave no valid answer. Its author finds the reason in the execution.";
  const shown = exposes && error !== null ? { error } : {};
  return createProblemResponse(
    { status, code, detail, executionId, ...shown },
    status === RETRY_STATUS ? { "retry-after": "1" } : {},
  );
}
