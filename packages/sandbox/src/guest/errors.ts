import {
  NativeError,
  objectToString,
  reflectDefineProperty,
  regExpToString,
  stringSlice,
  toText,
} from "./primordials.ts";

const MAX_MESSAGE_CHARS = 8_192;
const MAX_STACK_CHARS = 16_384;
/** A longer text may be a rope, which V8 writes out as a whole before it gives any part of it. */
const MAX_READ_CHARS = 1_048_576;

/** An error with a stable code, as capabilities and limits give it. It carries no host detail. */
export class GuestError extends Error {
  readonly code!: string;

  constructor(code: string, message: string) {
    super(message);
    define(this, "name", "GuestError");
    define(this, "code", code);
  }
}

function define(target: object, key: string, value: string): void {
  reflectDefineProperty(target, key, { value, enumerable: false, configurable: true, writable: true });
}

/** What is told of a thrown value: text only, cut to size. */
export interface ErrorDescription {
  code: string;
  message: string;
  stack: string;
}

/** Describes whatever was thrown. May run guest code (getters, `toString`); it runs under the guest's limits. */
export function describeError(thrown: unknown): ErrorDescription {
  if (!(thrown instanceof NativeError)) {
    return {
      code: "SCRIPT_ERROR",
      message: `Thrown: ${cut(describeValue(thrown), MAX_MESSAGE_CHARS)}`,
      stack: "",
    };
  }
  const name = readText(thrown, "name") || "Error";
  const message = cut(readText(thrown, "message"), MAX_MESSAGE_CHARS);
  const text = name === "GuestError" || name === "Error" ? message : `${name}: ${message}`;
  return {
    code: thrown instanceof GuestError ? readText(thrown, "code") : "SCRIPT_ERROR",
    message: cut(text || name, MAX_MESSAGE_CHARS),
    stack: cut(readText(thrown, "stack"), MAX_STACK_CHARS),
  };
}

function describeValue(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null) {
    const tag = objectToString(value);
    if (tag === "[object RegExp]") return regExpToString(value as RegExp);
    const message = readText(value, "message");
    return message || tag;
  }
  if (typeof value === "function") return "a function";
  return toText(value);
}

function readText(target: object, key: string): string {
  try {
    const value: unknown = (target as Record<string, unknown>)[key];
    return typeof value === "string" ? value : "";
  } catch {
    return "";
  }
}

/** At most `limit` characters. A text beyond `MAX_READ_CHARS` is only named: reading it could take all memory. */
export function cut(text: string, limit: number): string {
  if (text.length > MAX_READ_CHARS) return `[a text of ${text.length} characters]`;
  return text.length > limit ? `${stringSlice(text, 0, limit)}…` : text;
}
