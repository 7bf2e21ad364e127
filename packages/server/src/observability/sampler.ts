import { isSpanContextValid, SamplingDecision, trace, TraceFlags } from "@opentelemetry/api";
import type { Context } from "@opentelemetry/api";
import type { Sampler } from "@opentelemetry/sdk-trace";
import { NAMED_BY_SENDER } from "./tracing.ts";

/**
 * Draws once for each trace, where it enters Skerry; all that follows from that does as was drawn. Somebody who sends a
 * request names the trace that it belongs to, but neither the sampled flag nor the id that was sent have a part in the
 * draw: whoever can choose them could have everything recorded.
 *
 * @param ratio How many traces are recorded, from 0 to 1.
 */
export function createSampler(ratio: number): Sampler {
  function isSampled(context: Context): boolean {
    const parent = trace.getSpanContext(context);
    const isOurs =
      parent !== undefined && isSpanContextValid(parent) && context.getValue(NAMED_BY_SENDER) !== true;
    return isOurs ? (parent.traceFlags & TraceFlags.SAMPLED) !== 0 : Math.random() < ratio;
  }
  return {
    shouldSample: (context) => ({
      decision: isSampled(context) ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
    }),
    toString: () => `SkerrySampler{${ratio}}`,
  };
}
