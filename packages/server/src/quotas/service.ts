import type { ExecutionLimits, ExecutionUsage } from "@skerry/sandbox";
import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { NO_METRICS } from "../observability/metrics/metrics.ts";
import type { Metrics } from "../observability/metrics/metrics.ts";
import { findExcesses, resolveLimits } from "../plans/limits.ts";
import type { WishedLimits } from "../plans/limits.ts";
import type { Plans, QuotaName } from "../plans/plan.ts";
import { findTenantTerms } from "../plans/repository.ts";
import { createTermsStore, resolveTerms } from "../plans/terms-store.ts";
import type { TenantTerms } from "../plans/terms-store.ts";
import { SkerryError } from "../problems/errors.ts";
import type { Account } from "./account.ts";
import { usedOf } from "./account.ts";
import { ALL_KINDS, KINDS, periodAt } from "./kinds.ts";
import type { QuotaKind } from "./kinds.ts";
import { createLedger } from "./ledger.ts";
import type { Quota, Quotas } from "./quota.ts";
import { refuseUse } from "./refusal.ts";
import type { RefusedUse } from "./refusal.ts";
import { addStoredBytes, listUse, readStoredBytes } from "./repository.ts";
import { shareWork } from "./shared-work.ts";

/** The right to run one execution. Dispose it when the execution has ended and its use was added. */
export interface ExecutionSlot extends Disposable {
  /** What the execution gets of what its script asks for. */
  resolveLimits(wished: WishedLimits): ExecutionLimits;
  /** Counts what the execution used. */
  add(usage: Pick<ExecutionUsage, "cpuMs" | "logBytes">): void;
  /** Does not count the execution after all: it did not begin. */
  takeBack(): void;
}

/** Quotas that are used up, in the units of their names. */
export type SpentQuota = Exclude<QuotaName, "concurrentExecutions" | "storedBytes">;

/**
 * Holds tenants to their quotas. What is used is counted once: exactly over all nodes as long as they live, and as if
 * not used where a node dies before it told, which it does every second; what it tells while it loses the database may
 * count twice. What is left over all nodes can be used up to what other nodes hold in that moment and do not give back
 * at once: a hundredth of the limit each at most.
 *
 * Everything throws SkerryError `TENANT_NOT_FOUND` for a tenant that there is not, and what is refused throws
 * `QUOTA_EXCEEDED`, or `CONCURRENCY_LIMIT` for executions at the same time, both with `Retry-After`.
 */
export interface QuotaService extends AsyncDisposable {
  /** Those that tenants can have. */
  readonly plans: Plans;
  /** Counts an execution, where CPU time and log bytes are left too. As a rule it asks the database nothing. */
  takeExecution(tenantId: string): Promise<ExecutionSlot>;
  /** Counts one request or call. As a rule it asks the database nothing. */
  take(
    tenantId: string,
    kind: "requestsPerMinute" | "outboundCallsPerMonth" | "serviceCallsPerMonth",
  ): Promise<void>;
  /** Counts what was used already, in the unit that the quota is named after. */
  spend(tenantId: string, kind: SpentQuota, amount: number): void;
  /** Throws when nothing is left. */
  requireRemaining(tenantId: string, kind: SpentQuota): Promise<void>;
  /** What is used over all nodes: what others use shows within a second. */
  remaining(tenantId: string): Promise<Quotas>;
  /**
   * Throws when the tenant stores more than its quota and this transaction added to it. Scripts, drafts and secrets are
   * counted by their rows, exactly and with the transaction, so this is all that those who write them have to call.
   */
  requireStored(queries: Queries, tenantId: string): Promise<void>;
  /** Counts other bytes in the same way, negative for what is not stored any more, and throws as `requireStored`. */
  addStored(queries: Queries, tenantId: string, delta: number): Promise<void>;
  /** To be called after this node changed a tenant's plan or overrides; other nodes hear of it by themselves. */
  forget(tenantId: string): void;
  /** What holds for the tenant. */
  termsOf(tenantId: string): Promise<TenantTerms>;
  retentionDaysOf(tenantId: string): Promise<number>;
  /** @throws SkerryError `INPUT_INVALID` when a script's settings ask for more than the tenant's plan gives. */
  requireLimits(tenantId: string, wished: WishedLimits | undefined): Promise<void>;
  /** Tells the database what this node used and gives back what is idle, as happens every second; of one or all. */
  settle(tenantId?: string): Promise<void>;
}

