import { context as active, INVALID_SPAN_CONTEXT, SpanKind, trace as api } from "@opentelemetry/api";
import { StackContextManager } from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestTracing } from "../../test/tracing.ts";
import { createHostTraces } from "./host-traces.ts";

const traces = createTestTracing();
const { tracing } = traces;
beforeAll(() => void active.setGlobalContextManager(new StackContextManager().enable()));
afterAll(async () => {
  active.disable();
  await traces[Symbol.asyncDispose]();
});

/** Does something as the host's own code does that traces by OpenTelemetry. */
function actAsHostSpan<Result>(work: () => Result) {
  const host = tracing.startSpan("host", SpanKind.SERVER);
  const result = active.with(api.setSpan(active.active(), host), work);
  return { ...host.spanContext(), result };
}

test("what the host's code asks for is below its active span, whatever a request names besides", async () => {
  const host = createHostTraces(tracing);
  const called = actAsHostSpan(() =>
    host.call({ tenant: "acme", script: "pricing" }, async ({ trace }) => trace),
  );
  const trace = await called.result;
  const [call] = traces.spansOf(called.traceId);
  expect(call?.parentSpanContext?.spanId).toBe(called.spanId);
  expect(trace).toBe(`00-${called.traceId}-${call?.spanContext().spanId}-01`);
  expect(call?.attributes).toEqual({ "skerry.tenant": "acme", "skerry.call.script": "pricing" });

  const published = actAsHostSpan(() => host.origin());
  expect(published.result.trace).toBe(`00-${published.traceId}-${published.spanId}-01`);
  expect(host.origin()).toEqual({});

  const named = new Headers({ traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" });
  const mounted = actAsHostSpan(() => tracing.startRequestSpan("request", SpanKind.SERVER, named));
  expect(mounted.result.spanContext().traceId).toBe(mounted.traceId);
});

test("a call that fails says by which code, and the host gets its error", async () => {
  const host = createHostTraces(tracing);
  const failure = Object.assign(new Error("a message with data"), { code: "CALL_FAILED" });
  const failing = actAsHostSpan(() =>
    host.call({ tenant: "acme", script: "pricing" }, () => Promise.reject(failure)),
  );
  await expect(failing.result).rejects.toBe(failure);
  expect(traces.spansOf(failing.traceId)[0]?.status.message).toBe("CALL_FAILED");
});

test("without tracing a call is a call", async () => {
  const origin = await createHostTraces().call({ tenant: "acme", script: "pricing" }, async (given) => given);
  expect(origin).toEqual({});
  expect(api.getSpan(active.active())?.spanContext() ?? INVALID_SPAN_CONTEXT).toBe(INVALID_SPAN_CONTEXT);
});
