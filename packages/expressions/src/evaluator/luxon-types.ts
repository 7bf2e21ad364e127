import {
  type DateTime,
  type Duration,
  FixedOffsetZone,
  IANAZone,
  type Interval,
  SystemZone,
  type Zone,
} from "luxon";
import type { JsonValue, TransferType } from "@skerry/sandbox/bridges";
import {
  type DateTimePayload,
  type DurationPayload,
  type IntervalPayload,
  type Invalid,
  LUXON_TYPES,
  describeDateTime,
  describeDuration,
  describeInterval,
  restoreDateTime,
  restoreDuration,
  restoreInterval,
} from "../runtime/guest/transfer-types.ts";

const MAX_TEXT_CHARS = 200;
const MAX_OFFSET_MINUTES = 24 * 60;
const UNITS: ReadonlySet<string> = new Set([
  "years",
  "quarters",
  "months",
  "weeks",
  "days",
  "hours",
  "minutes",
  "seconds",
  "milliseconds",
]);

/** Zones by their name in small letters: Luxon itself would keep every way to write one. */
const zones = new Map<string, IANAZone>();

/**
 * Luxon's values, whichever copy of Luxon made them, cross as such. What comes from a guest may be anything that JSON
 * says, so each field is looked at.
 */
export const LUXON_TRANSFER_TYPES: readonly TransferType[] = [
  createType(LUXON_TYPES.DateTime, "isLuxonDateTime", describeDateTime, (payload) => {
    const read = readDateTime(payload);
    return restoreDateTime(read, zoneOf(read.zone));
  }),
  createType(LUXON_TYPES.Duration, "isLuxonDuration", describeDuration, (payload) =>
    restoreDuration(readDuration(payload)),
  ),
  createType(LUXON_TYPES.Interval, "isLuxonInterval", describeInterval, (payload) =>
    restoreInterval(readInterval(payload), (end) => restoreDateTime(end, zoneOf(end.zone))),
  ),
];

/** @param brand The property by which Luxon itself knows the class. */
function createType<Value extends DateTime | Duration | Interval>(
  name: string,
  brand: string,
  describe: (value: Value) => unknown,
  restore: (payload: JsonValue) => object,
): TransferType {
  return {
    name,
    describe(value) {
      const isOne = Object.getOwnPropertyDescriptor(value, brand)?.value === true;
      return isOne ? (describe(value as Value) as JsonValue) : undefined;
    },
    restore,
  };
}

function readDateTime(payload: JsonValue): DateTimePayload {
  const { ms, zone, locale, numberingSystem, outputCalendar, invalid } = readRecord(payload);
  return {
    ms: readNumber(ms),
    zone: readText(zone),
    locale: readLocale(locale),
    numberingSystem: readTextOrNull(numberingSystem),
    outputCalendar: readTextOrNull(outputCalendar),
    invalid: readInvalid(invalid),
  };
}

function readDuration(payload: JsonValue): DurationPayload {
  const { units, locale, isLongterm, invalid } = readRecord(payload);
  const entries = Object.entries(readRecord(units));
  for (const [unit] of entries)
    if (!UNITS.has(unit)) throw malformed(`the unit ${unit.slice(0, MAX_TEXT_CHARS)}`);
  return {
    units: Object.fromEntries(entries.map(([unit, count]) => [unit, readNumber(count)])),
    locale: readLocale(locale),
    isLongterm: isLongterm === true,
    invalid: readInvalid(invalid),
  };
}

function readInterval(payload: JsonValue): IntervalPayload {
  const { start = null, end = null, invalid } = readRecord(payload);
  return {
    start: start === null ? null : readDateTime(start),
    end: end === null ? null : readDateTime(end),
    invalid: readInvalid(invalid),
  };
}

function zoneOf(name: string): Zone {
  if (name === "system") return SystemZone.instance;
  const offset = /^UTC(?:([+-]\d{1,2})(?::(\d{2}))?)?$/.exec(name);
  if (offset) {
    const [, hours = "0", minutes = "0"] = offset;
    const total = Number(hours) * 60 + (hours.startsWith("-") ? -1 : 1) * Number(minutes);
    if (Math.abs(total) <= MAX_OFFSET_MINUTES) return FixedOffsetZone.instance(total);
  }
  const key = name.toLowerCase();
  let zone = zones.get(key);
  if (!zone) {
    if (!IANAZone.isValidZone(name)) throw malformed(`the zone ${name}`);
    zones.set(key, (zone = new IANAZone(name)));
  }
  return zone;
}

function readRecord(value: JsonValue | undefined): { readonly [key: string]: JsonValue } {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as { readonly [key: string]: JsonValue };
  }
  throw malformed("no record");
}

function readNumber(value: JsonValue | undefined): number {
  if (typeof value === "number") return value;
  throw malformed("no number");
}

function readText(value: JsonValue | undefined): string {
  if (typeof value === "string" && value.length <= MAX_TEXT_CHARS) return value;
  throw malformed("no short text");
}

function readTextOrNull(value: JsonValue | undefined): string | null {
  return value === null ? null : readText(value);
}

function readLocale(value: JsonValue | undefined): string | null {
  const locale = readTextOrNull(value);
  // Throws a RangeError for what is no tag.
  if (locale !== null) Intl.getCanonicalLocales(locale);
  return locale;
}

function readInvalid(value: JsonValue | undefined): Invalid {
  if (value === null) return null;
  if (!Array.isArray(value)) throw malformed("no reason");
  const [reason, explanation] = value as JsonValue[];
  return [readText(reason), typeof explanation === "string" ? explanation.slice(0, MAX_TEXT_CHARS) : null];
}

function malformed(what: string): RangeError {
  return new RangeError(`a value of Luxon with ${what}`);
}
