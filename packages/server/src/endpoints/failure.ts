import type { ExecutionFailure, SandboxErrorCode } from "@skerry/sandbox";
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

/**
 * The response to a request whose script failed. It names code and execution, by which the author finds message and
 * stack: those may hold what is none of the caller's business.
 */
export function respondToFailedScript(
  { code }: Pick<ExecutionFailure, "code">,
  executionId: string,
  headers: Readonly<Record<string, string>>,
): Response {
  const status = STATUSES[code] ?? 500;
  const detail = "The script did not answer. Its author finds the reason in the execution.";
  const retry = status === RETRY_STATUS ? { "retry-after": "1" } : {};
  return createProblemResponse({ status, code, detail, executionId }, { ...headers, ...retry });
}
