import { requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { QuotaName } from "../plans/plan.ts";
import { SkerryError } from "../problems/errors.ts";
import { dayOf, KINDS, periodAt } from "./kinds.ts";
import { MAX_USAGE_DAYS } from "./quota.ts";
import type { TenantLimits, Usage, UsageDay, UsageQuery } from "./quota.ts";
import { listUsageDays } from "./repository.ts";
import type { UsageDayRow } from "./repository.ts";
import type { QuotaService } from "./service.ts";

/** What a tenant may use and does, for its people. */
export interface UsageService {
  describeLimits(caller: Caller): Promise<TenantLimits>;
  /** Day by day; what other nodes counted shows within a second. @throws SkerryError `INPUT_INVALID`. */
  list(caller: Caller, query: UsageQuery): Promise<Usage>;
}

export interface UsageServiceOptions {
  readonly database: Database;
  readonly quotas: QuotaService;
}

const DAY_MS = 24 * 60 * 60_000;

export function createUsageService({ database, quotas }: UsageServiceOptions): UsageService {
  return {
    async describeLimits(caller) {
      requirePermission(caller, "usage.read");
      const { plan, limits, retentionDays } = await quotas.termsOf(caller.tenantId);
      return { plan, limits, retentionDays, quotas: await quotas.remaining(caller.tenantId) };
    },

    async list(caller, query) {
      requirePermission(caller, "usage.read");
      const { from, to } = chooseDays(query, Date.now());
      const { tenantId } = caller;
      await quotas.settle(tenantId);
      const rows = await withTenant(database, tenantId, (queries) =>
        listUsageDays(queries, tenantId, from, to),
      );
      const days = Map.groupBy(rows, ({ day }) => day);
      return { from, to, items: [...days].map(([day, used]) => describeDay(day, used)) };
    },
  };
}

/** Without a beginning the month of the end, without an end today. */
function chooseDays({ from, to }: UsageQuery, now: number): { readonly from: string; readonly to: string } {
  const last = to ?? dayOf(now);
  const first = from ?? dayOf(periodAt(KINDS.executionsPerMonth, Date.parse(last)).start);
  const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  if (days >= 1 && days <= MAX_USAGE_DAYS) return { from: first, to: last };
  const message = `${first} to ${last} must be 1 to ${MAX_USAGE_DAYS} days`;
  throw new SkerryError("INPUT_INVALID", `from: ${message}`, { details: [{ path: "from", message }] });
}

function describeDay(day: string, rows: readonly UsageDayRow[]): UsageDay {
  const usedOf = (name: QuotaName): number =>
    (rows.find(({ kind }) => kind === name)?.used ?? 0) / KINDS[name].parts;
  return {
    day,
    executions: usedOf("executionsPerMonth"),
    cpuSeconds: usedOf("cpuSecondsPerMonth"),
    requests: usedOf("requestsPerMinute"),
    logBytes: usedOf("logBytesPerMonth"),
    outboundCalls: usedOf("outboundCallsPerMonth"),
    serviceCalls: usedOf("serviceCallsPerMonth"),
  };
}
