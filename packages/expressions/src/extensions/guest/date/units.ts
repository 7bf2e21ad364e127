const ALIASES: ReadonlyMap<string, string> = new Map([
  ["ms", "milliseconds"],
  ["sec", "seconds"],
  ["secs", "seconds"],
  ["min", "minutes"],
  ["mins", "minutes"],
  ["hr", "hours"],
  ["hrs", "hours"],
]);

/** The unit that Luxon knows by another name. Names without an alias stay for Luxon to judge. */
export function normalizeUnit(unit: unknown): string {
  if (typeof unit !== "string") {
    throw new TypeError(`A unit of time is a text such as "days", not ${typeof unit}`);
  }
  return ALIASES.get(unit.toLowerCase()) ?? unit;
}
