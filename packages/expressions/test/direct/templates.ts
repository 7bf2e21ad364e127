import fc from "fast-check";
import { KEYS } from "./data.ts";

/** Templates of, and around, what is evaluated directly. */

const METHODS = [
  "toUpperCase()",
  "toLowerCase()",
  "trim()",
  "slice(1)",
  "slice(-2, 3)",
  "at(-1)",
  "at(0)",
  "charAt(1)",
  "split(',')",
  "split('')",
  "split(',', 2)",
  "includes('a')",
  "indexOf(1)",
  "join()",
  "join('-')",
  "concat('x', 1)",
  "repeat(2)",
  "repeat(-1)",
  "padStart(5, '0')",
  "padEnd(3)",
  "replace('a', 'b')",
  "replaceAll('a', '')",
  "replace('a', '$&')",
  "startsWith('a')",
  "endsWith('')",
  "substring(1, 2)",
  "codePointAt(0)",
  "toString()",
  "toFixed(2)",
  "toFixed(200)",
  "lastIndexOf('a')",
  "includes(NaN)",
  "keys()",
  "values()",
  "sort()",
  "push(1)",
  "at(null)",
  "toString(2)",
  "flat()",
  "hasOwnProperty('a')",
  "constructor('return 1')()",
  "length",
  "constructor",
  "__proto__",
  "foo",
  "concat([1])",
] as const;

const EXTENSIONS = [
  "isEmpty()",
  "isNotEmpty()",
  "first()",
  "last()",
  "sum()",
  "average()",
  "min()",
  "max()",
  "unique()",
  "reverse()",
  "append(1, 'a')",
  "chunk(2)",
  "chunk(0)",
  "toTitleCase()",
  "toSentenceCase()",
  "toSnakeCase()",
  "toInt()",
  "toFloat()",
  "toNumber()",
  "toBoolean()",
  "round(1)",
  "floor()",
  "abs()",
  "isEven()",
  "length()",
  "toJsonString()",
  "quote()",
  "base64Encode()",
  "base64Decode()",
  "urlEncode()",
  "urlDecode()",
  "isNumeric()",
  "compact()",
  "pluck('a')",
  "hash()",
  "toDateTime()",
  "hasField('a')",
  "randomItem",
  "toInt(16)",
  "isInteger()",
  "ceil()",
  "removeDuplicates()",
] as const;

const CALLBACKS = ["map", "filter", "find", "findIndex", "some", "every", "forEach", "flatMap"] as const;
const LISTS = ["$json.items", "$json.list", "x", "[1, 'b', null]"] as const;
const FIELDS = ["a: ", "'b': ", "[x]: ", "__proto__: ", "5: ", "..."] as const;
const UNARY = ["!", "-", "+", "~", "typeof ", "void "] as const;
const BINARY = [
  "+",
  "-",
  "*",
  "/",
  "%",
  "<",
  "<=",
  ">",
  ">=",
  "===",
  "!==",
  "==",
  "!=",
  "|",
  "&",
  "^",
  "<<",
  ">>",
  ">>>",
  "**",
  "in",
  "&&",
  "||",
  "??",
  ",",
] as const;
const FUNCTIONS = [
  "String",
  "Number",
  "Boolean",
  "parseInt",
  "parseFloat",
  "isNaN",
  "isFinite",
  "encodeURIComponent",
  "Math.abs",
  "Math.round",
  "Math.sqrt",
  "Math.sign",
  "Number.isInteger",
  "Array.isArray",
  "Object.keys",
  "Object.values",
  "Object.entries",
  "JSON.stringify",
  "$ifEmpty",
  "$not",
  "$max",
  "min",
  "average",
  "decodeURI",
  "Object.assign",
  "Symbol",
  "Math.pow",
  "eval",
  "Function",
  "Array.from",
] as const;
const LITERALS = [
  "0",
  "-0",
  "1",
  "2.5",
  "''",
  "'a'",
  '"b,c"',
  "`t`",
  "true",
  "false",
  "null",
  "undefined",
  "NaN",
  "Infinity",
  "1n",
  "/a/",
  "'constructor'",
  "'length'",
  "-1",
  "1e21",
  "'\\ud800'",
  "[]",
  "({})",
  "this",
] as const;
const ROOTS = [
  "$json",
  "$json.items",
  "$json.a",
  "x",
  "y",
  "missing",
  "item",
  "i",
  "$now",
  "process",
  "Math",
  "$input",
] as const;

/** What names in the grammar stand for: code. */
type Grammar = Record<"value" | "primary" | "arrow", string>;

/** Code in pieces, one after the other. */
function join(...pieces: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> {
  const arbitraries = pieces.map((piece) => (typeof piece === "string" ? fc.constant(piece) : piece));
  return fc.tuple(...arbitraries).map((texts) => texts.join(""));
}

function list(...items: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.array(fc.oneof(...items), { maxLength: 3 }).map((texts) => texts.join(", "));
}

function weigh(
  weight: number,
  arbitrary: fc.Arbitrary<string>,
): { weight: number; arbitrary: fc.Arbitrary<string> } {
  return { weight, arbitrary };
}

const oneOf = fc.constantFrom<string[]>;
const SIZE = { depthSize: "small", withCrossShrink: true } as const;
/** What a call of a method may be on, by its path from a value. */
const path = oneOf(".", ".a.", "?.", "?.a.", ".name.", ".list.");
const names = oneOf(...KEYS.filter((key) => key !== "0"));

const { value } = fc.letrec<Grammar>((tie) => ({
  primary: fc.oneof(
    SIZE,
    weigh(4, oneOf(...ROOTS)),
    weigh(2, join("(", oneOf(...LITERALS), ")")),
    weigh(2, join("(", tie("value"), ")")),
  ),
  arrow: join(oneOf("item", "(item, i)", "(a, item)"), " => (", tie("value"), ")"),
  value: fc.oneof(
    SIZE,
    weigh(3, tie("primary")),
    weigh(6, join(tie("primary"), oneOf(".", "?."), names)),
    weigh(3, join(tie("primary"), oneOf("", "?."), "[", tie("value"), "]")),
    weigh(4, join(tie("primary"), path, oneOf(...METHODS))),
    weigh(4, join(tie("primary"), path, oneOf(...EXTENSIONS))),
    weigh(3, join(oneOf(...LISTS), ".", oneOf(...CALLBACKS), "(", tie("arrow"), ")")),
    weigh(1, join(oneOf(...LISTS), ".reduce(", tie("arrow"), ", ", tie("value"), ")")),
    weigh(3, join(oneOf(...FUNCTIONS), "(", tie("value"), ")")),
    weigh(2, join(oneOf("$ifEmpty", "$if", "$max"), "(", list(tie("value")), ")")),
    weigh(4, join("(", tie("primary"), ") ", oneOf(...BINARY), " (", tie("primary"), ")")),
    weigh(2, join(oneOf(...UNARY), "(", tie("primary"), ")")),
    weigh(2, join("((", tie("value"), ") ? ", tie("value"), " : ", tie("value"), ")")),
    weigh(2, join("[", list(tie("primary"), join("...", tie("primary"))), "]")),
    weigh(2, join("({ ", list(join(oneOf(...FIELDS), tie("primary"))), " })")),
    weigh(2, join("`", "${", tie("value"), "} and ${", tie("value"), "}`")),
  ),
}));

/** One piece of code alone, or text with several. */
export const template: fc.Arbitrary<string> = fc.oneof(
  weigh(3, join("{{ ", value, " }}")),
  weigh(1, join("one {{ ", value, " }} two {{ ", value, " }}")),
);
