import { SkerryError } from "../problems/errors.ts";
import type { Period, QuotaKind } from "./kinds.ts";

/** How much of a quota was used when more was refused. */
export interface RefusedUse {
  readonly limit: number;
  readonly used: number;
  readonly period: Period;
}

/** What is held may come back at any time. */
const RETRY_HELD_AFTER_S = 1;

/** The error of one who wants more than there is: `QUOTA_EXCEEDED`, or `CONCURRENCY_LIMIT` for what is held. */
export function refuseUse(
  { name, isHeld }: QuotaKind,
  { limit, used, period }: RefusedUse,
  now: number,
): SkerryError {
  const resetsAt = Number.isFinite(period.end) ? new Date(period.end).toISOString() : null;
  const quota = { kind: name, limit, used, resetsAt };
  if (isHeld) {
    const message = `The tenant's quota ${name} is ${limit}, and so many run. Retry when one has ended.`;
    return new SkerryError("CONCURRENCY_LIMIT", message, { quota, headers: retryAfter(RETRY_HELD_AFTER_S) });
  }
  const message =
    resetsAt === null
      ? `The tenant's quota ${name} is ${limit}, of which ${used} are used. Delete something, or have the quota raised.`
      : `The tenant's quota ${name} is ${limit}, of which ${used} are used. It begins anew at ${resetsAt}.`;
  const headers = resetsAt === null ? {} : retryAfter(Math.ceil((period.end - now) / 1_000));
  return new SkerryError("QUOTA_EXCEEDED", message, { quota, headers });
}

function retryAfter(seconds: number): Record<string, string> {
  return { "retry-after": String(Math.max(1, seconds)) };
}
