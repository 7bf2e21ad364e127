import { CapabilityError } from "@skerry/sandbox";
import type { Capability } from "@skerry/sandbox";
import type { Metrics } from "./metrics.ts";

/** The capability, which now tells the metrics of its calls. Arguments that its schema refuses never come this far. */
export function countCalls(capability: Capability, metrics: Metrics): Capability {
  const { name, handle } = capability;

  function note(outcome: "ok" | "refused" | "failed", since: number): void {
    metrics.count("skerry_capability_calls", { capability: name, outcome });
    const seconds = (performance.now() - since) / 1_000;
    metrics.record("skerry_capability_duration_seconds", seconds, { capability: name });
  }

  return {
    ...capability,
    async handle(input, call) {
      const since = performance.now();
      try {
        const reply = await handle(input, call);
        note("ok", since);
        return reply;
      } catch (error) {
        note(error instanceof CapabilityError ? "refused" : "failed", since);
        throw error;
      }
    },
  };
}
