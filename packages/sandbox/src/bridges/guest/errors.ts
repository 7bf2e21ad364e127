import { cut } from "../../guest/errors.ts";
import { NativeError, reflectDefineProperty, toText } from "../../guest/primordials.ts";
import { NativeWeakMap, weakMapGet, weakMapSet } from "./primordials.ts";
import { restoreError } from "./restore.ts";
import type { Failure } from "./wire.ts";

const MAX_NAME_CHARS = 256;
const MAX_MESSAGE_CHARS = 8_192;

/** Codes that the kernel or the host gave: what guest code writes on an error does not count. */
const codes = new NativeWeakMap<object, string>();

/** An error of the kernel or the host, as guest code sees it. */
export function createCodedError({ code, name = "Error", message }: Failure): Error {
  const error = restoreError(name, message);
  if (code === "") return error;
  reflectDefineProperty(error, "code", {
    value: code,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  weakMapSet(codes, error, code);
  return error;
}

/** What the host is told of a thrown value. May run guest code (getters); it runs under the guest's limits. */
export function describeThrown(thrown: unknown): Failure {
  if (!isObject(thrown))
    return { code: "", message: `thrown: ${cut(describePrimitive(thrown), MAX_MESSAGE_CHARS)}` };
  const name = readText(thrown, "name");
  const message = cut(readText(thrown, "message"), MAX_MESSAGE_CHARS);
  const code = weakMapGet(codes, thrown) ?? "";
  if (!(thrown instanceof NativeError) && name === "")
    return { code, message: message || "thrown: an object" };
  return { code, name: cut(name || "Error", MAX_NAME_CHARS), message };
}

/** An error for code that does not compile, or for the whole of an execution. */
export function describeSyntaxError(error: unknown): Failure {
  return { code: "BRIDGE_SYNTAX", message: cut(readText(error as object, "message"), MAX_MESSAGE_CHARS) };
}

function describePrimitive(value: unknown): string {
  return typeof value === "string" ? value : toText(value);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function readText(target: object, key: string): string {
  try {
    const value = (target as Record<string, unknown>)[key];
    return typeof value === "string" ? value : "";
  } catch {
    return "";
  }
}
