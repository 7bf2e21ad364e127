import { SpanKind } from "@opentelemetry/api";
import type { Span } from "@opentelemetry/api";
import type { JobHandler } from "../jobs/attempt.ts";
import { PostponedError } from "../jobs/errors.ts";
import type { Job } from "../jobs/job.ts";
import { traceContextOf } from "./trace-context.ts";
import type { TraceContext } from "./trace-context.ts";
import { codeOf, endSpan, NO_SPAN } from "./tracing.ts";
import type { Tracing } from "./tracing.ts";

/** What is sent, and where in a trace that was asked for. */
interface SentJob {
  readonly kind: string;
  readonly tenantId: string;
  readonly trigger?: string;
  readonly trace: TraceContext | undefined;
}

/** Spans of jobs that are written in one go. Dispose it when they are written. */
export interface SendingSpans extends Disposable {
  /**
   * Where in a trace a job goes on: one span for all that come from the same place and tenant. What comes from nowhere, as
   * the tick of a schedule does, begins a trace of its own.
   */
  contextFor(job: SentJob): TraceContext | undefined;
}

export function traceSending(tracing: Tracing): SendingSpans {
  const spans = new Map<string, { readonly span: Span; count: number }>();
  const roots: Span[] = [];

  function start({ kind, tenantId, trigger, trace }: SentJob): Span {
    const span = tracing.startSpan(`send ${kind}`, SpanKind.PRODUCER, trace);
    if (span.isRecording()) {
      span.setAttributes({
        ...describeQueue(kind, "send"),
        "skerry.tenant": tenantId,
        ...(trigger === undefined ? {} : { "skerry.trigger": trigger }),
      });
    }
    return span;
  }

  return {
    contextFor(job) {
      const { trace, tenantId, kind } = job;
      if (trace === undefined) {
        const root = start(job);
        if (root === NO_SPAN) return undefined;
        roots.push(root);
        return traceContextOf(root);
      }
      const key = `${trace} ${tenantId} ${kind}`;
      const entry = spans.get(key) ?? { span: start(job), count: 0 };
      entry.count += 1;
      spans.set(key, entry);
      return traceContextOf(entry.span);
    },
    [Symbol.dispose]() {
      for (const root of roots) root.end();
      for (const { span, count } of spans.values()) {
        if (count > 1) span.setAttribute("messaging.batch.message_count", count);
        span.end();
      }
    },
  };
}

/**
 * The handler, each of whose attempts is a span now, below the one that sent the job: each job is one message, and its
 * trace is that of its origin.
 *
 * @param traceOf Where in a trace a job was sent.
 * @param work Told where in a trace the attempt is.
 */
export function traceAttempts(
  tracing: Tracing,
  traceOf: (job: Job) => TraceContext | undefined,
  work: (job: Job, signal: AbortSignal, trace: TraceContext | undefined) => Promise<unknown>,
): JobHandler {
  return async (job, signal) => {
    const span = tracing.startSpan(`process ${job.kind}`, SpanKind.CONSUMER, traceOf(job));
    if (span.isRecording()) {
      span.setAttributes({
        ...describeQueue(job.kind, "process"),
        "messaging.message.id": job.id,
        "skerry.tenant": job.tenantId,
        "skerry.job.attempt": job.attempt,
        "skerry.job.wait_ms": Math.max(0, Date.now() - job.dueAt.getTime()),
      });
    }
    try {
      const result = await work(job, signal, traceContextOf(span));
      endSpan(span);
      return result;
    } catch (error) {
      endSpan(span, error instanceof PostponedError ? undefined : codeOf(error));
      throw error;
    }
  };
}

function describeQueue(kind: string, operation: "send" | "process") {
  return {
    "messaging.system": "skerry",
    "messaging.operation.type": operation,
    "messaging.destination.name": kind,
  };
}
