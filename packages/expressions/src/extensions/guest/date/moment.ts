import { DateTime } from "luxon";

/** Longer texts are no dates; parsers need not look at them. */
const MAX_DATE_CHARS = 256;

/** Standards whose texts are read, in this order. What a text says of its offset is kept. */
const PARSERS: ReadonlyArray<(text: string) => DateTime> = [
  (text) => DateTime.fromISO(text, { setZone: true }),
  (text) => DateTime.fromHTTP(text, { setZone: true }),
  (text) => DateTime.fromRFC2822(text, { setZone: true }),
  (text) => DateTime.fromSQL(text, { setZone: true }),
];

/**
 * Reads a text as ISO 8601, HTTP (RFC 9110 5.6.7), RFC 2822 or SQL date, and whatever else the engine's Date reads. A
 * text without an offset means the time zone of the evaluation, except in the last case: there it means the process's.
 */
export function parseDateTime(text: string): DateTime | undefined {
  if (text.length > MAX_DATE_CHARS) return undefined;
  for (const parse of PARSERS) {
    const dateTime = parse(text);
    if (dateTime.isValid) return dateTime;
  }
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : DateTime.fromJSDate(date);
}

/** Reads what an expression may give as a date: a DateTime, a Date or a text. */
export function toMoment(value: unknown): DateTime | undefined {
  if (value instanceof DateTime) return value;
  if (value instanceof Date) return DateTime.fromJSDate(value);
  return typeof value === "string" ? parseDateTime(value) : undefined;
}
