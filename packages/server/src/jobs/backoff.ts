import type { RetryPolicy } from "./job.ts";

/** More doublings than any two delays are apart. */
const DOUBLINGS_MAX = 40;

/**
 * How long to wait after the failure of attempt number `attempt`: exponential, capped, and spread over the upper half
 * ("equal jitter"), so that what failed together does not come back together.
 *
 * @returns milliseconds, whole.
 */
export function backoffMs({ backoffMs, maxBackoffMs }: RetryPolicy, attempt: number): number {
  const full = Math.min(maxBackoffMs, backoffMs * 2 ** Math.min(attempt - 1, DOUBLINGS_MAX));
  return Math.round(full * (1 - Math.random() / 2));
}
