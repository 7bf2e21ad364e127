import { totalmem } from "node:os";
import type { Capability } from "../capability.ts";
import type { ExecutionRequest } from "../execution.ts";
import type { IsolationPolicy } from "../supervisor/isolation.ts";

export interface RunnerPoolOptions {
  /** Everything that guests may call, by name. */
  readonly capabilities?: readonly Capability[];
  /** Script that runs in every isolate before guest code. Default: the bare kernel. */
  readonly guestBundle?: string;
  /** Most runner processes at once. Default: by the machine's memory, 8 to 256. */
  readonly maxRunners?: number;
  /** Clean runners kept ready for tenants that have none. Default 2. */
  readonly spareRunners?: number;
  /** How long a runner without work is kept for its tenant, in ms. Default 60,000. */
  readonly idleRetireMs?: number;
  /**
   * How long a tenant whose runners end one after the other waits at most for the next, in ms; 0 for no wait. The fourth
   * one within a minute is the first to be waited for. Default 2,000.
   */
  readonly maxRestartPauseMs?: number;
  /** Default `full`: what this machine allows. */
  readonly isolation?: IsolationPolicy;
  /** Told of each process that became ready, and how long that took in ms; must not throw. Default: nothing. */
  readonly onRunnerStart?: (durationMs: number) => void;
  /** Told of capability errors that are not the guest's business; must not throw. Default: nothing. */
  readonly onCapabilityFailure?: (error: unknown, capability: string, request: ExecutionRequest) => void;
}

const ASSUMED_RUNNER_BYTES = 48 * 1024 * 1024;

/** Half of the machine's memory, at what a runner with a small guest takes. */
export function defaultMaxRunners(): number {
  return Math.min(256, Math.max(8, Math.floor(totalmem() / 2 / ASSUMED_RUNNER_BYTES)));
}
