import { dayOf } from "./kinds.ts";
import type { Period, QuotaKind } from "./kinds.ts";
import type { Exchange, Exchanged } from "./repository.ts";

/** What this node holds of one tenant's quota in one period. Amounts are whole, in parts of the quota's unit. */
export interface Account {
  readonly tenantId: string;
  readonly kind: QuotaKind;
  readonly period: Period;
  /** The limit as it was when something was last asked for. */
  ceiling: number;
  /** What the database reserves for this node and is not on its way back. */
  granted: number;
  /** What of it is spent and not told yet; of a kind that is held, what is in use. */
  spent: number;
  /** How much was in use when the database was last told. */
  told: number;
  /** What was spent over all nodes when the database was last asked. */
  used: number;
  /** What those need in all that wait. */
  wanted: number;
  /** In ms; until then it is no use to ask for more. */
  emptyUntil: number;
  usedAt: number;
  /** The exchange with the database under way, if any; never rejects. */
  exchanging: Promise<void> | undefined;
  /** The attempt under way, if any, to get what those need that wait. */
  refilling: Promise<void> | undefined;
}

export function createAccount(tenantId: string, kind: QuotaKind, period: Period, now: number): Account {
  return {
    tenantId,
    kind,
    period,
    ceiling: 0,
    granted: 0,
    spent: 0,
    told: 0,
    used: 0,
    wanted: 0,
    emptyUntil: 0,
    usedAt: now,
    exchanging: undefined,
    refilling: undefined,
  };
}

/** What can be spent without asking; negative when more was spent than was granted. */
export function availableIn({ granted, spent }: Account): number {
  return granted - spent;
}

/** What is used over all nodes, as far as this one knows when it was refused more. */
export function usedOf({ kind, used, spent, ceiling }: Account): number {
  return kind.isHeld ? ceiling : used + spent;
}

/** Whether the database does not know yet what this node did. */
export function isUntold({ kind, spent, told }: Account): boolean {
  return kind.isHeld ? spent !== told : spent !== 0;
}

/** Whether nothing is lost when the account is forgotten. */
export function isSpentUp(account: Account): boolean {
  return account.granted === 0 && account.spent === 0 && account.wanted === 0 && !isUntold(account);
}

/** What an exchange is for beside telling what was spent. */
export interface ExchangePurpose {
  /** Gives back what is not spent. */
  readonly returns?: boolean;
  /** Takes what those need that wait. */
  readonly takes?: boolean;
}

/**
 * Begins an exchange. What is on its way back cannot be spent meanwhile, so what somebody waits for stays: it may have
 * come for them just now.
 */
export function beginExchange(account: Account, { returns, takes }: ExchangePurpose, now: number): Exchange {
  const { tenantId, kind, period, spent, wanted, ceiling } = account;
  const returned = returns === true ? Math.max(0, availableIn(account) - wanted) : 0;
  account.granted -= returned;
  const missing = kind.isHeld ? Math.max(0, -availableIn(account)) : 0;
  return {
    tenantId,
    kind: kind.name,
    period: period.start,
    day: dayOf(Math.min(now, period.end - 1)),
    spent: kind.isHeld ? 0 : spent,
    returned,
    inUse: kind.isHeld ? spent : 0,
    needed: takes === true ? wanted + missing : 0,
    ceiling,
  };
}

/** Ends an exchange with its answer; undefined when the database has no such tenant. */
export function endExchange(account: Account, { spent, inUse }: Exchange, answer?: Exchanged): void {
  account.granted = answer?.amount ?? 0;
  account.used = answer?.used ?? 0;
  account.spent -= spent;
  account.told = inUse;
}

/** Undoes the beginning of an exchange that did not take place. */
export function abandonExchange(account: Account, { returned }: Exchange): void {
  account.granted += returned;
}
