import { DateTime } from "luxon";
import { dateTimeFromNumber, isNumberFormat } from "../date/epoch.ts";
import { parseDateTime } from "../date/moment.ts";
import { extensionsOn } from "../definition.ts";
import { ExpressionExtensionError } from "../errors.ts";
import { describeValue } from "../receiver.ts";

const FALSE_TEXTS: ReadonlySet<string> = new Set(["", "false", "no", "0"]);

/** A year, month or day of ISO 8601 without a time. */
const ISO_DAY = /^\d{4}(?:-\d\d(?:-\d\d)?)?$/;

export const STRING_CONVERSION = extensionsOn("string", [
  {
    name: "toBoolean",
    description: "False for an empty text and for `false`, `no` and `0` in any case; true for all others.",
    parameters: [],
    returns: "boolean",
    examples: [
      { expression: '"No".toBoolean()', result: false },
      { expression: '"off".toBoolean()', result: true },
    ],
    run: (value) => !FALSE_TEXTS.has(value.toLowerCase()),
  },
  {
    name: "toNumber",
    description:
      "The number that the text is, with or without a currency sign; an empty text is 0. Others are errors.",
    parameters: [],
    returns: "number",
    keywords: ["parse", "currency"],
    examples: [
      { expression: '"$12".toNumber()', result: 12 },
      { expression: '"0x10".toNumber()', result: 16 },
    ],
    run: (value) => expectNumber(Number(withoutCurrency(value)), value, "toNumber"),
  },
  {
    name: "toInt",
    aliases: ["toWholeNumber"],
    description: "The integer at the beginning of the text, with or without a currency sign before it.",
    parameters: [
      { name: "radix", type: "number", optional: true, description: "Base of the digits, 2 to 36." },
    ],
    returns: "number",
    keywords: ["parseInt", "integer"],
    examples: [
      { expression: '"12.9px".toInt()', result: 12 },
      { expression: '"ff".toInt(16)', result: 255 },
    ],
    run: (value, radix?: unknown) =>
      expectNumber(Number.parseInt(withoutCurrency(value), radix as number), value, "toInt"),
  },
  {
    name: "toFloat",
    aliases: ["toDecimalNumber"],
    description:
      "The decimal number at the beginning of the text. A comma in it is an error: decimals take a dot.",
    parameters: [],
    returns: "number",
    keywords: ["parseFloat", "decimal"],
    examples: [{ expression: '"9.99 kr".toFloat()', result: 9.99 }],
    run: (value) => {
      if (value.includes(",")) {
        throw new ExpressionExtensionError(
          `toFloat() takes a dot before the decimals and nothing between thousands, unlike ${describeValue(value)}`,
        );
      }
      return expectNumber(Number.parseFloat(withoutCurrency(value)), value, "toFloat");
    },
  },
  {
    name: "toDate",
    description:
      "The text as a JavaScript Date, read as `new Date(text)` reads it. A day without a time is its midnight.",
    parameters: [],
    returns: "Date",
    examples: [{ expression: '"2024-05-06".toDate().toISOString()', result: "2024-05-06T00:00:00.000Z" }],
    run: (value) => toDate(value),
  },
  {
    name: "toDateTime",
    description:
      "The text as a Luxon DateTime: ISO 8601, HTTP, RFC 2822 and SQL dates are read, others by a format. An offset in the text is kept; without one the text means the time zone of the evaluation.",
    parameters: [
      {
        name: "format",
        type: "string",
        optional: true,
        description: "Luxon's tokens (`dd/MM/yyyy`), or `ms`, `s`, `us`, `excel` for a number.",
      },
    ],
    returns: "DateTime",
    keywords: ["parse", "timestamp"],
    examples: [
      {
        expression: '"06/05/2024".toDateTime("dd/MM/yyyy").toISODate()',
        result: "2024-05-06",
      },
      { expression: '"2024-05-06T07:08:09+02:00".toDateTime().hour', result: 7 },
      { expression: '"1700000000".toDateTime("s").toISO()', result: "2023-11-14T22:13:20.000Z" },
    ],
    run: (value, format?: unknown) => toDateTime(value, format),
  },
]);

/**
 * The text without currency signs, and without the letters that stand for a currency by themselves (R for rand, S for
 * shilling …), unless digits surround them: that would make one number of two.
 */
function withoutCurrency(text: string): string {
  return text
    .replace(/\p{Sc}/gu, "")
    .replace(/(\d?)[PQLSR]+(\d?)/g, (run, before: string, after: string) =>
      before && after ? run : before + after,
    );
}

function expectNumber(number: number, text: string, name: string): number {
  if (Number.isNaN(number)) {
    throw new ExpressionExtensionError(`${name}() cannot read ${describeValue(text)} as a number`);
  }
  return number;
}

function toDate(text: string): Date {
  const date = new Date(ISO_DAY.test(text) ? `${text}T00:00` : text);
  if (Number.isNaN(date.getTime())) {
    throw new ExpressionExtensionError(`toDate() cannot read ${describeValue(text)} as a date`);
  }
  if (!text.includes(":")) date.setHours(0, 0, 0, 0);
  return date;
}

function toDateTime(text: string, format: unknown): DateTime {
  if (isNumberFormat(format)) return dateTimeFromNumber(Number(text), format);
  if (format) return DateTime.fromFormat(text, format as string);
  const dateTime = parseDateTime(text);
  if (dateTime !== undefined) return dateTime;
  throw new ExpressionExtensionError(
    `toDateTime() cannot read ${describeValue(text)} as a date: give its format, e.g. .toDateTime("dd/MM/yyyy")`,
  );
}
