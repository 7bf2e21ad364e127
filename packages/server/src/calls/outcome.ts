import type { ExecutionResult, JsonValue } from "@skerry/sandbox";
import { readEnding } from "../executions/record.ts";
import type { Ending } from "../executions/record.ts";
import type { Execution } from "../executions/execution.ts";
import type { SchemaCheck } from "../executions/json-schema.ts";
import { SkerryError } from "../problems/errors.ts";
import type { ServerErrorCode } from "../problems/error-table.ts";
import type { ErrorDetail, SkerryErrorOptions } from "../problems/errors.ts";

const RETRY = { "retry-after": "1" };

/** What is not here is the script's own failure. */
const CODES: Readonly<Record<string, ServerErrorCode>> = {
  QUEUE_TIMEOUT: "CAPACITY",
  RUNNER_START: "CAPACITY",
  POOL_CLOSED: "SHUTTING_DOWN",
  CALL_OUTPUT_INVALID: "CALL_OUTPUT_INVALID",
};

/** How a call ended: as its script did, unless the caller's deadline passed or the output breaks its schema. */
export interface CallOutcome {
  readonly ending: Ending;
  /** What of the output does not fit. */
  readonly details: readonly ErrorDetail[];
}

export function readOutcome(
  result: ExecutionResult,
  missedDeadlineMs: number | undefined,
  checkOutput: SchemaCheck | undefined,
): CallOutcome {
  if (missedDeadlineMs !== undefined) {
    const error = {
      code: "CALL_TIMEOUT",
      message: `The call took longer than its deadline, ${missedDeadlineMs} ms.`,
    };
    return { ending: { status: "timeout", output: null, error }, details: [] };
  }
  const ending = readEnding(result);
  const details = ending.error === null ? findMisfits(checkOutput, "output", ending.output) : [];
  if (details.length === 0) return { ending, details };
  const error = { code: "CALL_OUTPUT_INVALID", message: describeMisfits(details) };
  return { ending: { status: "failed", output: null, error }, details };
}

/** Where a value breaks a schema, with paths below `name`. */
export function findMisfits(
  check: SchemaCheck | undefined,
  name: "input" | "output",
  value: JsonValue,
): readonly ErrorDetail[] {
  if (check === undefined) return [];
  return check(value).map(({ path, message }) => ({ path: path === "" ? name : `${name}.${path}`, message }));
}

/** Names the first place. */
export function describeMisfits([first]: readonly ErrorDetail[]): string {
  return first === undefined ? "" : `${first.path}: ${first.message}`;
}

/** What the caller of a script is told that did not answer, by the execution's record. */
export function refuseAnswer(
  { id, status, error }: Execution,
  scriptName: string,
  details: readonly ErrorDetail[],
): SkerryError {
  const { code = "INTERNAL", message = "" } = error ?? {};
  const failure = { code, message };
  const options: SkerryErrorOptions = {
    executionId: id,
    failure,
    ...(details.length > 0 ? { details } : {}),
  };
  if (status === "timeout") {
    return new SkerryError(
      "CALL_TIMEOUT",
      `The script ${scriptName} gave no answer in time: ${message}`,
      options,
    );
  }
  const known = CODES[code] ?? "CALL_FAILED";
  const headers = known === "CAPACITY" || known === "SHUTTING_DOWN" ? RETRY : {};
  return new SkerryError(known, `The script ${scriptName} gave no answer: ${message}`, {
    ...options,
    headers,
  });
}
