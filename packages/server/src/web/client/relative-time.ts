const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/**
 * A moment as seen from another one, in the largest unit that fits: `3 min ago`. Times in ms of the Unix epoch.
 */
export function formatRelative(
  at: number,
  now: number,
  language: string,
  style: Intl.RelativeTimeFormatStyle,
): string {
  const distance = at - now;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(distance) >= size) ?? ["second", 1_000];
  return new Intl.RelativeTimeFormat(language, { numeric: "auto", style }).format(
    Math.trunc(distance / size),
    unit,
  );
}
