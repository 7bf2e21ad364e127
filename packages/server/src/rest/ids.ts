const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Tells whether a text from outside may be compared with an id column; anything else names nothing. */
export function isUuid(text: string): boolean {
  return UUID_PATTERN.test(text);
}

/** Hexadecimal digits of the time in a UUID of version 7 (RFC 9562, section 5.7): milliseconds since 1970. */
const TIME_DIGITS = 12;
const MAX_TIME_MS = 2 ** 48 - 1;

/** The moment at which a UUID of version 7 was made. */
export function momentOf(id: string): Date {
  return new Date(Number.parseInt(id.replace("-", "").slice(0, TIME_DIGITS), 16));
}

/** The least UUID that one of version 7 made at this moment or later can be: lists by time become ranges of ids. */
export function firstIdAt(moment: Date): string {
  const timeMs = Math.min(Math.max(moment.getTime(), 0), MAX_TIME_MS);
  const digits = timeMs.toString(16).padStart(TIME_DIGITS, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8)}-0000-0000-000000000000`;
}
