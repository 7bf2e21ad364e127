import { DateTime, type DateTimeUnit, type DurationLike, type DurationObjectUnits } from "luxon";
import { extensionsOn, type ParameterDefinition } from "../definition.ts";
import { ExpressionExtensionError } from "../errors.ts";
import { describeValue } from "../receiver.ts";
import { toMoment } from "./moment.ts";
import { normalizeUnit } from "./units.ts";

const DIFFERENCE_UNITS = [
  "milliseconds",
  "seconds",
  "minutes",
  "hours",
  "days",
  "weeks",
  "months",
  "quarters",
  "years",
] as const;
type DifferenceUnit = (typeof DIFFERENCE_UNITS)[number];

const SHIFT_PARAMETERS: readonly ParameterDefinition[] = [
  {
    name: "amount",
    type: "number | DurationLike",
    description:
      "How many units; a number without a unit means milliseconds, `{ days: 1, hours: 2 }` several units.",
  },
  {
    name: "unit",
    type: "string",
    optional: true,
    description:
      "`milliseconds` (`ms`), `seconds`, `minutes`, `hours`, `days`, `weeks`, `months`, `quarters`, `years`.",
  },
];
const DIFFERENCE_UNIT: ParameterDefinition = {
  name: "unit",
  type: "string | string[]",
  default: "days",
  description: "One unit gives a number, several give an object with a number for each.",
};

export const DATE_ARITHMETIC = extensionsOn("date", [
  {
    name: "plus",
    description: "A later moment. A Date gives a Date, a DateTime a DateTime.",
    parameters: SHIFT_PARAMETERS,
    returns: "Date | DateTime",
    keywords: ["add", "increment"],
    examples: [
      {
        expression: '"2024-03-10T12:00:00".toDateTime().plus(1, "month").toISODate()',
        result: "2024-04-10",
      },
      {
        expression: '"2024-03-10T12:00:00".toDateTime().plus({ days: 1, hours: 2 }).toISO()',
        result: "2024-03-11T14:00:00.000Z",
      },
    ],
    run: (value, amount?: unknown, unit?: unknown) =>
      transform(value, (dateTime) => dateTime.plus(toDuration(amount, unit))),
  },
  {
    name: "minus",
    description: "An earlier moment. A Date gives a Date, a DateTime a DateTime.",
    parameters: SHIFT_PARAMETERS,
    returns: "Date | DateTime",
    keywords: ["subtract", "ago"],
    examples: [
      {
        expression: '"2024-03-10T12:00:00".toDateTime().minus(90, "min").toISO()',
        result: "2024-03-10T10:30:00.000Z",
      },
    ],
    run: (value, amount?: unknown, unit?: unknown) =>
      transform(value, (dateTime) => dateTime.minus(toDuration(amount, unit))),
  },
  {
    name: "beginningOf",
    description: "The first moment of the day, week, month … that the date lies in.",
    parameters: [{ name: "unit", type: "string", default: "week", description: "`day`, `week`, `month` …" }],
    returns: "Date | DateTime",
    keywords: ["startOf", "midnight"],
    examples: [
      {
        expression: '"2024-03-10T12:34:56".toDateTime().beginningOf("month").toISO()',
        result: "2024-03-01T00:00:00.000Z",
      },
      { expression: '"2024-03-10".toDateTime().beginningOf().toISODate()', result: "2024-03-04" },
    ],
    run: (value, unit: unknown = "week") =>
      transform(value, (dateTime) => dateTime.startOf(normalizeUnit(unit) as DateTimeUnit)),
  },
  {
    name: "endOfMonth",
    description: "The last millisecond of the month.",
    parameters: [],
    returns: "Date | DateTime",
    examples: [
      {
        expression: '"2024-02-10".toDateTime().endOfMonth().toISO()',
        result: "2024-02-29T23:59:59.999Z",
      },
    ],
    run: (value) => transform(value, (dateTime) => dateTime.endOf("month")),
  },
  {
    name: "diffTo",
    description:
      "How far the date lies after another one; negative if it lies before it. For a DateTime only.",
    parameters: [
      { name: "other", type: "DateTime | Date | string", description: "The date to count from." },
      DIFFERENCE_UNIT,
    ],
    returns: "number | object",
    keywords: ["difference", "between", "duration", "since"],
    examples: [
      { expression: '"2024-03-10T12:00:00".toDateTime().diffTo("2024-03-01")', result: 9.5 },
      {
        expression: '"2024-03-10".toDateTime().diffTo("2024-01-01", ["months", "days"])',
        result: { months: 2, days: 9 },
      },
    ],
    run: (value, other?: unknown, unit: unknown = "days") => difference("diffTo", value, other, unit),
  },
  {
    name: "diffToNow",
    description: "How far the date lies after this moment; negative if it is past. For a DateTime only.",
    parameters: [DIFFERENCE_UNIT],
    returns: "number | object",
    keywords: ["age", "elapsed", "remaining"],
    examples: [{ expression: '"2020-01-01".toDateTime().diffToNow("years") < 0', result: true }],
    run: (value, unit: unknown = "days") => difference("diffToNow", value, DateTime.now(), unit),
  },
]);

/** Does with a Date or DateTime what is written for a DateTime, and gives back the kind that came. */
function transform(value: Date | DateTime, change: (dateTime: DateTime) => DateTime): Date | DateTime {
  return value instanceof Date ? change(DateTime.fromJSDate(value)).toJSDate() : change(value);
}

function toDuration(amount: unknown, unit: unknown): DurationLike {
  if (amount === undefined) return 0;
  if (unit === undefined) return amount as DurationLike;
  return { [normalizeUnit(unit)]: amount as number };
}

function difference(
  name: string,
  value: Date | DateTime,
  other: unknown,
  unit: unknown,
): number | DurationObjectUnits {
  const from = toMoment(other);
  if (from === undefined) {
    throw new ExpressionExtensionError(`${name}() cannot read ${describeValue(other)} as a date`);
  }
  const units = (Array.isArray(unit) ? unit : [unit]).map((each) => toDifferenceUnit(name, each));
  if (value instanceof Date) {
    throw new TypeError(`${name}() is for a DateTime, not for a Date: write .toDateTime().${name}(…)`);
  }
  const duration = value.diff(from, units);
  const [only, ...more] = units;
  if (only === undefined) throw new TypeError(`${name}() needs at least one unit`);
  return more.length === 0 ? duration.get(only) : duration.toObject();
}

function toDifferenceUnit(name: string, unit: unknown): DifferenceUnit {
  const text = typeof unit === "string" ? normalizeUnit(unit).toLowerCase() : "";
  const found = DIFFERENCE_UNITS.find((each) => each === text || each === `${text}s`);
  if (found !== undefined) return found;
  throw new ExpressionExtensionError(
    `${name}() does not take ${describeValue(unit)} as a unit: use ${DIFFERENCE_UNITS.join(", ")}`,
  );
}
