import { context as active, ROOT_CONTEXT, SpanKind, trace as api } from "@opentelemetry/api";
import type { Span } from "@opentelemetry/api";
import { CapabilityError } from "@skerry/sandbox";
import type { Capability, CapabilityReply } from "@skerry/sandbox";
import { ATTRIBUTES } from "../executions/attributes.ts";
import { describeInput, describeReply } from "./capability-attributes.ts";
import { isRecorded, traceContextOf } from "./trace-context.ts";
import { endSpan } from "./tracing.ts";
import type { Tracing } from "./tracing.ts";

/**
 * The capability, whose calls are spans where the execution that calls is recorded. What the call does further, such as a
 * request that it sends, is below its span; code of the host finds it as the active one.
 */
export function traceCapability(capability: Capability, tracing: Tracing): Capability {
  const { name, handle } = capability;
  const kind = kindOf(name);

  async function trace(span: Span, input: unknown, work: () => ReturnType<typeof handle>) {
    span.setAttributes({ "skerry.capability": name, ...describeInput(name, input) });
    try {
      const reply = await active.with(api.setSpan(ROOT_CONTEXT, span), work);
      span.setAttributes(describeReply(name, input, reply satisfies CapabilityReply));
      endSpan(span);
      return reply;
    } catch (error) {
      endSpan(span, error instanceof CapabilityError ? error.code : "CAPABILITY_FAILED");
      throw error;
    }
  }

  return {
    ...capability,
    handle(input, call) {
      const { [ATTRIBUTES.trace]: parent } = call.attributes;
      if (!isRecorded(parent)) return handle(input, call);
      const span = tracing.startSpan(name, kind, parent);
      const attributes = { ...call.attributes, [ATTRIBUTES.trace]: traceContextOf(span) ?? parent };
      return trace(span, input, () => handle(input, { ...call, attributes }));
    },
  };
}

function kindOf(capability: string): SpanKind {
  if (capability === "events.publish") return SpanKind.PRODUCER;
  return /^(?:http|db)\./.test(capability) ? SpanKind.CLIENT : SpanKind.INTERNAL;
}
