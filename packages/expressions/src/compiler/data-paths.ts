import type { AnyNode, MemberExpression } from "acorn";
import { CONTEXT_NAMES, LANGUAGE_NAMES } from "./names.ts";

/** A way into the data. */
export interface DataPath {
  /** E.g. `$json.items[].sku`, where `[]` is any element, or a key that only the evaluation knows. */
  readonly text: string;
  /** Whether it holds a key that only the evaluation knows. */
  readonly isDynamic: boolean;
}

/** Functions whose results are data, e.g. `$("Node")`. */
const ROOT_FUNCTIONS = new Set(["$", "$item", "$items"]);
/** Methods of those results, and of `$input`, that lead on. */
const ACCESSORS = new Set(["all", "first", "item", "itemMatching", "last", "pairedItem"]);
const ELEMENT_METHODS = new Set(["at", "find", "findLast", "first", "last", "pop", "shift"]);
const FILTER_METHODS = new Set(["filter", "reverse", "slice", "sort", "toReversed", "toSorted"]);
const CALLBACK_METHODS = new Set(
  "every filter find findIndex findLast findLastIndex flatMap forEach map reduce reduceRight some sort toSorted".split(
    " ",
  ),
);

/** The path that a free name stands for; none for what is no data. */
export function pathOfName(name: string): DataPath | undefined {
  if (LANGUAGE_NAMES.has(name) || CONTEXT_NAMES.has(name) || ROOT_FUNCTIONS.has(name)) return undefined;
  return { text: name, isDynamic: false };
}

/** The path that a call of a free function leads to. */
export function pathOfCall(name: string, args: readonly AnyNode[]): DataPath | undefined {
  return ROOT_FUNCTIONS.has(name) ? call({ text: name, isDynamic: false }, args) : undefined;
}

/** The path of a method's result, where that is data of the same kind. */
export function pathOfMethod(path: DataPath, method: string, args: readonly AnyNode[]): DataPath | undefined {
  if (ACCESSORS.has(method) && /^\$(?:input|items?\(.*\)|\(.*\))$/.test(path.text)) {
    return call({ ...path, text: `${path.text}.${method}` }, args);
  }
  if (FILTER_METHODS.has(method)) return path;
  return ELEMENT_METHODS.has(method) ? elementOf(path) : undefined;
}

/** Which parameters of a method's callback are elements of the path. */
export function elementParameters(method: string): readonly number[] {
  if (!CALLBACK_METHODS.has(method)) return [];
  if (method.startsWith("reduce")) return [1];
  return method === "sort" || method === "toSorted" ? [0, 1] : [0];
}

export function elementOf(path: DataPath): DataPath {
  return { ...path, text: `${path.text}[]` };
}

export function pathOfMember(path: DataPath, { computed, property }: MemberExpression): DataPath {
  if (!computed && property.type === "Identifier") return pathOfKey(path, property.name);
  const key = computed ? literalOf(property) : undefined;
  return key === undefined ? { text: `${path.text}[]`, isDynamic: true } : pathOfKey(path, key);
}

export function pathOfKey({ text, isDynamic }: DataPath, key: string): DataPath {
  if (/^(?:0|[1-9]\d*)$/.test(key)) return { text: `${text}[${key}]`, isDynamic };
  const isName = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key);
  return { text: text + (isName ? `.${key}` : `[${JSON.stringify(key)}]`), isDynamic };
}

/** A key that is written down as it is. */
export function literalOf(node: AnyNode): string | undefined {
  if (node.type === "Literal" && (typeof node.value === "string" || typeof node.value === "number")) {
    return String(node.value);
  }
  const isPlain = node.type === "TemplateLiteral" && node.expressions.length === 0;
  return isPlain ? (node.quasis[0]?.value.cooked ?? undefined) : undefined;
}

function call({ text, isDynamic }: DataPath, args: readonly AnyNode[]): DataPath {
  const literals = args.map((argument) =>
    argument.type === "Literal" ? writeLiteral(argument.value) : undefined,
  );
  const isKnown = literals.every((literal) => literal !== undefined);
  return { text: `${text}(${isKnown ? literals.join(", ") : ""})`, isDynamic: isDynamic || !isKnown };
}

function writeLiteral(value: unknown): string {
  if (typeof value !== "string") return String(value);
  return `'${value.replaceAll(/[\\']/g, String.raw`\$&`).replaceAll("\n", String.raw`\n`)}'`;
}
