import type { RuntimeBridge } from "@skerry/sandbox/bridges";
import type { Additions } from "../additions/additions.ts";
import type { Logger, Observability } from "../observability/observability.ts";

/** What an evaluator needs to know. */
export interface EvaluatorOptions extends Additions {
  /** Makes a bridge; the evaluator starts and disposes it. Called for each owner and for each spare. */
  readonly createBridge: () => RuntimeBridge;
  /** Compiled templates that are kept. Default 1,024. */
  readonly maxCodeCacheSize?: number;
  /** Bridges that are started ahead and wait for an owner. Default 1. */
  readonly poolSize?: number;
  /**
   * After this time without an evaluation, in ms, an owner's bridge is disposed of, and spares too. Default: never,
   * because `evaluateSync` cannot start one.
   */
  readonly idleTimeoutMs?: number;
  /** Where metrics and spans go. Default: nowhere, at no cost. */
  readonly observability?: Observability;
  /**
   * Where failures are written: those of expressions in `debug`, used-up memory in `warn`, those of bridges in `error`.
   * Default: nowhere.
   */
  readonly logger?: Logger;
}

/** Settings of one evaluation. */
export interface EvaluateOptions {
  /** IANA name of the zone that dates without one are in. Default, also for "": that of the engine's process. */
  readonly timezone?: string;
  /** BCP 47 tag that dates are written in. Default `en-US`. */
  readonly locale?: string;
  /**
   * What becomes of an error inside `{{ }}`: `throw` (default) throws it, `undefined` makes the expression undefined
   * (nothing, in a text). Errors of extension functions and of the template itself are thrown in any case.
   */
  readonly errors?: "throw" | "undefined";
  /** Longest run in ms, nested evaluations included. At most, and by default, the bridge's own. */
  readonly timeoutMs?: number;
}

/** Settings of an evaluation that brings its data. */
export interface OwnedEvaluateOptions extends EvaluateOptions {
  /**
   * Whose expression it is, e.g. a tenant. Expressions of different owners never share a bridge, so never a process or
   * isolate. Default: one owner for all.
   */
  readonly owner?: string;
}
