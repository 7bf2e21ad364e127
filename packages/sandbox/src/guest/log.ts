import type { LogLevel } from "../log-line.ts";
import { encode } from "./encode.ts";
import { cut } from "./errors.ts";
import { Emission, emit } from "./link.ts";
import { dateNow, jsonStringify, promiseThen, settledPromise } from "./primordials.ts";

const MAX_MESSAGE_CHARS = 8_192;
const MAX_FIELDS_CHARS = 16_384;
const FLUSH_CHARS = 16_384;
const CODES = { invalid: "LOG_FIELDS_INVALID", limit: "LOG_FIELDS_LIMIT" };

let budgetChars = 0;
let buffer = "";
let flushing = false;
let dropped = 0;

/** Starts a new budget; called when an execution starts. */
export function resetLog(logBytes: number): void {
  budgetChars = logBytes;
  buffer = "";
  dropped = 0;
}

/**
 * Logs one line. Lines leave the isolate in batches: when the guest next waits, or when 16 KB are buffered. A
 * line beyond the budget is counted and dropped; a message over 8 KB is cut.
 */
export function log(level: LogLevel, message: string, fields?: object): void {
  if (budgetChars <= 0) {
    dropped++;
    return;
  }
  const head = `{"level":"${level}","time":${dateNow()},"message":${jsonStringify(cut(message, MAX_MESSAGE_CHARS))}`;
  const line = `${head}${fields === undefined ? "" : `,"fields":${encodeFields(fields)}`}}`;
  budgetChars -= line.length;
  buffer += buffer === "" ? line : `,${line}`;
  if (buffer.length >= FLUSH_CHARS) {
    flushLog();
  } else if (!flushing) {
    flushing = true;
    void promiseThen(settledPromise, flushLog);
  }
}

/** Sends what is left, and says how many lines did not fit; called when an execution ends. */
export function endLog(): void {
  if (dropped > 0) {
    const lines = `${dropped} more log lines were dropped: the execution's log is full`;
    buffer += `${buffer === "" ? "" : ","}{"level":"warn","time":${dateNow()},"message":"${lines}"}`;
  }
  flushLog();
}

function flushLog(): void {
  flushing = false;
  if (buffer === "") return;
  const lines = buffer;
  buffer = "";
  emit(Emission.Log, `[${lines}]`);
}

/** Logging never throws for what is logged: fields that cannot cross are replaced by the reason. */
function encodeFields(fields: object): string {
  try {
    const json = encode(fields, MAX_FIELDS_CHARS, CODES);
    // An array, or whatever a `toJSON` gave.
    return json[0] === "{" ? json : `{"value":${json}}`;
  } catch (error) {
    return `{"unloggable":${jsonStringify(cut((error as Error).message, MAX_MESSAGE_CHARS))}}`;
  }
}
