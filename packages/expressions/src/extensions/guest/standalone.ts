import { average } from "./array/statistics.ts";
import type { FunctionDocumentation, ParameterDefinition, StandaloneDefinition } from "./definition.ts";
import { isEmptyContainer } from "./emptiness.ts";
import { ExpressionExtensionError } from "./errors.ts";
import { JMESPATH } from "./jmespath.ts";
import { describeValue } from "./receiver.ts";

const NUMBERS: ParameterDefinition = {
  name: "numbers",
  type: "number",
  rest: true,
  description: "Any number of numbers; `...array` gives those of an array.",
};

/** Values that are no part of a path: the empty one, and those that lead elsewhere. */
const REFUSED_SEGMENTS: ReadonlySet<string> = new Set(["", ".", ".."]);

/** `$if` is no function: the compiler makes a condition of it, so that only one branch is evaluated. */
export const IF_DOCUMENTATION: FunctionDocumentation = {
  name: "$if",
  description: "One value if a condition holds, else the other. Only the one that counts is evaluated.",
  parameters: [
    { name: "condition", type: "any", description: "Holds unless it is falsy, as in JavaScript." },
    { name: "then", type: "any", description: "The value if it holds." },
    { name: "otherwise", type: "any", default: false, description: "The value if it does not." },
  ],
  returns: "any",
  keywords: ["condition", "ternary", "else"],
  examples: [
    { expression: '$if(1 < 2, "yes", "no")', result: "yes" },
    { expression: "$if(1 > 2, 1)", result: false },
  ],
};

export const STANDALONE_FUNCTIONS: readonly StandaloneDefinition[] = [
  {
    name: "$ifEmpty",
    description:
      "The value, or a default if it is undefined, null or an empty text, array, object, Map or Set.",
    parameters: [
      { name: "value", type: "any", description: "The value to look at." },
      { name: "defaultValue", type: "any", description: "What to take if it is empty." },
    ],
    returns: "any",
    keywords: ["default", "fallback", "coalesce"],
    examples: [
      { expression: '$ifEmpty("", "none")', result: "none" },
      { expression: '$ifEmpty(0, "none")', result: 0 },
    ],
    run: (...args) => {
      if (args.length !== 2) {
        throw new ExpressionExtensionError(
          `$ifEmpty() takes a value and a default, not ${args.length} arguments`,
        );
      }
      const [value, defaultValue] = args;
      const isEmpty = value === undefined || value === null || value === "" || isEmptyContainer(value);
      return isEmpty ? defaultValue : value;
    },
  },
  {
    name: "$min",
    aliases: ["min"],
    description: "The least of some numbers.",
    parameters: [NUMBERS],
    returns: "number",
    keywords: ["smallest", "minimum"],
    examples: [{ expression: "$min(3, 1, 2)", result: 1 }],
    run: (...numbers) => Math.min(...(numbers as number[])),
  },
  {
    name: "$max",
    aliases: ["max"],
    description: "The greatest of some numbers.",
    parameters: [NUMBERS],
    returns: "number",
    keywords: ["largest", "maximum"],
    examples: [{ expression: "$max(3, 1, 2)", result: 3 }],
    run: (...numbers) => Math.max(...(numbers as number[])),
  },
  {
    name: "$average",
    aliases: ["average"],
    description: "The arithmetic mean of some numbers; 0 of none.",
    parameters: [NUMBERS],
    returns: "number",
    keywords: ["mean"],
    examples: [{ expression: "$average(1, 2, 6)", result: 3 }],
    run: (...numbers) => average(numbers),
  },
  {
    name: "$not",
    aliases: ["not"],
    description: "True for what is falsy in JavaScript, false for all else.",
    parameters: [{ name: "value", type: "any", description: "The value to turn round." }],
    returns: "boolean",
    examples: [{ expression: '$not("")', result: true }],
    run: (value) => !value,
  },
  {
    name: "numberList",
    description: "The whole steps from one number to another, both included, upwards or downwards.",
    parameters: [
      { name: "start", type: "number", description: "The first number." },
      { name: "end", type: "number", description: "The last number." },
    ],
    returns: "number[]",
    keywords: ["range", "sequence"],
    examples: [
      { expression: "numberList(1, 4)", result: [1, 2, 3, 4] },
      { expression: "numberList(3, 1)", result: [3, 2, 1] },
    ],
    run: (start, end) => numberList(start, end),
  },
  {
    name: "zip",
    description: "An object of an array of keys and an equally long array of values.",
    parameters: [
      { name: "keys", type: "string[]", description: "Names of the fields." },
      { name: "values", type: "any[]", description: "Their values." },
    ],
    returns: "object",
    keywords: ["fromEntries", "pairs"],
    examples: [{ expression: 'zip(["a", "b"], [1, 2])', result: { a: 1, b: 2 } }],
    run: (keys, values) => zip(keys, values),
  },
  {
    name: "toPathSegment",
    description:
      "The value as one part of a URL's path. What would change the path (nothing, `.`, `..`) is an error.",
    parameters: [{ name: "value", type: "any", description: "The value, as text." }],
    returns: "string",
    keywords: ["encode", "url"],
    examples: [{ expression: 'toPathSegment("a/b")', result: "a%2Fb" }],
    run: (value) => toPathSegment(value),
  },
  JMESPATH,
];

function numberList(start: unknown, end: unknown): number[] {
  if (typeof start !== "number" || typeof end !== "number")
    throw new TypeError("numberList() takes two numbers");
  const step = start <= end ? 1 : -1;
  return Array.from({ length: Math.floor(Math.abs(end - start)) + 1 }, (_, index) => start + index * step);
}

function zip(keys: unknown, values: unknown): object {
  if (!Array.isArray(keys) || !Array.isArray(values)) {
    throw new ExpressionExtensionError("zip() takes an array of keys and an array of values");
  }
  if (keys.length !== values.length) {
    throw new ExpressionExtensionError(
      `zip() takes as many values as keys, not ${values.length} values for ${keys.length} keys`,
    );
  }
  return Object.fromEntries(keys.map((key: PropertyKey, index) => [key, values[index] as unknown]));
}

function toPathSegment(value: unknown): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- any value may come; its text is what the author asked for
  const text = value === undefined || value === null ? "" : String(value);
  if (REFUSED_SEGMENTS.has(text)) {
    throw new ExpressionExtensionError(
      `toPathSegment() cannot make a part of a path of ${describeValue(value)}`,
    );
  }
  return encodeURIComponent(text);
}
