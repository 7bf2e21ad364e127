/** Metrics of an evaluator, with their units in the name. */
export type MetricName =
  | "expression.evaluation.count"
  | "expression.evaluation.duration_ms"
  | "expression.code_cache.hit"
  | "expression.code_cache.miss"
  | "expression.isolate.memory_mb";

/** Spans of an evaluation; the first holds the others. */
export type SpanName = "expression.evaluate" | "expression.compile" | "expression.isolate.execute";

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** One measured piece of work. */
export interface Span {
  /** A piece of the same work. */
  startChild(name: SpanName, attributes?: Attributes): Span;
  /** Ends it; with an error it has failed. */
  end(error?: unknown): void;
}

/** Where an evaluator tells what it does. An evaluator without one does no work for it. */
export interface Observability {
  /** Adds to a counter. */
  count(name: MetricName, value: number, attributes?: Attributes): void;
  /** Notes one value of a distribution. */
  record(name: MetricName, value: number, attributes?: Attributes): void;
  startSpan(name: SpanName, attributes?: Attributes): Span;
}

/** Where an evaluator writes what an operator should read. Templates and data are never told: they may hold secrets. */
export interface Logger {
  debug(message: string, attributes?: Attributes): void;
  warn(message: string, attributes?: Attributes): void;
  error(message: string, attributes?: Attributes): void;
}
