import { UsageError } from "../command.ts";

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 60 * 60_000,
  d: 24 * 60 * 60_000,
};

/**
 * A moment that is over: an age such as `10m`, or a time by RFC 3339.
 *
 * @throws UsageError for anything else.
 */
export function readSince(option: string, text: string, now: number): Date {
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  if (unitMs !== undefined) return new Date(now - Number(count) * unitMs);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/i.test(text);
  if (isTime && !Number.isNaN(Date.parse(text))) return new Date(text);
  throw new UsageError(
    `${option} takes 30s, 10m, 2h, 1d or a time such as 2026-11-22T09:00:00Z, not ${JSON.stringify(text)}`,
  );
}
