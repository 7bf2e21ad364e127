import { dispatch } from "../extensions/guest/index.ts";
import { copyElements, copyFields, isObject, lengthOf } from "./host-values.ts";
import { writeJson } from "./language-functions.ts";
import type { Run } from "./run.ts";

/** What of a host's container a function looks at, as a container of the evaluation's own. */
type View<Container> = (run: Run, container: Container) => Container;
type List = readonly unknown[];

/** Longest text that is given to an extension function, in UTF-16 units. Each takes a step: patterns are slow. */
const MAX_RECEIVER_CHARS = 4_096;

/** Extension functions that take linear time, whatever the text, and depend on nothing but it. */
const ON_STRING = new Set([
  "base64Decode",
  "base64Encode",
  "isEmpty",
  "isNotEmpty",
  "isNumeric",
  "length",
  "quote",
  "toBoolean",
  "toDecimalNumber",
  "toFloat",
  "toInt",
  "toJsonString",
  "toNumber",
  "toSentenceCase",
  "toSnakeCase",
  "toTitleCase",
  "toWholeNumber",
  "urlDecode",
  "urlEncode",
]);
const ON_NUMBER = new Set([
  "abs",
  "ceil",
  "floor",
  "isEmpty",
  "isEven",
  "isInteger",
  "isNotEmpty",
  "isOdd",
  "round",
  "toBoolean",
  "toFloat",
  "toInt",
]);
const ON_BOOLEAN = new Set(["isEmpty", "isNotEmpty", "toBoolean", "toFloat", "toInt", "toNumber"]);
const ON_NOTHING = new Set(["isEmpty", "isNotEmpty"]);

const ON_ARRAY: ReadonlyMap<string, View<List>> = new Map<string, View<List>>([
  ["first", (run, array) => copyElements(run, array, 0, 1)],
  ["last", (run, array) => copyElements(run, array, Math.max(0, lengthOf(run, array) - 1))],
  ["isEmpty", (run, array) => copyElements(run, array, 0, 1)],
  ["isNotEmpty", (run, array) => copyElements(run, array, 0, 1)],
  ["append", copyElements],
  ["chunk", copyElements],
  ["reverse", copyElements],
  ...["average", "max", "min", "removeDuplicates", "sum", "unique"].map(
    (name) => [name, copyPrimitives] as const,
  ),
]);

const ON_RECORD: ReadonlyMap<string, View<Record<string, unknown>>> = new Map(
  ["isEmpty", "isNotEmpty", "keys", "values"].map((name) => [name, copyFields]),
);

const NAMES: ReadonlySet<string> = new Set([
  ...ON_STRING,
  ...ON_NUMBER,
  ...ON_BOOLEAN,
  ...ON_ARRAY.keys(),
  ...ON_RECORD.keys(),
]);

/** Whether there is a type on which {@link callExtension} can call a function of that name. */
export function isDirectExtension(name: string): boolean {
  return NAMES.has(name);
}

/** Calls an extension function; where it may run something, or take long, that is left to the guest. */
export function callExtension(run: Run, value: unknown, name: string, args: readonly unknown[]): unknown {
  if (args.some((arg) => !isShort(run, arg))) return run.giveUp();
  switch (typeof value) {
    case "string":
      return ON_STRING.has(name) && isShort(run, value) ? dispatch(value, name, args) : run.giveUp();
    case "number":
      return ON_NUMBER.has(name) ? dispatch(value, name, args) : run.giveUp();
    case "boolean":
      return ON_BOOLEAN.has(name) ? dispatch(value, name, args) : run.giveUp();
    default:
      if (!isObject(value)) return ON_NOTHING.has(name) ? dispatch(value, name, args) : run.giveUp();
      if (name === "toJsonString") return writeJson(run, value);
      return Array.isArray(value)
        ? callOnArray(run, value, name, args)
        : callOnRecord(run, value, name, args);
  }
}

function callOnArray(run: Run, array: List, name: string, args: readonly unknown[]): unknown {
  const view = ON_ARRAY.get(name)?.(run, array);
  return view && run.isSure ? dispatch(view, name, args) : run.giveUp();
}

function callOnRecord(run: Run, record: object, name: string, args: readonly unknown[]): unknown {
  const view = ON_RECORD.get(name)?.(run, record as Record<string, unknown>);
  return view && run.isSure ? dispatch(view, name, args) : run.giveUp();
}

function copyPrimitives(run: Run, array: List): List {
  const elements = copyElements(run, array);
  if (!elements.every((element) => isShort(run, element))) run.giveUp();
  return elements;
}

/** Whether a value is no object and no text that would take long. */
export function isShort(run: Run, value: unknown): boolean {
  if (typeof value !== "string") return !isObject(value);
  return value.length <= MAX_RECEIVER_CHARS && run.spend(value.length);
}
