import { SpanKind } from "@opentelemetry/api";
import type { Origin } from "../auth/principal.ts";
import { SPANS } from "./spans.ts";
import { traceContextOf } from "./trace-context.ts";
import type { TraceContext } from "./trace-context.ts";
import { codeOf, createTracing, endSpan } from "./tracing.ts";
import type { Tracing } from "./tracing.ts";

/** Puts what the host's own code asks for into the trace that this code is in. */
export interface HostTraces {
  /** The origin of what is asked for just now. */
  origin(): Origin;
  /** Makes a call of a script within a span of its own. */
  call<Output>(
    about: { readonly tenant: string; readonly script: string },
    work: (origin: Origin) => Promise<Output>,
  ): Promise<Output>;
}

/** @param tracing Default: by the provider that the process has registered. */
export function createHostTraces(tracing: Tracing = createTracing()): HostTraces {
  return {
    origin: () => originAt(tracing.current()),
    async call({ tenant, script }, work) {
      const span = tracing.startSpan(SPANS.call.name, SpanKind.INTERNAL, tracing.current());
      if (!span.isRecording()) return await work(originAt(traceContextOf(span)));
      span.setAttributes({ "skerry.tenant": tenant, "skerry.call.script": script });
      try {
        const output = await work(originAt(traceContextOf(span)));
        endSpan(span);
        return output;
      } catch (error) {
        endSpan(span, codeOf(error));
        throw error;
      }
    },
  };
}

function originAt(trace: TraceContext | undefined): Origin {
  return trace === undefined ? {} : { trace };
}
