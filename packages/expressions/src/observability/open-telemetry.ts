import type { Context, Counter, Histogram, Meter, Span as TelemetrySpan, Tracer } from "@opentelemetry/api";
import type { Attributes, MetricName, Observability, Span, SpanName } from "./observability.ts";

/** `SpanStatusCode.ERROR` of @opentelemetry/api, which is not loaded for a number. */
const STATUS_ERROR = 2;

/** What of OpenTelemetry the host uses; this package needs no version of it at run time. */
export interface OpenTelemetryOptions {
  readonly meter: Meter;
  readonly tracer: Tracer;
  /** `trace` of @opentelemetry/api, by which spans get their parents. */
  readonly trace: { setSpan(context: Context, span: TelemetrySpan): Context };
  /** `context` of @opentelemetry/api: evaluations become children of what is active. */
  readonly context: { active(): Context };
}

/** Tells an evaluator's metrics and spans to OpenTelemetry, under the names of {@link MetricName} and {@link SpanName}. */
export function createOpenTelemetryObservability(options: OpenTelemetryOptions): Observability {
  const { meter } = options;
  const counters = new Map<MetricName, Counter>();
  const histograms = new Map<MetricName, Histogram>();
  return {
    count(name, value, attributes) {
      let counter = counters.get(name);
      if (!counter) counters.set(name, (counter = meter.createCounter(name)));
      counter.add(value, attributes);
    },
    record(name, value, attributes) {
      let histogram = histograms.get(name);
      if (!histogram) histograms.set(name, (histogram = meter.createHistogram(name)));
      histogram.record(value, attributes);
    },
    startSpan: (name, attributes) => startSpan(options, name, attributes, options.context.active()),
  };
}

function startSpan(
  options: OpenTelemetryOptions,
  name: SpanName,
  attributes: Attributes | undefined,
  parent: Context,
): Span {
  const span = options.tracer.startSpan(name, attributes ? { attributes } : {}, parent);
  return {
    startChild: (childName, childAttributes) =>
      startSpan(options, childName, childAttributes, options.trace.setSpan(parent, span)),
    end(error) {
      // The message may quote the template; its code says enough.
      if (error !== undefined) span.setStatus({ code: STATUS_ERROR, message: codeOf(error) });
      span.end();
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "error";
}
