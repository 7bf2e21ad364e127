import type { ExecutionResult, ExecutionStatus, ExecutionUsage, JsonValue, LogLine } from "@skerry/sandbox";
import type { ErrorDetail } from "../../problems/errors.ts";
import { EXIT_FAILURE, EXIT_OK } from "../command.ts";
import { escapeControls, indentContinuation } from "../terminal/text.ts";

export const EXIT_LIMIT = 3;
export const EXIT_RUNNER_LOST = 4;

/** What `skerry exec --json` prints. */
export interface ExecReport {
  readonly status: ExecutionStatus;
  readonly output: JsonValue;
  readonly error: ExecError | null;
  /** Null when the script did not come to run. */
  readonly usage: ExecutionUsage | null;
}

interface ExecError {
  readonly code: string;
  readonly message: string;
  /** Frames in the author's file, when the script ran. */
  readonly stack?: string | undefined;
  /** Places in the author's file, when it did not compile; the message tells of the first. */
  readonly details?: readonly ErrorDetail[] | undefined;
}

/** Codes that blame the machine rather than the script. */
const RUNNER_CODES: ReadonlySet<string> = new Set([
  "RUNNER_LOST",
  "RUNNER_PROTOCOL",
  "RUNNER_START",
  "ISOLATION_UNAVAILABLE",
  "QUEUE_TIMEOUT",
  "POOL_CLOSED",
]);

/** The report of an execution that ran. */
export function reportResult(result: ExecutionResult): ExecReport {
  const { status, usage } = result;
  if (result.status === "completed") {
    return { status, output: JSON.parse(result.output.json) as JsonValue, error: null, usage };
  }
  return { status, output: null, error: result.error, usage };
}

/** The report of a script that could not be run at all: it does not compile, or no runner can be had. */
export function reportRefusal({ code, message, details }: ExecError): ExecReport {
  return { status: "failed", output: null, error: { code, message, details }, usage: null };
}

/** 0 ok, 1 script error, 3 a limit, 4 the runner was lost; see API.md. */
export function exitCodeOf({ error }: { readonly error: Pick<ExecError, "code"> | null }): number {
  if (error === null) return EXIT_OK;
  if (RUNNER_CODES.has(error.code)) return EXIT_RUNNER_LOST;
  return error.code.endsWith("_LIMIT") ? EXIT_LIMIT : EXIT_FAILURE;
}

/** The error as text for a terminal: code and message, then the places in the author's file. */
export function describeError({ code, message, stack, details = [] }: ExecError): string {
  const lines = [`${code}: ${message}`, ...details.flatMap(describePlace), stack];
  return indentContinuation(escapeControls(lines.filter(Boolean).join("\n")), "  ");
}

function describePlace({ line, column, message, frame }: ErrorDetail, index: number): (string | undefined)[] {
  return index === 0 ? [frame] : [`${line}:${column}: ${message}`, frame];
}

/** As much of a log line as is shown. */
interface ShownLine extends Pick<LogLine, "level" | "message"> {
  readonly fields?: JsonValue | undefined;
}

/** One log line of a script as text for a terminal, e.g. `warn  slow answer {"ms":812}`. */
export function describeLogLine({ level, message, fields }: ShownLine): string {
  const text = fields === undefined ? message : `${message} ${JSON.stringify(fields)}`;
  return `${level.padEnd(5)} ${indentContinuation(escapeControls(text), "      ")}`;
}
