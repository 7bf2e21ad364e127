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

const CALLBACKS = [
  "map",
  "filter",
  "find",
  "findIndex",
  "some",
  "every",
  "forEach",
  "flatMap",
  "reduce",
] as const;
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

interface Grammar {
  value: string;
  primary: string;
  arrow: string;
}

const { value } = fc.letrec<Grammar>((tie) => ({
  primary: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 4, arbitrary: fc.constantFrom(...ROOTS) },
    { weight: 2, arbitrary: fc.constantFrom(...LITERALS).map((literal) => `(${literal})`) },
    { weight: 2, arbitrary: tie("value").map((inner) => `(${inner})`) },
  ),
  arrow: tie("value").chain((body) =>
    fc.constantFrom(`item => ${body}`, `(item, i) => (${body})`, `(a, item) => (${body})`),
  ),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 3, arbitrary: tie("primary") },
    {
      weight: 6,
      arbitrary: fc
        .tuple(
          tie("primary"),
          fc.constantFrom(".", "?."),
          fc.constantFrom(...KEYS.filter((key) => key !== "0")),
        )
        .map((parts) => parts.join("")),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(tie("primary"), fc.constantFrom("", "?."), tie("value"))
        .map(([object, dot, key]) => `${object}${dot}[${key}]`),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          tie("primary"),
          fc.constantFrom(".", ".a.", "?.", "?.a.", ".name.", ".list."),
          fc.constantFrom(...METHODS),
        )
        .map((parts) => parts.join("")),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          tie("primary"),
          fc.constantFrom(".", ".a.", "?.", "?.a?.", ".name.", ".list."),
          fc.constantFrom(...EXTENSIONS),
        )
        .map((parts) => parts.join("")),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          fc.constantFrom("$json.items", "$json.list", "x", "[1, 'b', null]"),
          fc.constantFrom(...CALLBACKS),
          tie("arrow"),
        )
        .map(([list, method, arrow]) => `${list}.${method}(${arrow}${method === "reduce" ? ", 0" : ""})`),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom(...FUNCTIONS), tie("value"))
        .map(([name, argument]) => `${name}(${argument})`),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie("value"), tie("value")).map(([one, other]) => `$ifEmpty(${one}, ${other})`),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(tie("primary"), fc.constantFrom(...BINARY), tie("primary"))
        .map(([left, operator, right]) =>
          operator === "," ? `(${left}, ${right})` : `${left} ${operator} ${right}`,
        ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom(...UNARY), tie("primary")).map((parts) => parts.join("")),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie("value"), tie("value"), tie("value"))
        .map(([test, one, other]) => `(${test} ? ${one} : ${other})`),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie("value"), tie("value"), tie("value")).map((args) => `$if(${args.join(", ")})`),
    },
    {
      weight: 2,
      arbitrary: fc
        .array(
          fc.tuple(fc.constantFrom("", "", "..."), tie("primary")).map((parts) => parts.join("")),
          { maxLength: 3 },
        )
        .map((items) => `[${items.join(", ")}]`),
    },
    {
      weight: 2,
      arbitrary: fc
        .array(
          fc
            .tuple(fc.constantFrom("a: ", "'b': ", "[x]: ", "__proto__: ", "5: ", "..."), tie("primary"))
            .map((parts) => parts.join("")),
          { maxLength: 3 },
        )
        .map((fields) => `({ ${fields.join(", ")} })`),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie("value"), tie("value"))
        .map(([one, other]) => `\`${"${"}${one}} and ${"${"}${other}}\``),
    },
  ),
}));

/** One piece of code alone, or text with several. */
export const template: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: value.map((code) => `{{ ${code} }}`) },
  {
    weight: 1,
    arbitrary: fc.tuple(value, value).map(([one, other]) => `one {{ ${one} }} two {{ ${other} }}`),
  },
);
