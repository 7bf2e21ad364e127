const DECIMAL = 1_000;

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** A count with the language's grouping; from 100,000 in short (`120K`). */
export function formatCount(count: number, language: string): string {
  const isLong = Math.abs(count) >= 100_000;
  return new Intl.NumberFormat(language, {
    notation: isLong ? "compact" : "standard",
    maximumFractionDigits: 1,
  }).format(count);
}

/** Bytes in decimal units: 1 kB is 1,000 bytes. */
export function formatBytes(bytes: number, language: string): string {
  const power = Math.floor(Math.log(Math.max(1, Math.abs(bytes))) / Math.log(DECIMAL));
  const index = Math.min(power, BYTE_UNITS.length - 1);
  return formatUnit(bytes / DECIMAL ** index, BYTE_UNITS[index] ?? "byte", language);
}

/** Milliseconds in the largest unit that fits: `0.42ms`, `12ms`, `1.25s`, `3m 4s`, `2h 5m`. */
export function formatDuration(ms: number, language: string): string {
  if (ms < 1_000) return formatUnit(ms, "millisecond", language);
  if (ms < 60_000) return formatUnit(ms / 1_000, "second", language);
  const seconds = Math.round(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return formatPair([minutes, "minute"], [seconds % 60, "second"], language);
  return formatPair([Math.floor(minutes / 60), "hour"], [minutes % 60, "minute"], language);
}

type Quantity = readonly [value: number, unit: string];

function formatPair(large: Quantity, small: Quantity, language: string): string {
  return [large, small]
    .map(([value, unit]) =>
      new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "narrow" }).format(value),
    )
    .join(" ");
}

/** Three significant digits, and two behind the point, are as much as anybody compares. */
function formatUnit(value: number, unit: string, language: string): string {
  const options = {
    style: "unit",
    unit,
    unitDisplay: "narrow",
    maximumSignificantDigits: 3,
    maximumFractionDigits: 2,
    roundingPriority: "lessPrecision",
  } as const;
  return new Intl.NumberFormat(language, options).format(value);
}
