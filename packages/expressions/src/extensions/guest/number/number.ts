import { dateTimeFromNumber } from "../date/epoch.ts";
import { type ExtensionDefinition, extensionsOn } from "../definition.ts";
import { ExpressionExtensionError } from "../errors.ts";
import { formatNumber } from "./format.ts";

export const NUMBER_FUNCTIONS: ReadonlyArray<ExtensionDefinition<"number">> = extensionsOn("number", [
  {
    name: "abs",
    description: "The number without its sign.",
    parameters: [],
    returns: "number",
    examples: [{ expression: "(-1.3).abs()", result: 1.3 }],
    run: (value) => Math.abs(value),
  },
  {
    name: "ceil",
    description: "The next integer that is not less.",
    parameters: [],
    returns: "number",
    examples: [
      { expression: "(1.2).ceil()", result: 2 },
      { expression: "(-1.2).ceil()", result: -1 },
    ],
    run: (value) => Math.ceil(value),
  },
  {
    name: "floor",
    description: "The next integer that is not greater.",
    parameters: [],
    returns: "number",
    examples: [
      { expression: "(1.8).floor()", result: 1 },
      { expression: "(-1.2).floor()", result: -2 },
    ],
    run: (value) => Math.floor(value),
  },
  {
    name: "round",
    description:
      "The number rounded to some decimals, halves away from zero. As in `toFixed`, what counts is the binary value: 1.005 lies below 1.005.",
    parameters: [{ name: "decimals", type: "number", default: 0, description: "From 0 to 100." }],
    returns: "number",
    examples: [
      { expression: "(1.256).round(1)", result: 1.3 },
      { expression: "(-2.5).round()", result: -3 },
      { expression: "(1.005).round(2)", result: 1 },
    ],
    run: (value, decimals: unknown = 0) => roundTo(value, decimals as number),
  },
  {
    name: "format",
    description:
      "The number as text for readers, by the rules of a locale. A locale or option that does not exist gives the plain digits.",
    parameters: [
      { name: "locale", type: "string", default: "en-US", description: "BCP 47 tag, e.g. `de-DE`." },
      {
        name: "options",
        type: "Intl.NumberFormatOptions",
        optional: true,
        description: "As for `Intl.NumberFormat`.",
      },
    ],
    returns: "string",
    keywords: ["currency", "percent", "locale", "toLocaleString"],
    examples: [
      { expression: "(1234567.891).format()", result: "1,234,567.891" },
      { expression: '(1234.5).format("de-DE")', result: "1.234,5" },
      {
        expression: '(1234.5).format("en-US", { style: "currency", currency: "USD" })',
        result: "$1,234.50",
      },
    ],
    run: (value, locale: unknown = "en-US", options?: unknown) => formatNumber(value, locale, options),
  },
  {
    name: "isEven",
    description: "Whether an integer is even; of other numbers it is an error.",
    parameters: [],
    returns: "boolean",
    examples: [{ expression: "(4).isEven()", result: true }],
    run: (value) => isDivisibleByTwo(value, "isEven"),
  },
  {
    name: "isOdd",
    description: "Whether an integer is odd; of other numbers it is an error.",
    parameters: [],
    returns: "boolean",
    examples: [{ expression: "(3).isOdd()", result: true }],
    run: (value) => !isDivisibleByTwo(value, "isOdd"),
  },
  {
    name: "isInteger",
    description: "Whether the number has no decimals.",
    parameters: [],
    returns: "boolean",
    examples: [
      { expression: "(4).isInteger()", result: true },
      { expression: "(4.1).isInteger()", result: false },
    ],
    run: (value) => Number.isInteger(value),
  },
  {
    name: "toBoolean",
    description: "False for 0, true for every other number.",
    parameters: [],
    returns: "boolean",
    examples: [
      { expression: "(0).toBoolean()", result: false },
      { expression: "(-1.3).toBoolean()", result: true },
    ],
    run: (value) => value !== 0,
  },
  {
    name: "toInt",
    description: "The nearest integer.",
    parameters: [],
    returns: "number",
    examples: [{ expression: "(1.6).toInt()", result: 2 }],
    run: (value) => roundTo(value, 0),
  },
  {
    name: "toFloat",
    description: "The number itself, so that numbers and texts can be treated alike.",
    parameters: [],
    returns: "number",
    examples: [{ expression: "(1.6).toFloat()", result: 1.6 }],
    run: (value) => value,
  },
  {
    name: "toDateTime",
    description: "The moment that the number stands for, in the time zone of the evaluation.",
    parameters: [
      {
        name: "unit",
        type: '"ms" | "s" | "us" | "excel"',
        default: "ms",
        description:
          "What is counted: milliseconds, seconds or microseconds since 1970, or days as spreadsheets count them.",
      },
    ],
    returns: "DateTime",
    keywords: ["timestamp", "epoch", "unix"],
    examples: [
      { expression: '(1700000000).toDateTime("s").toISO()', result: "2023-11-14T22:13:20.000Z" },
      { expression: '(45345.5).toDateTime("excel").toISO()', result: "2024-02-23T12:00:00.000Z" },
    ],
    run: (value, unit: unknown = "ms") => dateTimeFromNumber(value, unit),
  },
]);

function roundTo(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

function isDivisibleByTwo(value: number, name: string): boolean {
  if (!Number.isInteger(value)) {
    throw new ExpressionExtensionError(`${name}() is for integers, not for ${value}: round it first`);
  }
  return value % 2 === 0;
}
