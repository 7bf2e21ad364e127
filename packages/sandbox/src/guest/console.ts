import type { LogLevel } from "../log-line.ts";
import { cut } from "./errors.ts";
import { inspect } from "./inspect.ts";
import { log } from "./log.ts";
import {
  NativeError,
  NativeMap,
  dateNow,
  mapClear,
  mapDelete,
  mapGet,
  mapSet,
  reflectDefineProperty,
  toText,
} from "./primordials.ts";

const INDENT = "  ";
const MAX_GROUPS = 32;
const MAX_LABEL_CHARS = 200;

const counts = new NativeMap<string, number>();
const startTimes = new NativeMap<string, number>();
let groups = 0;

/** Forgets groups, counters and timers; called when an execution starts. */
export function resetConsole(): void {
  mapClear(counts);
  mapClear(startTimes);
  groups = 0;
}

type ConsoleMethod = (...values: unknown[]) => void;

/**
 * `console` of the Console standard (https://console.spec.whatwg.org/): its lines go where `ctx.log` goes. Format
 * strings and tables are shown as they are, and times are whole milliseconds.
 */
export function createConsole(): Record<string, ConsoleMethod> {
  const at =
    (level: LogLevel): ConsoleMethod =>
    (...values) =>
      write(level, describe(values));
  return {
    assert: (condition, ...values) => {
      if (!condition) write("error", `Assertion failed${values.length > 0 ? `: ${describe(values)}` : ""}`);
    },
    count: (label) => {
      const name = toLabel(label);
      const count = (mapGet(counts, name) ?? 0) + 1;
      mapSet(counts, name, count);
      write("info", `${name}: ${count}`);
    },
    countReset: (label) => void mapDelete(counts, toLabel(label)),
    debug: at("debug"),
    dir: (value) => write("info", inspect(value)),
    error: at("error"),
    group: openGroup,
    groupCollapsed: openGroup,
    groupEnd: () => {
      if (groups > 0) groups--;
    },
    info: at("info"),
    log: at("info"),
    table: at("info"),
    time: (label) => {
      const name = toLabel(label);
      if (mapGet(startTimes, name) === undefined) mapSet(startTimes, name, dateNow());
      else write("warn", `Timer "${name}" is running already`);
    },
    timeEnd: (label) => {
      writeTime(toLabel(label), "");
      mapDelete(startTimes, toLabel(label));
    },
    timeLog: (label, ...values) => writeTime(toLabel(label), values.length > 0 ? ` ${describe(values)}` : ""),
    trace: (...values) => write("debug", describeTrace(values)),
    warn: at("warn"),
  };
}

function write(level: LogLevel, text: string): void {
  let indent = "";
  for (let depth = 0; depth < groups; depth++) indent += INDENT;
  log(level, indent + text);
}

function openGroup(...values: unknown[]): void {
  if (values.length > 0) write("info", describe(values));
  if (groups < MAX_GROUPS) groups++;
}

function writeTime(name: string, extra: string): void {
  const startedAt = mapGet(startTimes, name);
  if (startedAt === undefined) write("warn", `Timer "${name}" does not run`);
  else write("info", `${name}: ${dateNow() - startedAt} ms${extra}`);
}

/** Only for the stack that it has. */
class Trace extends NativeError {}
reflectDefineProperty(Trace.prototype, "name", { value: "Trace" });

function describeTrace(values: readonly unknown[]): string {
  const text = describe(values);
  const { stack } = new Trace(text);
  // Scripts may set what an error's stack is (`Error.prepareStackTrace`).
  return typeof stack === "string" ? stack : text;
}

function describe(values: readonly unknown[]): string {
  let text = "";
  const { length } = values;
  for (let index = 0; index < length; index++) text += `${index > 0 ? " " : ""}${inspect(values[index])}`;
  return text;
}

function toLabel(label: unknown): string {
  return label === undefined ? "default" : cut(toText(label), MAX_LABEL_CHARS);
}
