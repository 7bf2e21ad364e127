import { INVALID_SPAN_CONTEXT, SpanKind, trace as api } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, expect, test } from "vitest";
import { createSampler } from "./sampler.ts";
import { traceContextOf } from "./trace-context.ts";
import { createTracing, NO_SPAN } from "./tracing.ts";
import type { Tracing } from "./tracing.ts";

const exporter = new InMemorySpanExporter();
const providers: TracerProvider[] = [];
afterAll(async () => {
  await Promise.all(providers.map((provider) => provider.shutdown()));
});

function createTestTracing(ratio: number): Tracing {
  const spanProcessors = [new SimpleSpanProcessor({ exporter })];
  const provider = new TracerProvider({ sampler: createSampler(ratio), spanProcessors });
  providers.push(provider);
  return createTracing(provider.getTracer("test"));
}

/** The id that a sampler by ratio takes before all others. */
const WISHED = new Headers({ traceparent: "00-00000000000000000000000000000001-00f067aa0ba902b7-01" });

test("who sends a request has no part in whether it is recorded, neither by its flag nor by the trace's id", () => {
  const never = createTestTracing(0);
  const span = never.startRequestSpan("request", SpanKind.SERVER, WISHED);
  expect(span.isRecording()).toBe(false);
  // The trace is known all the same, and what follows in it does as was drawn.
  expect(span.spanContext().traceId).toBe("00000000000000000000000000000001");
  const child = createTestTracing(1).startSpan("child", SpanKind.INTERNAL, traceContextOf(span));
  expect(child.isRecording()).toBe(false);

  const unsampled = new Headers({ traceparent: (WISHED.get("traceparent") ?? "").replace(/1$/, "0") });
  const always = createTestTracing(1).startRequestSpan("request", SpanKind.SERVER, unsampled);
  expect(always.isRecording()).toBe(true);
  expect(never.startSpan("child", SpanKind.INTERNAL, traceContextOf(always)).isRecording()).toBe(true);
  always.end();
});

test("a ratio is drawn for each trace anew", () => {
  const half = createTestTracing(0.5);
  const drawn = Array.from({ length: 400 }, () =>
    half.startRequestSpan("request", SpanKind.SERVER, WISHED).isRecording(),
  );
  // Less likely than 1 in 10^20 to be outside.
  const recorded = drawn.filter(Boolean).length;
  expect(recorded).toBeGreaterThan(100);
  expect(recorded).toBeLessThan(300);
});

test("where no provider is registered nothing is traced, and what senders name is not passed on", () => {
  const tracing = createTracing(api.getTracer("nobody"));
  const span = tracing.startRequestSpan("request", SpanKind.SERVER, WISHED);
  expect(span).toBe(NO_SPAN);
  expect([span.isRecording(), span.spanContext(), traceContextOf(span)]).toEqual([
    false,
    INVALID_SPAN_CONTEXT,
    undefined,
  ]);
  expect(tracing.current()).toBeUndefined();
});
