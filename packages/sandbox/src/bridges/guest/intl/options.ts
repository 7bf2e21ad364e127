import { NativeRangeError, NativeTypeError, numberIsFinite, objectKeys } from "../../../guest/primordials.ts";
import { writeText } from "./arguments.ts";
import { MAX_WORD_CHARS, type OptionKind, type OptionValue, SERVICES, type ServiceName } from "./schema.ts";

export type Options = Record<string, OptionValue>;

/** The options of a service that are given, each read once. May run guest code. */
export function readOptions(service: ServiceName, source: unknown): Options {
  const options: Options = {};
  if (source === undefined) return options;
  const { options: kinds, isStrict = false } = SERVICES[service];
  if (source === null || (isStrict && typeof source !== "object" && typeof source !== "function")) {
    throw new NativeTypeError(`the options of Intl.${service} must be an object`);
  }
  const names = objectKeys(kinds);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const value = (source as Record<string, unknown>)[name];
    if (value !== undefined) options[name] = readOption(name, kinds[name] as OptionKind, value);
  }
  return options;
}

function readOption(name: string, kind: OptionKind, value: unknown): OptionValue {
  switch (kind) {
    case "text":
      return writeText(value, MAX_WORD_CHARS);
    case "flag":
      return Boolean(value);
    case "grouping":
      return typeof value === "boolean" || !value ? Boolean(value) : writeText(value, MAX_WORD_CHARS);
    default:
      return requireFinite(name, +(value as string));
  }
}

function requireFinite(name: string, value: number): number {
  if (!numberIsFinite(value)) throw new NativeRangeError(`${name} value is out of range`);
  return value;
}

const DATE_FIELDS = ["weekday", "year", "month", "day"];
const TIME_FIELDS = ["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits"];

/** What a method of dates formats: the date, the time of day, or both. */
export type DateParts = "date" | "time" | "any";

/**
 * Adds what a method of dates shows when its options name nothing of that (ECMA-402 11.1.2, CreateDateTimeFormat).
 *
 * @throws TypeError for a style of what the method does not show.
 */
export function addDateDefaults(options: Options, parts: DateParts): Options {
  const refused = parts === "date" ? "timeStyle" : "dateStyle";
  if (parts !== "any" && options[refused] !== undefined)
    throw new NativeTypeError(`Invalid option : ${refused}`);
  if (options["dateStyle"] !== undefined || options["timeStyle"] !== undefined) return options;
  if (parts !== "time" && hasAny(options, DATE_FIELDS)) return options;
  if (parts !== "date" && hasAny(options, TIME_FIELDS)) return options;
  if (parts !== "time") options["year"] = options["month"] = options["day"] = "numeric";
  if (parts !== "date") options["hour"] = options["minute"] = options["second"] = "numeric";
  return options;
}

function hasAny(options: Options, names: readonly string[]): boolean {
  for (let index = 0; index < names.length; index++) {
    if (options[names[index] as string] !== undefined) return true;
  }
  return false;
}
