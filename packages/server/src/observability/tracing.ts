import {
  context as active,
  createContextKey,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace as api,
} from "@opentelemetry/api";
import type { Context, Span, SpanKind, Tracer } from "@opentelemetry/api";
import { SKERRY_VERSION } from "../main/version.ts";
import { readTraceContext, readTraceHeaders, traceContextOf } from "./trace-context.ts";
import type { TraceContext } from "./trace-context.ts";

/** Set in the context of a span whose parent was named by somebody who sent a request: see the sampler. */
export const NAMED_BY_SENDER = createContextKey("skerry.named-by-sender");

/**
 * Begins spans. What a span belongs to is passed on by hand and not by `AsyncLocalStorage`, which would cost every
 * execution more than all the rest of this. Where nothing traces, a span is a constant that takes no notice of anything.
 */
export interface Tracing {
  /** Begins a span below another one, or the first of a new trace. */
  startSpan(name: string, kind: SpanKind, parent?: TraceContext): Span;
  /**
   * Begins the span of a request: below the active span of the host's own code, else below what its headers name.
   * Headers that break the standard are as none.
   */
  startRequestSpan(name: string, kind: SpanKind, headers: Headers): Span;
  /** Where the host's own code is in a trace just now. */
  current(): TraceContext | undefined;
}

/** A span where nothing traces. */
export const NO_SPAN: Span = api.wrapSpanContext(INVALID_SPAN_CONTEXT);

/** @param tracer Default: that of the provider which the process has registered, now or later; without one nothing traces. */
export function createTracing(tracer: Tracer = api.getTracer("skerry", SKERRY_VERSION)): Tracing {
  function start(name: string, kind: SpanKind, parent: Context): Span {
    const span = tracer.startSpan(name, { kind }, parent);
    if (span.isRecording()) return span;
    const place = span.spanContext();
    // Without a provider a span repeats its parent, which is not ours to pass on.
    const isOwn = place !== INVALID_SPAN_CONTEXT && place !== api.getSpanContext(parent);
    return isOwn && isSpanContextValid(place) ? span : NO_SPAN;
  }

  return {
    startSpan(name, kind, parent) {
      const place = parent === undefined ? undefined : readTraceContext(parent);
      return start(name, kind, place === undefined ? ROOT_CONTEXT : api.setSpanContext(ROOT_CONTEXT, place));
    },
    startRequestSpan(name, kind, headers) {
      const host = active.active();
      if (api.getSpan(host) !== undefined) return start(name, kind, host);
      const traceparent = headers.get("traceparent");
      const place =
        traceparent === null ? undefined : readTraceHeaders(traceparent, headers.get("tracestate"));
      if (place === undefined) return start(name, kind, ROOT_CONTEXT);
      const sender = api.setSpanContext(ROOT_CONTEXT, { ...place, isRemote: true });
      return start(name, kind, sender.setValue(NAMED_BY_SENDER, true));
    },
    current() {
      const span = api.getSpan(active.active());
      return span && traceContextOf(span);
    },
  };
}

/** The code of an error, which says what it is without quoting anything. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "error";
  return "code" in error ? String(error.code) : error.name;
}

/** Ends a span, with the code of the error that what it is about ended with. Messages may quote data and stay away. */
export function endSpan(span: Span, code?: string): void {
  if (code !== undefined && span.isRecording()) {
    span.setAttribute("error.type", code);
    span.setStatus({ code: SpanStatusCode.ERROR, message: code });
  }
  span.end();
}
