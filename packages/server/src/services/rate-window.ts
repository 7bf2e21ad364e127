import type { RateLimit } from "./service.ts";

/** Counts the calls of each tenant. */
export interface RateWindows {
  /** Takes one call where there is one left. @returns 0, else after how many ms there are calls again. */
  take(tenantId: string): number;
}

interface Window {
  readonly endsAt: number;
  used: number;
}

/** How many windows there may be before those that are over are thrown away. */
const SWEEP_SIZE = 1_024;

/** Windows of one service, which begin with a tenant's first call: of more than `limit` calls in one the rest is refused. */
export function createRateWindows(
  { limit, perSeconds }: RateLimit,
  now: () => number = () => performance.now(),
): RateWindows {
  const windows = new Map<string, Window>();
  let sweepAt = SWEEP_SIZE;

  function open(tenantId: string, time: number): Window {
    if (windows.size >= sweepAt) {
      for (const [tenant, { endsAt }] of windows) if (endsAt <= time) windows.delete(tenant);
      sweepAt = Math.max(SWEEP_SIZE, windows.size * 2);
    }
    const window = { endsAt: time + perSeconds * 1_000, used: 0 };
    windows.set(tenantId, window);
    return window;
  }

  return {
    take(tenantId) {
      const time = now();
      const known = windows.get(tenantId);
      const window = known === undefined || known.endsAt <= time ? open(tenantId, time) : known;
      if (window.used >= limit) return Math.ceil(window.endsAt - time);
      window.used += 1;
      return 0;
    },
  };
}
