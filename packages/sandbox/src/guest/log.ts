import type { LogLevel } from "../log-line.ts";
import { encode } from "./encode.ts";
import { cut } from "./errors.ts";
import { Emission, emit } from "./link.ts";
import { dateNow, jsonStringify, promiseThen, settledPromise } from "./primordials.ts";

/** More than anybody reads. */
export const MAX_LINES_PER_SECOND = 2_000;
const SECOND_MS = 1_000;
const MAX_MESSAGE_CHARS = 8_192;
const MAX_FIELDS_CHARS = 16_384;
const FLUSH_CHARS = 16_384;
const CODES = { invalid: "LOG_FIELDS_INVALID", limit: "LOG_FIELDS_LIMIT" };

let maxChars = 0;
let budgetChars = 0;
/** The second that lines are counted in, by its beginning. */
let second = 0;
let linesInSecond = 0;
let buffer = "";
let flushing = false;
let dropped = 0;

/** Starts a new budget; called when an execution starts. */
export function resetLog(logBytes: number): void {
  maxChars = budgetChars = logBytes;
  second = linesInSecond = 0;
  buffer = "";
  dropped = 0;
}

/**
 * Logs one line. Lines leave the isolate in batches: when the guest next waits, or when 16 KB are buffered. A
 * line beyond the budget, or beyond 2,000 in a second, is counted and dropped; a message over 8 KB is cut.
 */
export function log(level: LogLevel, message: string, fields?: object): void {
  const time = dateNow();
  if (budgetChars <= 0 || !takeLine(time)) {
    dropped++;
    return;
  }
  const head = `{"level":"${level}","time":${time},"message":${jsonStringify(cut(message, MAX_MESSAGE_CHARS))}`;
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

function takeLine(time: number): boolean {
  const current = time - (time % SECOND_MS);
  if (current !== second) {
    second = current;
    linesInSecond = 0;
  }
  return linesInSecond++ < MAX_LINES_PER_SECOND;
}

/** Sends what is left, and says how many lines did not fit; called when an execution ends. */
export function endLog(): void {
  if (dropped > 0) {
    const told = `${dropped} more log lines were left out: an execution keeps ${MAX_LINES_PER_SECOND} a second and ${maxChars} bytes in all`;
    buffer += `${buffer === "" ? "" : ","}{"level":"warn","time":${dateNow()},"message":"${told}"}`;
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