export interface QuotaServiceOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly plans: Plans;
  /** Told of what is refused. Default: nobody is. */
  readonly metrics?: Metrics | undefined;
  /** In ms since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

export async function createQuotaService(options: QuotaServiceOptions): Promise<QuotaService> {
  const { database, logger, plans, metrics = NO_METRICS, now = Date.now } = options;
  await using starting = new AsyncDisposableStack();
  const ledger = starting.use(await createLedger({ database, logger, now }));
  const onChange = (tenantId: string | undefined): void => void ledger.release(tenantId);
  const store = starting.use(await createTermsStore({ database, plans, onChange }));

  /** Takes one of a kind, at once where it is in memory. */
  async function takeOne(tenantId: string, terms: TenantTerms, kind: QuotaKind): Promise<Account> {
    const account = ledger.open(tenantId, kind);
    const taken = ledger.take(account, ceilingOf(terms, kind), kind.parts);
    if (taken === true || (await taken)) return account;
    throw refuse(account, terms);
  }

  function hasSome(tenantId: string, terms: TenantTerms, kind: QuotaKind): boolean | Promise<boolean> {
    return ledger.hasSome(ledger.open(tenantId, kind), ceilingOf(terms, kind));
  }

  async function requireSome(tenantId: string, terms: TenantTerms, kind: QuotaKind): Promise<void> {
    const some = hasSome(tenantId, terms, kind);
    if (some === true || (await some)) return;
    throw refuse(ledger.open(tenantId, kind), terms);
  }

  function refuseMore(kind: QuotaKind, use: RefusedUse): SkerryError {
    metrics.count("skerry_quota_refusals", { quota: kind.name });
    return refuseUse(kind, use, now());
  }

  function refuse(account: Account, terms: TenantTerms): SkerryError {
    const { kind, period } = account;
    const used = usedOf(account) / kind.parts;
    return refuseMore(kind, { limit: terms.quotas[kind.name], used, period });
  }

  function spend(tenantId: string, kind: QuotaKind, amount: number): void {
    ledger.spend(ledger.open(tenantId, kind), Math.round(amount * kind.parts));
  }

  async function openSlot(tenantId: string, terms: TenantTerms): Promise<ExecutionSlot> {
    const held = await takeOne(tenantId, terms, KINDS.concurrentExecutions);
    let counted: Account;
    try {
      counted = await takeOne(tenantId, terms, KINDS.executionsPerMonth);
    } catch (error) {
      ledger.spend(held, -1);
      throw error;
    }
    return {
      resolveLimits: (wished) => resolveLimits(wished, terms.limits),
      add({ cpuMs, logBytes }) {
        spend(tenantId, KINDS.cpuSecondsPerMonth, cpuMs / 1_000);
        spend(tenantId, KINDS.logBytesPerMonth, logBytes);
      },
      takeBack: () => ledger.spend(counted, -KINDS.executionsPerMonth.parts),
      [Symbol.dispose]: () => ledger.spend(held, -1),
    };
  }

  async function requireStored(queries: Queries, tenantId: string): Promise<void> {
    const { used, growth } = (await readStoredBytes(queries, tenantId)) ?? { used: 0, growth: 0 };
    if (growth <= 0) return;
    // Not from memory: that might ask for a second connection while this transaction holds one.
    const row = await findTenantTerms(queries, tenantId);
    const limit = row === undefined ? 0 : resolveTerms(plans, row).quotas.storedBytes;
    const kind = KINDS.storedBytes;
    if (used <= limit) return;
    throw refuseMore(kind, { limit, used: used - growth, period: periodAt(kind, now()) });
  }

  /** Scripts may ask all the time; a tenant's never take more than one connection with it. */
  const remaining = shareWork(async (tenantId) => {
    const terms = await store.load(tenantId);
    await ledger.settle(tenantId);
    return await readQuotas(database, tenantId, terms, now());
  });

  const parts = starting.move();
  return {
    plans,
    async takeExecution(tenantId) {
      const terms = await store.load(tenantId);
      await requireSome(tenantId, terms, KINDS.cpuSecondsPerMonth);
      await requireSome(tenantId, terms, KINDS.logBytesPerMonth);
      return await openSlot(tenantId, terms);
    },

    async take(tenantId, kind) {
      await takeOne(tenantId, await store.load(tenantId), KINDS[kind]);
    },

    spend: (tenantId, kind, amount) => spend(tenantId, KINDS[kind], amount),

    async requireRemaining(tenantId, kind) {
      await requireSome(tenantId, await store.load(tenantId), KINDS[kind]);
    },

    remaining,

    requireStored,

    async addStored(queries, tenantId, delta) {
      await addStoredBytes(queries, tenantId, delta);
      await requireStored(queries, tenantId);
    },

    forget: (tenantId) => store.forget(tenantId),
    termsOf: (tenantId) => store.load(tenantId),

    async retentionDaysOf(tenantId) {
      return (await store.load(tenantId)).retentionDays;
    },

    async requireLimits(tenantId, wished = {}) {
      const details = findExcesses(wished, (await store.load(tenantId)).limits);
      const [first] = details;
      if (first === undefined) return;
      throw new SkerryError("INPUT_INVALID", `${first.path}: ${first.message}`, { details });
    },

    settle: (tenantId) => ledger.settle(tenantId),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** A quota's limit, in whole parts. */
function ceilingOf({ quotas }: TenantTerms, { name, parts }: QuotaKind): number {
  return quotas[name] * parts;
}

async function readQuotas(
  database: Database,
  tenantId: string,
  terms: TenantTerms,
  now: number,
): Promise<Quotas> {
  const starts = new Set(ALL_KINDS.map((kind) => periodAt(kind, now).start));
  const periods = [...starts].map((start) => new Date(start));
  const rows = await withTenant(database, tenantId, (queries) => listUse(queries, tenantId, periods));
  const readQuota = (kind: QuotaKind): Quota => {
    const { start, end } = periodAt(kind, now);
    const row = rows.find(({ kind: name, period }) => name === kind.name && period.getTime() === start);
    const used = ((kind.isHeld ? row?.inUse : row?.used) ?? 0) / kind.parts;
    const limit = terms.quotas[kind.name];
    const resetsAt = Number.isFinite(end) ? new Date(end) : null;
    return { limit, used, remaining: Math.max(0, limit - used), resetsAt };
  };
  return Object.fromEntries(ALL_KINDS.map((kind) => [kind.name, readQuota(kind)])) as Quotas;
}
