import { createTraceState, INVALID_SPAN_CONTEXT, isSpanContextValid, TraceFlags } from "@opentelemetry/api";
import type { Span, SpanContext } from "@opentelemetry/api";

/**
 * A place in a trace as text, in which it travels with jobs, events and calls: a `traceparent` of version 00, and after
 * a space the `tracestate` where there is one (W3C Trace Context, https://www.w3.org/TR/trace-context/).
 */
export type TraceContext = string;

const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[\x21-\x7e]*)?$/;
/** Versions after 00 may say more behind the flags. */
const MAX_TRACEPARENT = 256;
/** The least that the standard asks to be passed on; what is longer is left out. */
const MAX_TRACESTATE = 512;
const TRACE_ID_END = 35;
const TRACEPARENT_END = 55;

/**
 * Reads the two headers. What breaks the standard in any way counts as absent: nobody is refused for it.
 *
 * @returns undefined for no place in a trace.
 */
export function readTraceHeaders(traceparent: string, tracestate: string | null): SpanContext | undefined {
  if (traceparent.length > MAX_TRACEPARENT) return undefined;
  const [, version, traceId = "", spanId = "", flags = "", more] = TRACEPARENT.exec(traceparent) ?? [];
  if (version === "00" && more !== undefined) return undefined;
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED };
  if (!isSpanContextValid(context)) return undefined;
  if (tracestate === null || tracestate === "" || tracestate.length > MAX_TRACESTATE) return context;
  return { ...context, traceState: createTraceState(tracestate) };
}

/** Where a span is in its trace; undefined where nothing traces. */
export function traceContextOf(span: Span): TraceContext | undefined {
  const context = span.spanContext();
  const isPlace = context !== INVALID_SPAN_CONTEXT && isSpanContextValid(context);
  return isPlace ? formatTraceContext(context) : undefined;
}

function formatTraceContext({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceContext {
  const traceparent = `00-${traceId}-${spanId}-${traceFlags & TraceFlags.SAMPLED ? "01" : "00"}`;
  const state = traceState?.serialize() ?? "";
  return state === "" ? traceparent : `${traceparent} ${state}`;
}

/** @returns undefined for a text that is none. */
export function readTraceContext(text: TraceContext): SpanContext | undefined {
  return readTraceHeaders(text.slice(0, TRACEPARENT_END), text.slice(TRACEPARENT_END + 1));
}

/** Whether what happens there is recorded. What is not is only known, so that all its parts agree on it. */
export function isRecorded(trace: TraceContext | undefined): trace is TraceContext {
  return trace !== undefined && trace.charAt(TRACEPARENT_END - 1) === "1";
}

/** The id of the trace, where it is recorded and so can be looked up: 32 hexadecimal digits. */
export function recordedTraceId(trace: TraceContext | undefined): string | undefined {
  return isRecorded(trace) ? trace.slice(3, TRACE_ID_END) : undefined;
}

/** The headers that carry a place in a trace to another server; none where nothing is recorded. */
export function writeTraceHeaders(trace: TraceContext | undefined): [name: string, value: string][] {
  if (!isRecorded(trace)) return [];
  const tracestate = trace.slice(TRACEPARENT_END + 1);
  const headers: [string, string][] = [["traceparent", trace.slice(0, TRACEPARENT_END)]];
  return tracestate === "" ? headers : [...headers, ["tracestate", tracestate]];
}
