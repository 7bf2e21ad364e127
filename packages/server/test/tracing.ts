import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { createSampler } from "../src/observability/sampler.ts";
import { createTracing } from "../src/observability/tracing.ts";
import type { Tracing } from "../src/observability/tracing.ts";

/** A tracer of OpenTelemetry's own SDK that keeps its spans, beside whatever the process has registered. */
export interface TestTracing extends AsyncDisposable {
  readonly tracing: Tracing;
  /** Of one trace, in the order in which they ended. */
  spansOf(traceId: string): readonly ReadableSpan[];
  /** All there are. */
  spans(): readonly ReadableSpan[];
}

export function createTestTracing(ratio = 1): TestTracing {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    sampler: createSampler(ratio),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  return {
    tracing: createTracing(provider.getTracer("test")),
    spansOf: (traceId) =>
      exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId),
    spans: () => exporter.getFinishedSpans(),
    [Symbol.asyncDispose]: () => provider.shutdown(),
  };
}
