import { DEFAULT_LIMITS } from "@skerry/sandbox";
import type { ExecutionLimits } from "@skerry/sandbox";
import type { ErrorDetail } from "../problems/errors.ts";

/** What a script may be limited in, per execution. */
export type LimitName = keyof ExecutionLimits;

export const LIMIT_NAMES = Object.keys(DEFAULT_LIMITS) as readonly LimitName[];

/** A V8 isolate does not start with less memory. */
export const MIN_LIMITS: ExecutionLimits = {
  cpuMs: 1,
  wallMs: 1,
  memoryMb: 8,
  capabilityCalls: 0,
  outputBytes: 1,
  logBytes: 0,
};

/** The most that a script may ask for, whatever its tenant's plan. */
export const MAX_LIMITS: ExecutionLimits = {
  cpuMs: 60_000,
  wallMs: 15 * 60_000,
  memoryMb: 512,
  capabilityCalls: 100_000,
  outputBytes: 16 * 1024 * 1024,
  logBytes: 4 * 1024 * 1024,
};

/** What scripts get of one limit when they ask for nothing, and the most that they may ask for. */
export interface LimitTerms {
  readonly default: number;
  readonly max: number;
}

/** The limits that a script asks for; what it leaves out it takes as it comes. */
export type WishedLimits = { readonly [Name in LimitName]?: number | undefined };

/** What an execution gets: what its script asks for, as far as the maximum lets it, else the default. */
export function resolveLimits(
  wished: WishedLimits,
  terms: Readonly<Record<LimitName, LimitTerms>>,
): ExecutionLimits {
  const resolve = (name: LimitName): number => Math.min(wished[name] ?? terms[name].default, terms[name].max);
  return {
    cpuMs: resolve("cpuMs"),
    wallMs: resolve("wallMs"),
    memoryMb: resolve("memoryMb"),
    capabilityCalls: resolve("capabilityCalls"),
    outputBytes: resolve("outputBytes"),
    logBytes: resolve("logBytes"),
  };
}

/** What a script's settings ask for beyond a tenant's maxima, with the paths of the settings. */
export function findExcesses(
  wished: WishedLimits,
  terms: Readonly<Record<LimitName, LimitTerms>>,
): ErrorDetail[] {
  return LIMIT_NAMES.flatMap((name) => {
    const { max } = terms[name];
    if ((wished[name] ?? 0) <= max) return [];
    return [{ path: `settings.limits.${name}`, message: `the tenant's plan allows at most ${max}` }];
  });
}
