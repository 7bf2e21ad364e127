/** The middle one, or the mean of the two middle ones. NaN for none. */
export function findMedian(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}

/** How much a series rose from its plateau to its end, in two ways that fail in different ones. */
export interface Rise {
  /** Median of the second fifth: what there is once all is warm. */
  readonly from: number;
  /** Median of the last fifth less that. */
  readonly byMedians: number;
  /** The slope by Theil and Sen, the median of those between all pairs of points, times the same way. */
  readonly bySlope: number;
}

const FIFTHS = 5;
/** Between the middle of the second and that of the last fifth. */
const WAY = 3 / FIFTHS;

/** @param values at equal distances in time; the first fifth is left out, in which things warm up. */
export function measureRise(values: readonly number[]): Rise {
  const fifth = values.length / FIFTHS;
  const judged = values.slice(Math.round(fifth));
  const from = findMedian(values.slice(Math.round(fifth), Math.round(2 * fifth)));
  const to = findMedian(values.slice(Math.round(4 * fifth)));
  const slopes = judged.flatMap((value, place) =>
    judged.slice(place + 1).map((later, distance) => (later - value) / (distance + 1)),
  );
  return { from, byMedians: to - from, bySlope: findMedian(slopes) * values.length * WAY };
}
