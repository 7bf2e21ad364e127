export type ChartUnit = "count" | "ms" | "bytes";

/** Each step of a unit with its size; the largest that fits is taken. */
const STEPS: Readonly<Record<ChartUnit, readonly (readonly [suffix: string, size: number])[]>> = {
  count: [
    ["M", 1e6],
    ["k", 1e3],
    ["", 1],
  ],
  ms: [
    [" min", 60_000],
    [" s", 1_000],
    [" ms", 1],
  ],
  bytes: [
    [" GB", 1e9],
    [" MB", 1e6],
    [" kB", 1e3],
    [" B", 1],
  ],
};

/** A value as short as axes need it: `1.2k`, `350 ms`, `4 MB`. */
export function formatValue(value: number, unit: ChartUnit): string {
  if (value === 0) return "0";
  const steps = STEPS[unit];
  const [suffix, size] = steps.find(([, size]) => Math.abs(value) >= size) ?? ["", 1];
  return `${Number((value / size).toPrecision(3))}${suffix}`;
}
