import { CapabilityError } from "@skerry/sandbox";
import { isDatabaseUnavailable } from "../db/errors.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { createShares } from "./db/connection/shares.ts";

/** Connections of the platform that calls of scripts may take at a time; the others stay for everybody else. */
const CONNECTIONS = 6;
const CONNECTIONS_PER_TENANT = 3;
const WAITING_PER_TENANT = 500;
const WAIT_MS = 5_000;

const NEVER = new AbortController().signal;

/** What codes of errors begin with. */
type Prefix = "CACHE" | "STORAGE";

/** How calls of scripts reach tables of the platform: a few at a time, and in turn between tenants. */
export interface TenantLine {
  /**
   * Runs `work` as `withTenant` does, when it is the tenant's turn.
   *
   * @throws CapabilityError with the code `<prefix>_BUSY` when it has waited for 5 s, 500 wait already or `signal`
   * aborts first, and `<prefix>_UNAVAILABLE` while the database is away.
   */
  run<Result>(
    prefix: Prefix,
    tenantId: string,
    work: (queries: Queries) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result>;
}

export function createTenantLine(database: Database): TenantLine {
  const shares = createShares({
    total: CONNECTIONS,
    perTenant: CONNECTIONS_PER_TENANT,
    waitingPerTenant: WAITING_PER_TENANT,
    waitMs: WAIT_MS,
  });
  return {
    async run(prefix, tenantId, work, signal = NEVER) {
      try {
        using _share = await shares.acquire(tenantId, signal);
        return await withTenant(database, tenantId, work);
      } catch (error) {
        throw signal.aborted && error === signal.reason ? refuseEnded(prefix) : explainLine(prefix, error);
      }
    },
  };
}

function refuseEnded(prefix: Prefix): CapabilityError {
  return new CapabilityError(`${prefix}_BUSY`, "The execution ended before it was its turn.");
}

function explainLine(prefix: Prefix, error: unknown): unknown {
  if (isDatabaseUnavailable(error)) {
    return new CapabilityError(
      `${prefix}_UNAVAILABLE`,
      "The database cannot be reached, or the connection was lost.",
    );
  }
  const isBusy = error instanceof CapabilityError && error.code === "DB_BUSY";
  return isBusy ? new CapabilityError(`${prefix}_BUSY`, error.message) : error;
}
