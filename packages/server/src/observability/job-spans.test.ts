import { SpanKind } from "@opentelemetry/api";
import { afterAll, expect, test } from "vitest";
import { createTestTracing } from "../../test/tracing.ts";
import { traceSending } from "./job-spans.ts";
import { recordedTraceId, traceContextOf } from "./trace-context.ts";
import { createTracing } from "./tracing.ts";

const traces = createTestTracing();
const { tracing } = traces;
afterAll(() => traces[Symbol.asyncDispose]());

const JOB = { kind: "execution", tenantId: "acme" };

test("jobs from one place share one span, which tells how many they are, but not with another tenant's", () => {
  const origin = tracing.startSpan("origin", SpanKind.SERVER);
  const trace = traceContextOf(origin);
  {
    using sending = traceSending(tracing);
    const places = [1, 2, 3].map(() => sending.contextFor({ ...JOB, trigger: "event", trace }));
    expect(new Set(places).size).toBe(1);
    expect(sending.contextFor({ ...JOB, tenantId: "globex", trace })).not.toBe(places[0]);
  }
  const spans = traces.spansOf(origin.spanContext().traceId);
  expect(spans.map(({ attributes }) => attributes)).toEqual([
    expect.objectContaining({ "skerry.tenant": "acme", "messaging.batch.message_count": 3 }),
    expect.not.objectContaining({ "messaging.batch.message_count": expect.anything() }),
  ]);
});

test("what comes from nowhere begins a trace of its own, such as each tick of a schedule", () => {
  using sending = traceSending(tracing);
  const ticks = [1, 2].map(() => sending.contextFor({ ...JOB, trigger: "cron", trace: undefined }));
  const ids = ticks.map(recordedTraceId);
  expect(new Set(ids).size).toBe(2);
  expect(ids).not.toContain(undefined);
});

test("where nothing traces, jobs carry nothing", () => {
  using sending = traceSending(createTracing());
  const stored = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  for (const trace of [undefined, stored]) expect(sending.contextFor({ ...JOB, trace })).toBeUndefined();
});
