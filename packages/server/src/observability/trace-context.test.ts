import { INVALID_SPAN_CONTEXT, trace as api } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import {
  isRecorded,
  readTraceContext,
  readTraceHeaders,
  recordedTraceId,
  traceContextOf,
  writeTraceHeaders,
} from "./trace-context.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN_ID = "00f067aa0ba902b7";
const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

describe("readTraceHeaders", () => {
  test("takes what the standard allows, and of later versions what it knows", () => {
    const place = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };
    expect(readTraceHeaders(TRACEPARENT, null)).toEqual(place);
    expect(readTraceHeaders(TRACEPARENT.replace(/1$/, "2"), null)).toEqual({ ...place, traceFlags: 0 });
    expect(readTraceHeaders(`cc${TRACEPARENT.slice(2)}-what-the-future-brings`, null)).toEqual(place);
    const state = readTraceHeaders(TRACEPARENT, "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7")?.traceState;
    expect(state?.serialize()).toBe("congo=t61rcWkgMzE,rojo=00f067aa0ba902b7");
  });

  test.each([
    ["nothing", ""],
    ["another version's", `ff${TRACEPARENT.slice(2)}`],
    ["more than version 00 has", `${TRACEPARENT}-more`],
    ["capital letters", TRACEPARENT.toUpperCase()],
    ["no trace", `00-${"0".repeat(32)}-${SPAN_ID}-01`],
    ["no span", `00-${TRACE_ID}-${"0".repeat(16)}-01`],
    ["two headers", `${TRACEPARENT}, ${TRACEPARENT}`],
    ["a line break", `${TRACEPARENT}\r\nx: y`],
    ["other digits", TRACEPARENT.replace("4bf9", "4bg9")],
    ["half", TRACEPARENT.slice(0, 40)],
    ["very much", `cc${TRACEPARENT.slice(2)}-${"a".repeat(100_000)}`],
  ])("takes no notice of %s", (_, traceparent) => {
    expect(readTraceHeaders(traceparent, "a=b")).toBeUndefined();
  });

  test("leaves a tracestate out that is too long or none", () => {
    expect(readTraceHeaders(TRACEPARENT, `a=${"b".repeat(600)}`)?.traceState).toBeUndefined();
    expect(readTraceHeaders(TRACEPARENT, "\u{1f600}, ====")?.traceState?.serialize()).toBe("");
  });
});

test("a place in a trace travels as text, and goes to other servers where it is recorded", () => {
  const place = readTraceHeaders(TRACEPARENT, "a=b");
  const text = traceContextOf(api.wrapSpanContext(place ?? INVALID_SPAN_CONTEXT)) ?? "";
  expect(text).toBe(`${TRACEPARENT} a=b`);
  expect(readTraceContext(text)).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });
  expect(readTraceContext(text)?.traceState?.get("a")).toBe("b");
  expect(recordedTraceId(text)).toBe(TRACE_ID);
  expect(writeTraceHeaders(text)).toEqual([
    ["traceparent", TRACEPARENT],
    ["tracestate", "a=b"],
  ]);
  const unrecorded = text.replace("-01 ", "-00 ");
  expect([isRecorded(unrecorded), writeTraceHeaders(unrecorded)]).toEqual([false, []]);
  expect(traceContextOf(api.wrapSpanContext(INVALID_SPAN_CONTEXT))).toBeUndefined();
});
