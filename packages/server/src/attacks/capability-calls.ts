import { type Capability, type CapabilityCall, CapabilityError } from "@skerry/sandbox";

/** A call that reached a capability, past size, name and schema. */
export interface RecordedCall {
  readonly tenant: string;
  readonly signal: AbortSignal;
  /** The code with which the capability refused it, once it has. */
  refusal?: string;
}

/** The same capability, with its calls written down. */
export function recordCalls(capability: Capability, calls: RecordedCall[]): Capability {
  return {
    ...capability,
    handle: async (input: unknown, call: CapabilityCall) => {
      const recorded: RecordedCall = { tenant: call.tenant, signal: call.signal };
      calls.push(recorded);
      try {
        return await capability.handle(input, call);
      } catch (error) {
        if (error instanceof CapabilityError) recorded.refusal = error.code;
        throw error;
      }
    },
  };
}
