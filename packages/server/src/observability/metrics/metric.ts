/**
 * The values that an attribute can have: those listed, or any that the code brings, but no more different ones than
 * `atMost`. What is not among them is told as {@link OTHER}.
 */
export type AttributeValues = readonly string[] | { readonly atMost: number };

/**
 * One metric: what it tells and what it is told by. A `counter` only grows; a `histogram` has `buckets`; a `gauge` is
 * asked for when somebody looks, as is a `sum`, which is a counter that somebody else keeps.
 */
export interface MetricDefinition {
  readonly kind: "counter" | "histogram" | "gauge" | "sum";
  /** As UCUM has it: `s`, `By`; `1` for what is counted. The name says it too. */
  readonly unit: "1" | "s" | "By";
  readonly help: string;
  /** By name. Tenants, scripts, paths and hosts are never among them: their number has no bound. */
  readonly attributes: Readonly<Record<string, AttributeValues>>;
  /** Upper bounds, of histograms. */
  readonly buckets?: readonly number[];
}

/** What stands for each value that is not one of those that the table allows. */
export const OTHER = "other";

/** Keeps the exact types of a table of metrics. */
export function defineMetrics<const Table extends Readonly<Record<string, MetricDefinition>>>(
  table: Table,
): Table {
  return table;
}

/** The name as Prometheus has it, where all that only grows ends in `_total`. */
export function exportedName(name: string, { kind }: MetricDefinition): string {
  return kind === "counter" || kind === "sum" ? `${name}_total` : name;
}

/** Sets of attributes that one metric is told by at most; further ones are told together as `otel_metric_overflow`. */
export const MAX_SETS = 2_000;

/** The most time series of one node: one for each set of attributes, and for histograms one for each bucket as well. */
export function countSeries({ attributes, buckets }: MetricDefinition): number {
  const product = Object.values(attributes).reduce((all, values) => all * (sizeOf(values) + 1), 1);
  const sets = Math.min(product, MAX_SETS);
  return buckets === undefined ? sets : sets * (buckets.length + 3);
}

function sizeOf(values: AttributeValues): number {
  return "atMost" in values ? values.atMost : values.length;
}
