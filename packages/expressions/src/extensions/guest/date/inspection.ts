import { DateTime } from "luxon";
import { extensionsOn } from "../definition.ts";
import { ExpressionExtensionError } from "../errors.ts";
import { toMoment } from "./moment.ts";
import { normalizeUnit } from "./units.ts";

/** Parts of a date that Luxon calls otherwise. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ["week", "weekNumber"],
  ["weeks", "weekNumber"],
  ["yearDayNumber", "ordinal"],
]);

export const DATE_INSPECTION = extensionsOn("date", [
  {
    name: "extract",
    description: "One part of the date, in its own time zone; a Date is seen in that of the evaluation.",
    parameters: [
      {
        name: "part",
        type: "string",
        default: "week",
        description:
          "`year`, `month`, `week`, `day`, `hour`, `minute`, `second`, `weekday`, `yearDayNumber` …",
      },
    ],
    returns: "number",
    keywords: ["get", "component"],
    examples: [
      { expression: '"2024-03-10T12:34:56".toDateTime().extract("month")', result: 3 },
      { expression: '"2024-03-10".toDateTime().extract()', result: 10 },
      { expression: '"2024-03-10".toDateTime().extract("yearDayNumber")', result: 70 },
    ],
    run: (value, part: unknown = "week") => extractPart(toDateTime(value), normalizeUnit(part)),
  },
  {
    name: "format",
    description: "The date as text, by [Luxon's tokens](https://moment.github.io/luxon/#/formatting).",
    parameters: [
      { name: "tokens", type: "string", description: "E.g. `yyyy-MM-dd HH:mm`." },
      { name: "options", type: "object", optional: true, description: "E.g. `{ locale: 'fr' }`." },
    ],
    returns: "string",
    keywords: ["toFormat", "toString"],
    examples: [
      {
        expression: '"2024-03-10T12:34:56".toDateTime().format("dd LLL yyyy, HH:mm")',
        result: "10 Mar 2024, 12:34",
      },
    ],
    run: (value, tokens?: unknown, options?: unknown) =>
      toDateTime(value).toFormat(tokens as string, { ...(options as object | undefined) }),
  },
  {
    name: "isBetween",
    description: "Whether the date lies after the one and before the other; their order does not matter.",
    parameters: [
      {
        name: "date1",
        type: "DateTime | Date | string",
        description: "One end, which does not belong to it.",
      },
      { name: "date2", type: "DateTime | Date | string", description: "The other end." },
    ],
    returns: "boolean",
    keywords: ["range", "within"],
    examples: [
      { expression: '"2024-03-10".toDateTime().isBetween("2024-01-01", "2024-12-31")', result: true },
      { expression: '"2024-03-10".toDateTime().isBetween("2024-03-10", "2024-12-31")', result: false },
    ],
    run: (value, ...ends: unknown[]) => isBetween(toDateTime(value), ends),
  },
  {
    name: "isInLast",
    description: "Whether the date lies between some time ago and this moment.",
    parameters: [
      { name: "amount", type: "number", default: 0, description: "How many units ago." },
      { name: "unit", type: "string", default: "minutes", description: "`minutes`, `hours`, `days` …" },
    ],
    returns: "boolean",
    keywords: ["recent", "ago"],
    examples: [
      { expression: '"2020-01-01".toDateTime().isInLast(200, "years")', result: true },
      { expression: '"2020-01-01".toDateTime().isInLast(1, "day")', result: false },
    ],
    run: (value, amount: unknown = 0, unit: unknown = "minutes") => {
      const now = DateTime.now();
      const moment = toDateTime(value);
      return moment <= now && moment >= now.minus({ [normalizeUnit(unit)]: amount as number });
    },
  },
  {
    name: "isDst",
    description: "Whether daylight saving time is in force.",
    parameters: [],
    returns: "boolean",
    keywords: ["summer time", "daylight"],
    examples: [
      {
        expression: 'DateTime.fromISO("2024-07-01", { zone: "America/New_York" }).isDst()',
        result: true,
      },
    ],
    run: (value) => toDateTime(value).isInDST,
  },
  {
    name: "isWeekend",
    description: "Whether the date is a Saturday or Sunday.",
    parameters: [],
    returns: "boolean",
    examples: [
      { expression: '"2024-03-10".toDateTime().isWeekend()', result: true },
      { expression: '"2024-03-11".toDateTime().isWeekend()', result: false },
    ],
    run: (value) => toDateTime(value).weekday > 5,
  },
  {
    name: "isEmpty",
    description: "Always false: a date is something.",
    parameters: [],
    returns: "boolean",
    examples: [{ expression: "new Date(0).isEmpty()", result: false }],
    run: () => false,
  },
  {
    name: "isNotEmpty",
    description: "Always true: a date is something.",
    parameters: [],
    returns: "boolean",
    examples: [{ expression: "new Date(0).isNotEmpty()", result: true }],
    run: () => true,
  },
  {
    name: "toDateTime",
    description: "The date as a Luxon DateTime, in the time zone of the evaluation if it was a Date.",
    parameters: [],
    returns: "DateTime",
    examples: [{ expression: "new Date(0).toDateTime().toISO()", result: "1970-01-01T00:00:00.000Z" }],
    run: (value) => toDateTime(value),
  },
  {
    name: "toInt",
    aliases: ["toFloat"],
    description: "Milliseconds since 1970 in UTC.",
    parameters: [],
    returns: "number",
    keywords: ["timestamp", "epoch", "unix"],
    examples: [{ expression: '"2024-03-10T12:34:56Z".toDateTime().toInt()', result: 1_710_074_096_000 }],
    run: (value) => value.valueOf(),
  },
  {
    name: "toBoolean",
    description: "Always undefined: a date is no boolean.",
    parameters: [],
    returns: "undefined",
    deprecated: "A date is no boolean.",
    examples: [{ expression: "new Date(0).toBoolean()", result: undefined }],
    run: () => undefined,
  },
]);

function toDateTime(value: Date | DateTime): DateTime {
  return value instanceof Date ? DateTime.fromJSDate(value) : value;
}

/** A part by Luxon's name for it, which units give in the singular; undefined when there is none. */
function extractPart(dateTime: DateTime, part: string): unknown {
  const name = PARTS.get(part) ?? part;
  const value = readPart(dateTime, name);
  return value === undefined && name.endsWith("s") ? readPart(dateTime, name.slice(0, -1)) : value;
}

function readPart(dateTime: DateTime, name: string): unknown {
  const value: unknown = dateTime.get(name as keyof DateTime);
  return typeof value === "number" || typeof value === "string" ? value : undefined;
}

function isBetween(moment: DateTime, ends: readonly unknown[]): boolean {
  if (ends.length !== 2) {
    throw new ExpressionExtensionError(`isBetween() takes two dates, not ${ends.length}`);
  }
  const [one, other] = ends.map(toMoment);
  if (one === undefined || other === undefined) {
    throw new TypeError("isBetween() takes dates or texts that can be read as dates");
  }
  return one < other ? moment > one && moment < other : moment > other && moment < one;
}
