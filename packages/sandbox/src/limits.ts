/**
 * What one execution may use. The guest sees the same numbers as `ctx.limits`; each is enforced inside the
 * runner for a precise error and by the supervisor outside for certainty.
 */
export interface ExecutionLimits {
  /** CPU time of the guest in ms, over all its turns. */
  readonly cpuMs: number;
  /** Time from start to result in ms, waiting included; queue wait is not. */
  readonly wallMs: number;
  /** Heap and buffers of the guest in MiB. */
  readonly memoryMb: number;
  /** Capability calls in all. */
  readonly capabilityCalls: number;
  /** Bytes of input, output or error that may cross; UTF-8. */
  readonly outputBytes: number;
  /** Bytes of log text kept; later lines are dropped and counted. */
  readonly logBytes: number;
}

/** What an execution gets when neither its script nor its tenant's plan says otherwise. */
export const DEFAULT_LIMITS: ExecutionLimits = {
  cpuMs: 1_000,
  wallMs: 30_000,
  memoryMb: 64,
  capabilityCalls: 1_000,
  outputBytes: 4 * 1024 * 1024,
  logBytes: 256 * 1024,
};

/** How many capability calls of an execution are noted one by one. */
export const MAX_NOTED_CALLS = 200;

/** When an execution called a capability, and how long that took: never what was said. */
export interface NotedCall {
  /** Of the capability; `unknown` for a name that is none. */
  readonly name: string;
  /** From the start in a runner. */
  readonly offsetMs: number;
  /** Null while it has no answer. */
  durationMs: number | null;
  /** Why it was refused; null where it was not. */
  code: string | null;
}

/** What an execution did use. Times in ms, sizes in bytes. */
export interface ExecutionUsage {
  /** Waiting for a runner. */
  queuedMs: number;
  /** From the start in a runner to the result. */
  durationMs: number;
  cpuMs: number;
  /**
   * Null where it is not known. Of an execution that was stopped it is what its runner's memory was seen to grow by, and
   * at least the limit where it was stopped by that.
   */
  memoryPeakBytes: number | null;
  capabilityCalls: number;
  outputBytes: number;
  logBytes: number;
  /** The first {@link MAX_NOTED_CALLS}, in the order in which they were made. */
  readonly calls: NotedCall[];
}

/** The usage of an execution that has used nothing yet. */
export function createUsage(): ExecutionUsage {
  return {
    queuedMs: 0,
    durationMs: 0,
    cpuMs: 0,
    memoryPeakBytes: null,
    capabilityCalls: 0,
    outputBytes: 0,
    logBytes: 0,
    calls: [],
  };
}
