import type { WaterfallBar } from "../../web/parts/waterfall.tsx";
import type { View } from "../../web/view.ts";
import type { Execution, ExecutionCall } from "../execution.ts";
import { dueAtOf, measureWait } from "../record.ts";

export interface Timeline {
  readonly totalMs: number;
  readonly bars: readonly WaterfallBar[];
}

/** What happened when: the wait for a place and a runner, the run, and the capability calls within it. */
export function describeTimeline(
  view: View,
  execution: Execution,
  calls: readonly ExecutionCall[],
): Timeline {
  const t = view.t.executions.timeline;
  const waitMs = execution.queuedMs ?? measureWait(execution, dueAtOf(execution));
  const durationMs = execution.durationMs ?? 0;
  const isGood = execution.status === "completed";
  return {
    totalMs: waitMs + durationMs,
    bars: [
      { label: t.wait, startMs: 0, durationMs: waitMs, tone: "quiet" },
      { label: t.run, startMs: waitMs, durationMs, tone: isGood ? "good" : "bad" },
      ...calls.map(({ name, offsetMs, durationMs: callMs, code }): WaterfallBar => {
        const label = code === null ? name : `${name} · ${code}`;
        const spentMs = callMs ?? Math.max(0, durationMs - offsetMs);
        return {
          label,
          startMs: waitMs + offsetMs,
          durationMs: spentMs,
          tone: code === null ? "accent" : "bad",
        };
      }),
    ],
  };
}
