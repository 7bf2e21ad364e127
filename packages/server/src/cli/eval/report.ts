import { EXPRESSION_ERRORS } from "@skerry/expressions";
import type { ExpressionError, ExpressionErrorCode, SourceRange } from "@skerry/expressions";
import type { ExecutionStatus, JsonValue } from "@skerry/sandbox";
import { EXIT_FAILURE, EXIT_OK } from "../command.ts";
import { drawFrame } from "./frame.ts";
import { toJsonValue } from "./value.ts";
import { EXIT_LIMIT, EXIT_RUNNER_LOST } from "../exec/report.ts";
import { escapeControls, indentContinuation } from "../terminal/text.ts";

const LIMIT_CODES: ReadonlySet<ExpressionErrorCode> = new Set(["EXPRESSION_TIMEOUT", "EXPRESSION_MEMORY"]);

/** What `skerry eval --json` prints. */
export interface EvalReport {
  readonly status: ExecutionStatus;
  /** Missing when the result is undefined. */
  readonly output?: JsonValue | undefined;
  readonly error: EvalError | null;
}

interface EvalError {
  readonly code: ExpressionErrorCode;
  readonly message: string;
  /** Where in the template. */
  readonly range?: SourceRange | undefined;
}

/** @throws ExpressionError when the value cannot be printed. */
export function reportValue(value: unknown): EvalReport {
  return { status: "completed", output: toJsonValue(value), error: null };
}

export function reportError({ code, message, range }: ExpressionError): EvalReport & { error: EvalError } {
  const status = code === "EXPRESSION_TIMEOUT" ? "timeout" : "failed";
  return { status, output: null, error: { code, message, range } };
}

/** As of `skerry exec`: 0 ok, 1 expression error, 3 a limit, 4 the runner was lost; see API.md. */
export function exitCodeOf({ error }: EvalReport): number {
  if (error === null) return EXIT_OK;
  if (LIMIT_CODES.has(error.code)) return EXIT_LIMIT;
  return EXPRESSION_ERRORS[error.code].kind === "system" ? EXIT_RUNNER_LOST : EXIT_FAILURE;
}

/** A text as it is, every other value as JSON, nothing for undefined. */
export function describeOutput(output: JsonValue | undefined): string {
  if (output === undefined) return "";
  return `${escapeControls(typeof output === "string" ? output : JSON.stringify(output))}\n`;
}

/** The error as text for a terminal: code and message, then the place in the template. */
export function describeError({ code, message, range }: EvalError, template: string): string {
  const text = escapeControls(`${code}: ${message}`);
  return indentContinuation(range ? `${text}\n${drawFrame(template, range)}` : text, "  ");
}
