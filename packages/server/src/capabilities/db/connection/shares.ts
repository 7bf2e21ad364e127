import { createDbError } from "../errors.ts";

/** Options of {@link createShares}. */
export interface SharesOptions {
  /** How many are out at a time. */
  readonly total: number;
  readonly perTenant: number;
  /** Callers of one tenant that may wait. */
  readonly waitingPerTenant: number;
  readonly waitMs: number;
}

/** Gives connections out so that no tenant takes them all, and in turn between tenants that wait. */
export interface Shares {
  /**
   * Waits for one; disposing gives it back.
   *
   * @throws CapabilityError `DB_BUSY`, or the signal's reason when it aborts first.
   */
  acquire(tenant: string, signal: AbortSignal): Promise<Disposable>;
}

interface Tenant {
  held: number;
  readonly waiting: Set<() => void>;
}

export function createShares({ total, perTenant, waitingPerTenant, waitMs }: SharesOptions): Shares {
  /** In the order in which they are served next: whoever was served goes to the end. */
  const tenants = new Map<string, Tenant>();
  let held = 0;

  function tenantOf(name: string): Tenant {
    const tenant = tenants.get(name) ?? { held: 0, waiting: new Set() };
    tenants.set(name, tenant);
    return tenant;
  }

  function take(name: string): Disposable {
    const tenant = tenantOf(name);
    tenant.held += 1;
    held += 1;
    tenants.delete(name);
    tenants.set(name, tenant);
    let isOut = true;
    return {
      [Symbol.dispose]() {
        if (!isOut) return;
        isOut = false;
        tenant.held -= 1;
        held -= 1;
        serveNext();
        forget(name);
      },
    };
  }

  function serveNext(): void {
    if (held >= total) return;
    for (const { held: own, waiting } of tenants.values()) {
      if (own >= perTenant) continue;
      for (const enter of waiting) return enter();
    }
  }

  function forget(name: string): void {
    const tenant = tenants.get(name);
    if (tenant !== undefined && tenant.held === 0 && tenant.waiting.size === 0) tenants.delete(name);
  }

  function wait(name: string, signal: AbortSignal): Promise<Disposable> {
    const { promise, resolve, reject } = Promise.withResolvers<Disposable>();
    const { waiting } = tenantOf(name);
    const leave = (): void => {
      waiting.delete(enter);
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    };
    const enter = (): void => {
      leave();
      resolve(take(name));
    };
    const giveUp = (reason: Error): void => {
      leave();
      forget(name);
      reject(reason);
    };
    const abort = (): void => giveUp(signal.reason as Error);
    const timer = setTimeout(
      () => giveUp(createDbError("DB_BUSY", `No database connection came free within ${waitMs} ms.`)),
      waitMs,
    );
    waiting.add(enter);
    signal.addEventListener("abort", abort, { once: true });
    return promise;
  }

  return {
    async acquire(name, signal) {
      signal.throwIfAborted();
      const tenant = tenants.get(name);
      const isFree = held < total && (tenant === undefined || tenant.held < perTenant);
      if (isFree) return take(name);
      if ((tenant?.waiting.size ?? 0) >= waitingPerTenant) {
        throw createDbError("DB_BUSY", `${waitingPerTenant} statements of this tenant wait already.`);
      }
      return wait(name, signal);
    },
  };
}
