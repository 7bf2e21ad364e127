import type { ScriptType } from "../../db/schema.ts";
import type { Execution } from "../../executions/execution.ts";
import type { History } from "../../executions/history.ts";
import type { Metrics } from "./metrics.ts";
import type { LIMITS } from "./work-metrics.ts";

type Limit = (typeof LIMITS)[number];

const LIMIT_BY_CODE: ReadonlyMap<string, Limit> = new Map([
  ["CPU_LIMIT", "cpuMs"],
  ["WALL_LIMIT", "wallMs"],
  ["MEMORY_LIMIT", "memoryMb"],
  ["CAPABILITY_CALL_LIMIT", "capabilityCalls"],
  ["INPUT_LIMIT", "inputBytes"],
  ["OUTPUT_LIMIT", "outputBytes"],
  ["QUEUE_TIMEOUT", "runnerWait"],
]);

/** The history, which now tells the metrics of each execution that ended on this node. */
export function countExecutions(history: History, metrics: Metrics): History {
  return {
    ...history,
    append(entry) {
      if (entry.ended !== undefined && entry.scriptType !== undefined) {
        countEnd(metrics, entry.scriptType, entry.ended);
      }
      return history.append(entry);
    },
  };
}

/** Costs a completed execution three measurements: this is on the way of every warm call. */
function countEnd(metrics: Metrics, type: ScriptType, execution: Execution): void {
  const { trigger, status, error, queuedMs, durationMs } = execution;
  if (status === "pending" || status === "running") return;
  metrics.count("skerry_executions", { type, trigger, status });
  metrics.record("skerry_execution_wait_seconds", (queuedMs ?? 0) / 1_000, { type });
  metrics.record("skerry_execution_duration_seconds", (durationMs ?? 0) / 1_000, { type });
  if (error === null) return;
  metrics.count("skerry_execution_failures", { code: error.code });
  const limit = LIMIT_BY_CODE.get(error.code);
  if (limit !== undefined) metrics.count("skerry_execution_limits_hit", { limit });
}
