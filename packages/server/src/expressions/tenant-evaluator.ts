import { ExpressionEvaluator, ProcessBridge } from "@skerry/expressions";
import type { IsolationPolicy } from "@skerry/sandbox";

const MEMORY_MB = 64;
/** What an evaluation can ask for. */
const LONGEST_MS = 5_000;
const IDLE_MS = 60_000;

/** Evaluates tenants' expressions, each tenant's in a locked-down process of its own, which is there while it is needed. */
export function createTenantEvaluator(isolation: IsolationPolicy = "full"): ExpressionEvaluator {
  return new ExpressionEvaluator({
    createBridge: () => new ProcessBridge({ isolation, memoryLimitMb: MEMORY_MB, timeoutMs: LONGEST_MS }),
    poolSize: 0,
    idleTimeoutMs: IDLE_MS,
  });
}
