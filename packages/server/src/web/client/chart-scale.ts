/** Of which one, times a power of ten, lies between two lines of a grid. */
const STEPS = [1, 2, 2.5, 5, 10];

/**
 * Values for the lines of a grid from 0 up to at least `max`, at round steps, about `count` of them. A chart in which
 * nothing happened has lines at 0 and 1.
 */
export function findTicks(max: number, count: number): number[] {
  if (max <= 0) return [0, 1];
  const rough = max / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (STEPS.find((each) => each * power >= rough) ?? 10);
  const lines = Math.ceil(max / step);
  // Sums of fractions such as 0.1 would not be round.
  return Array.from({ length: lines + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** The index of the value that is nearest, in ascending values. */
export function findNearest(values: readonly number[], sought: number): number {
  let nearest = 0;
  for (const [index, value] of values.entries()) {
    if (Math.abs(value - sought) < Math.abs((values[nearest] ?? 0) - sought)) nearest = index;
  }
  return nearest;
}

/** Runs of points between which no value is missing; each point with the index of its value. */
export function splitAtGaps(
  values: readonly (number | null)[],
): (readonly [index: number, value: number])[][] {
  const runs: (readonly [number, number])[][] = [];
  let isOpen = false;
  for (const [index, value] of values.entries()) {
    if (value !== null && isOpen) runs.at(-1)?.push([index, value]);
    if (value !== null && !isOpen) runs.push([[index, value]]);
    isOpen = value !== null;
  }
  return runs;
}
