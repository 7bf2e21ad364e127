import { BridgeError, type BridgeErrorCode } from "@skerry/sandbox/bridges";
import { ExpressionError, type ExpressionErrorCode } from "../errors.ts";
import { FAILURE_NAME, type GuestFailure } from "../runtime/guest/failure.ts";
import type { Program } from "./program.ts";

const BRIDGE_CODES: Partial<Readonly<Record<BridgeErrorCode, ExpressionErrorCode>>> = {
  BRIDGE_TIMEOUT: "EXPRESSION_TIMEOUT",
  BRIDGE_MEMORY: "EXPRESSION_MEMORY",
  BRIDGE_RESULT: "EXPRESSION_RESULT",
  BRIDGE_SYNTAX: "EXPRESSION_SYNTAX",
  BRIDGE_SCRIPT: "EXPRESSION_FAILED",
  BRIDGE_DATA: "EXPRESSION_FAILED",
  BRIDGE_DISPOSED: "EXPRESSION_DISPOSED",
};

/** What the author of an expression is told of what a bridge threw. */
export function toExpressionError(error: unknown, program: Program): unknown {
  if (!(error instanceof BridgeError)) return error;
  const failure = error.guestName === FAILURE_NAME ? parseFailure(error.message) : undefined;
  if (failure) return describeFailure(failure, program);
  const code = BRIDGE_CODES[error.code] ?? "EXPRESSION_BRIDGE";
  return new ExpressionError(code, error.message, { cause: error, guestName: error.guestName });
}

/** A guest may throw what looks like a failure; nothing in it is trusted. */
function parseFailure(text: string): GuestFailure | undefined {
  try {
    const { chunk, name, message, code } = JSON.parse(text) as Partial<GuestFailure>;
    const isFailure =
      Number.isSafeInteger(chunk) &&
      typeof name === "string" &&
      typeof message === "string" &&
      typeof code === "string";
    return isFailure ? { chunk: chunk as number, name, message, code } : undefined;
  } catch {
    return undefined;
  }
}

function describeFailure(failure: GuestFailure, program: Program): ExpressionError {
  const { name, message } = failure;
  const place = program.placeOf(failure.chunk);
  const isOwn = name === "ExpressionError" || name === "ExpressionExtensionError";
  const text = isOwn ? message : `${name}: ${message}`;
  return new ExpressionError(codeOf(failure), place ? `${text} (${place.text})` : text, {
    range: place?.range,
    guestName: name,
  });
}

function codeOf({ name, code }: GuestFailure): ExpressionErrorCode {
  if (code === "EXPRESSION_SECURITY") return code;
  return name === "ExpressionExtensionError" ? "EXPRESSION_EXTENSION" : "EXPRESSION_FAILED";
}
