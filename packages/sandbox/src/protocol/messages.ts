/** Heads of frames: the small JSON parts that both sides read. Payloads travel as parts of their own. */

/** First part of an `Execute` frame. */
export interface StartHead {
  readonly program: string;
  readonly entry: string;
  readonly reuseContext: boolean;
  /** How many executions wait for this one. */
  readonly depth: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly memoryMb: number;
  readonly capabilityCalls: number;
  readonly outputBytes: number;
  readonly logBytes: number;
}

/** First part of a `Complete` or `Fail` frame: what the runner measured. */
export interface EndHead {
  readonly cpuMs: number;
  /** Heap and buffers held at the end; null where the isolate was gone or busy by then. */
  readonly memoryBytes: number | null;
}

/** Second part of a `Fail` frame. The stack is raw: positions are those of the compiled program. */
export interface FailureHead {
  readonly code: string;
  readonly message: string;
  readonly stack?: string | undefined;
}
