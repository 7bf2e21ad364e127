import type { Capability } from "./capability.ts";
import type { SandboxErrorCode } from "./errors.ts";
import type { JsonObject } from "./json.ts";
import type { LogLine } from "./log-line.ts";
import type { ExecutionLimits, ExecutionUsage } from "./limits.ts";

/** One compiled program. The same `id` must always mean the same code. */
export interface Program {
  /** Identity for reuse of compiled code and warm contexts, e.g. script id, version and checksum. */
  readonly id: string;
  /**
   * A classic script that leaves the module's exports in the variable `program`, as esbuild writes with
   * `format: "iife", globalName: "program"`.
   */
  readonly code: string;
  /** Name of the author's file in stacks, e.g. `pricing.ts`. */
  readonly fileName: string;
  /** JSON source map from `code` back to the author's file, and to modules compiled into it: their names begin with `@`. */
  readonly sourceMap?: string | undefined;
}

/** Data with optional bytes beside it: how inputs and outputs cross. */
export interface Payload {
  /** JSON text. */
  readonly json: string;
  readonly body?: Uint8Array | undefined;
}

/**
 * Where the runner of an execution came from: `hit` for one that the tenant had, `spare` for one that was kept ready, and
 * `cold` for one that was waited for.
 */
export type RunnerSource = "hit" | "spare" | "cold";

/** What to run, for whom and under which limits. */
export interface ExecutionRequest {
  readonly executionId: string;
  readonly tenant: string;
  readonly program: Program;
  /** How the guest runtime calls the default export: `call` with `(input, ctx)`, or an entry the bundle defines. */
  readonly entry: string;
  readonly input: Payload;
  /** Becomes part of `ctx` in the guest: who, what, why. Small. */
  readonly context: JsonObject;
  /** Handed to capabilities as {@link CapabilityCall.attributes}. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Reuse a warm context of the same program; off means a context that never ran anything. */
  readonly reuseContext: boolean;
  readonly limits: ExecutionLimits;
  /**
   * How many executions of the tenant wait for this one's result, each for the next one's. However many executions run
   * at one depth, those that they call still find room. From 0, the default, to 8.
   */
  readonly depth?: number | undefined;
  /** Longest wait for a runner in ms. Default 10,000. */
  readonly queueTimeoutMs?: number;
  /** Called once when a runner takes it, which ends its wait. Must not throw. */
  readonly onStart?: ((source: RunnerSource) => void) | undefined;
  /**
   * Takes an output whose body comes in chunks, as soon as its JSON is there: the next chunk is produced when it is asked
   * for, one at a time, and `return()` cancels the execution. Reading rejects with a SandboxError when the execution
   * fails. Without it such a body is gathered. Must not throw.
   */
  readonly onStream?: ((json: string, chunks: OutputChunks) => void) | undefined;
  /** Called with lines as they come. Must not throw. */
  readonly onLog?: ((lines: readonly LogLine[]) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The body of an output, in chunks. */
export type OutputChunks = Required<
  Pick<AsyncIterableIterator<Uint8Array<ArrayBuffer>, undefined>, "next" | "return">
>;

export type ExecutionStatus = "completed" | "failed" | "timeout" | "cancelled";

/** Why an execution did not complete. */
export interface ExecutionFailure {
  readonly code: SandboxErrorCode;
  readonly message: string;
  /** The guest's frames in the author's source; absent where no guest code is to blame. */
  readonly stack?: string | undefined;
}

/** How an execution ended. A guest's failure is a result, never a rejection. */
export type ExecutionResult = { readonly usage: ExecutionUsage } & (
  | { readonly status: "completed"; readonly output: Payload }
  | { readonly status: Exclude<ExecutionStatus, "completed">; readonly error: ExecutionFailure }
);

/** The capabilities of a pool, by name. */
export type CapabilityTable = ReadonlyMap<string, Capability>;
