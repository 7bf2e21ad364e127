import { DateTime, Duration, Interval, type Zone } from "luxon";

/** Names of the types, the same on both sides. */
export const LUXON_TYPES = {
  DateTime: "luxon.DateTime",
  Duration: "luxon.Duration",
  Interval: "luxon.Interval",
} as const;

/** Why a value of Luxon is none. */
export type Invalid = readonly [reason: string, explanation: string | null] | null;

export interface DateTimePayload {
  readonly ms: number;
  /** `system` is the zone of the process that has the value. */
  readonly zone: string;
  readonly locale: string | null;
  readonly numberingSystem: string | null;
  readonly outputCalendar: string | null;
  readonly invalid: Invalid;
}

export interface DurationPayload {
  readonly units: Readonly<Record<string, number>>;
  readonly locale: string | null;
  readonly isLongterm: boolean;
  readonly invalid: Invalid;
}

export interface IntervalPayload {
  readonly start: DateTimePayload | null;
  readonly end: DateTimePayload | null;
  readonly invalid: Invalid;
}

export function describeDateTime(value: DateTime): DateTimePayload {
  return {
    ms: value.isValid ? value.toMillis() : 0,
    zone: value.zone.type === "system" ? "system" : value.zone.name,
    locale: value.locale,
    numberingSystem: value.numberingSystem,
    outputCalendar: value.outputCalendar,
    invalid: invalidOf(value),
  };
}

export function describeDuration(value: Duration): DurationPayload {
  const { conversionAccuracy } = value as unknown as { readonly conversionAccuracy: string };
  return {
    units: value.isValid ? (value.toObject() as Record<string, number>) : {},
    locale: value.isValid ? value.locale : null,
    isLongterm: conversionAccuracy === "longterm",
    invalid: invalidOf(value),
  };
}

export function describeInterval(value: Interval): IntervalPayload {
  const { start, end } = value;
  return {
    start: start && describeDateTime(start),
    end: end && describeDateTime(end),
    invalid: invalidOf(value),
  };
}

/** @param zone That of the payload. */
export function restoreDateTime(payload: DateTimePayload, zone: string | Zone): DateTime {
  const { ms, locale, numberingSystem, outputCalendar, invalid } = payload;
  if (invalid) return DateTime.invalid(invalid[0], invalid[1] ?? undefined);
  return DateTime.fromMillis(ms, { zone }).reconfigure({
    ...(locale !== null && { locale }),
    ...(numberingSystem !== null && { numberingSystem }),
    ...(outputCalendar !== null && { outputCalendar }),
  });
}

export function restoreDuration({ units, locale, isLongterm, invalid }: DurationPayload): Duration {
  if (invalid) return Duration.invalid(invalid[0], invalid[1] ?? undefined);
  return Duration.fromObject(units, {
    conversionAccuracy: isLongterm ? "longterm" : "casual",
    ...(locale !== null && { locale }),
  });
}

/** @param restoreEnd Makes either end of it. */
export function restoreInterval(
  { start, end, invalid }: IntervalPayload,
  restoreEnd: (payload: DateTimePayload) => DateTime,
): Interval {
  if (invalid || !start || !end)
    return Interval.invalid(invalid?.[0] ?? "no ends", invalid?.[1] ?? undefined);
  return Interval.fromDateTimes(restoreEnd(start), restoreEnd(end));
}

function invalidOf(value: {
  readonly invalidReason: string | null;
  readonly invalidExplanation: string | null;
}): Invalid {
  return value.invalidReason === null ? null : [value.invalidReason, value.invalidExplanation];
}

declare const __registerTransferType: <Value extends object, Payload>(
  name: string,
  describe: (value: Value) => Payload | undefined,
  restore: (payload: Payload) => Value,
) => void;

/** Tells the bridge's kernel of Luxon's classes. */
export function registerLuxonTypes(): void {
  const restoreOwn = (payload: DateTimePayload): DateTime => restoreDateTime(payload, payload.zone);
  const { DateTime: date, Duration: duration, Interval: interval } = LUXON_TYPES;
  __registerTransferType(date, onlyOf(DateTime, describeDateTime), restoreOwn);
  __registerTransferType(duration, onlyOf(Duration, describeDuration), restoreDuration);
  __registerTransferType(interval, onlyOf(Interval, describeInterval), (payload: IntervalPayload) =>
    restoreInterval(payload, restoreOwn),
  );
}

function onlyOf<Value extends object, Payload>(
  luxonClass: { readonly prototype: Value },
  describe: (value: Value) => Payload,
): (value: Value) => Payload | undefined {
  const { prototype } = luxonClass;
  return (value) => (Object.getPrototypeOf(value) === prototype ? describe(value) : undefined);
}
