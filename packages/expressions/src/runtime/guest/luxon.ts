import {
  DateTime,
  Duration,
  FixedOffsetZone,
  IANAZone,
  Interval,
  InvalidZone,
  Settings as LuxonSettings,
  SystemZone,
  Zone,
} from "luxon";
import type { Settings } from "./settings.ts";

const DEFAULT_LOCALE = "en-US";

/**
 * Luxon keeps some objects from one call to the next and hands them out: zones, format presets, conversion tables.
 * Frozen, none of them carries anything from one evaluation to another.
 */
export function fixLuxon(): void {
  // First of all: without it Luxon asks Intl for the engine's own, which takes longer than all the rest.
  LuxonSettings.defaultLocale = DEFAULT_LOCALE;
  const { create } = IANAZone;
  IANAZone.create = (name) => Object.freeze(create(name));
  Object.freeze(SystemZone.instance);
  Object.freeze(FixedOffsetZone.utcInstance);
  for (const key of Object.getOwnPropertyNames(DateTime)) {
    if (/^[A-Z]+_/.test(key)) freezeDeep(DateTime[key as keyof typeof DateTime]);
  }
  for (const conversionAccuracy of ["casual", "longterm"] as const) {
    const duration = Duration.fromObject({ days: 1 }, { conversionAccuracy });
    freezeDeep((duration as unknown as { matrix: unknown }).matrix);
  }
}

/**
 * Luxon's classes that an expression can get hold of, or one of each. None of it asks Intl: its first use takes longer
 * than all the rest of the runtime.
 */
export function exampleLuxonValues(): object[] {
  const start = DateTime.fromMillis(0, { zone: "utc" });
  const duration = Duration.fromMillis(1);
  const errors = [
    () => DateTime.fromObject({ bogus: 1 } as object, { zone: "utc" }),
    () => DateTime.fromObject({ year: 1, weekNumber: 1, month: 1 }, { zone: "utc" }),
    () => DateTime.fromMillis("text" as never),
  ].flatMap(catchError);
  const invalid = [DateTime.invalid("example"), Duration.invalid("example"), Interval.invalid("example")];
  const zones = [Zone, FixedOffsetZone, IANAZone, InvalidZone, SystemZone];
  return [...zones, ...invalid, start, duration, start.until(start), ...errors];
}

function catchError(run: () => unknown): object[] {
  try {
    run();
    return [];
  } catch (error) {
    return [error as object];
  }
}

/** Sets what an evaluation's dates mean. Every evaluation sets it anew. */
export function setLuxonDefaults({ timezone, locale }: Settings): void {
  LuxonSettings.defaultZone = timezone ?? "system";
  LuxonSettings.defaultLocale = locale ?? DEFAULT_LOCALE;
}

function freezeDeep(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  for (const item of Object.values(value)) freezeDeep(item);
}
