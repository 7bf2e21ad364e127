import { inspect, log } from "@skerry/sandbox/guest";
import { objectToString } from "../primordials.ts";
import { freezeNamespace } from "./namespace.ts";

type Level = "debug" | "info" | "warn" | "error";

type LogFunction = (message: unknown, fields?: unknown) => void;

/** `ctx.log`: one line per call, with fields beside the message. */
export const LOG: Record<Level, LogFunction> = freezeNamespace({
  debug: createLogFunction("debug"),
  info: createLogFunction("info"),
  warn: createLogFunction("warn"),
  error: createLogFunction("error"),
});

function createLogFunction(level: Level): LogFunction {
  return (message, fields) => {
    log(level, typeof message === "string" ? message : inspect(message), toFields(fields));
  };
}

/** Fields are a record; anything else is put into one, so that nothing that was logged is lost. */
function toFields(fields: unknown): object | undefined {
  if (fields === undefined) return undefined;
  if (typeof fields !== "object" || fields === null) return { value: fields };
  const isRecord = objectToString(fields) === "[object Object]" || fields instanceof Error;
  const isPlain = isRecord && typeof (fields as { toJSON?: unknown }).toJSON !== "function";
  return isPlain ? fields : { value: fields };
}
