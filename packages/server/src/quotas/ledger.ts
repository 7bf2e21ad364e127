import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import { availableIn, createAccount, isSpentUp, isUntold } from "./account.ts";
import type { Account } from "./account.ts";
import { createExchanger } from "./exchanger.ts";
import { ALL_KINDS, periodAt } from "./kinds.ts";
import type { QuotaKind } from "./kinds.ts";
import { announceRecall, deleteNode, deleteOldCounts, RECALL_CHANNEL, touchNode } from "./repository.ts";

/**
 * What this node may spend of the tenants' quotas. It takes grants from the database, a hundredth of a limit or less,
 * spends them in memory, and tells behind the callers' backs what it spent.
 */
export interface Ledger extends AsyncDisposable {
  /** The tenant's account in the present period. */
  open(tenantId: string, kind: QuotaKind): Account;
  /**
   * Takes `amount` where the ceiling leaves room for it over all nodes. What is in memory is taken at once, without a
   * promise. Rejects when more is needed and the database is away.
   */
  take(account: Account, ceiling: number, amount: number): boolean | Promise<boolean>;
  /** Whether anything is left to spend. Rejects as `take` does. */
  hasSome(account: Account, ceiling: number): boolean | Promise<boolean>;
  /** Counts what was spent, also beyond what was granted. Negative for what comes back. */
  spend(account: Account, amount: number): void;
  /** Tells the database what was spent, of one tenant or of all. Rejects when it is away; then it is told later. */
  settle(tenantId?: string): Promise<void>;
  /** Gives back what is not spent, of one tenant or of all, because limits changed. Never rejects. */
  release(tenantId: string | undefined): Promise<void>;
}

export interface LedgerOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** In ms since the epoch. */
  readonly now: () => number;
}

const SETTLE_EVERY_MS = 1_000;
const TOUCH_EVERY_MS = 5_000;
const CLEAN_EVERY_MS = 60 * 60_000;
const LOST_AFTER_MS = 20_000;
/** What was not used for so long goes back to the others. */
const IDLE_AFTER_MS = 5_000;
/** How long a quota counts as used up before the database is asked again; what is held may be back soon. */
const EMPTY_FOR_MS = 1_000;
const HELD_EMPTY_FOR_MS = 100;
/** How often, and after which time, the database is asked again when others may give something back. */
const RECALL_WAITS_MS = [15, 60];

const MINUTE_KINDS = ALL_KINDS.filter(({ every }) => every === "minute").map(({ name }) => name);

export async function createLedger({ database, logger, now }: LedgerOptions): Promise<Ledger> {
  const nodeId = randomUUID();
  const { kysely } = database;
  const exchanger = createExchanger({ database, nodeId, lostAfterMs: LOST_AFTER_MS, now });
  const tenants = new Map<string, Map<QuotaKind, Account>>();
  /** Accounts of periods that are over, until they are settled. */
  const ended = new Set<Account>();

  function open(tenantId: string, kind: QuotaKind): Account {
    let accounts = tenants.get(tenantId);
    if (accounts === undefined) tenants.set(tenantId, (accounts = new Map<QuotaKind, Account>()));
    const time = now();
    const known = accounts.get(kind);
    if (known !== undefined && time >= known.period.start && time < known.period.end) return known;
    if (known !== undefined) ended.add(known);
    const account = createAccount(tenantId, kind, periodAt(kind, time), time);
    accounts.set(kind, account);
    return account;
  }

  function spend(account: Account, amount: number): void {
    account.spent += amount;
    account.usedAt = now();
  }

  /** Asks for what those need that wait. Where there is no more, others are asked to give back what they do not use. */
  async function refill(account: Account): Promise<void> {
    for (const waitMs of [...RECALL_WAITS_MS, undefined]) {
      const answer = await exchanger.exchange(account, { takes: true });
      if (availableIn(account) > 0) return;
      if (answer === undefined || answer.heldByOthers === 0 || waitMs === undefined) break;
      await announceRecall(kysely, nodeId, account.tenantId, account.kind.name);
      await sleep(waitMs);
    }
    account.emptyUntil = now() + (account.kind.isHeld ? HELD_EMPTY_FOR_MS : EMPTY_FOR_MS);
  }

  /**
   * Waits until `amount` is there and then spends `spent`. Many that wait share one refill, which asks for all of them.
   *
   * @returns false when there is no more to be had.
   */
  async function waitFor(account: Account, amount: number, spent: number): Promise<boolean> {
    account.wanted += amount;
    try {
      while (availableIn(account) < amount) {
        if (now() < account.emptyUntil) return false;
        account.refilling ??= refill(account).finally(() => (account.refilling = undefined));
        await account.refilling;
      }
      spend(account, spent);
      return true;
    } finally {
      account.wanted -= amount;
    }
  }

  function accountsOf(tenantId: string | undefined): Account[] {
    if (tenantId !== undefined) {
      const present = tenants.get(tenantId)?.values() ?? [];
      return [...present, ...[...ended].filter((account) => account.tenantId === tenantId)];
    }
    return [...[...tenants.values()].flatMap((accounts) => [...accounts.values()]), ...ended];
  }

  async function giveBack(accounts: readonly Account[]): Promise<void> {
    for (const account of accounts) account.emptyUntil = 0;
    for (const { exchanging } of accounts) await exchanging;
    await exchanger.exchangeIdle(accounts, () => ({ returns: true }));
  }

  function isOver(account: Account): boolean {
    return ended.has(account) || now() - account.usedAt >= IDLE_AFTER_MS;
  }

  async function settle(tenantId?: string): Promise<void> {
    const accounts = accountsOf(tenantId);
    for (const { exchanging } of accounts) await exchanging;
    const due = accounts.filter(
      (account) => isUntold(account) || (isOver(account) && availableIn(account) > 0),
    );
    await exchanger.exchangeIdle(due, (account) => ({ returns: isOver(account) }));
    forget(accounts);
  }

  /** Accounts that nothing would be lost with, if they are of a period that is over or idle. */
  function forget(accounts: readonly Account[]): void {
    for (const account of accounts) {
      if (!isOver(account) || !isSpentUp(account)) continue;
      ended.delete(account);
      const open = tenants.get(account.tenantId);
      if (open?.get(account.kind) === account) open.delete(account.kind);
      if (open?.size === 0) tenants.delete(account.tenantId);
    }
  }

  async function hearRecall(payload: string): Promise<void> {
    const [sender, tenantId, name] = payload.split(" ");
    if (sender === nodeId || tenantId === undefined) return;
    await giveBack(accountsOf(tenantId).filter(({ kind }) => kind.name === name));
  }

  const complain = (error: unknown): void => logger.warn({ err: error }, "quotas could not be settled");

  await using starting = new AsyncDisposableStack();
  await touchNode(kysely, nodeId);
  starting.defer(async () => await deleteNode(kysely, nodeId));
  starting.defer(async () => await giveBack(accountsOf(undefined)));
  starting.use(
    await database.listen(RECALL_CHANNEL, {
      onNotification: (payload) => void hearRecall(payload).catch(complain),
    }),
  );
  starting.use(repeat(SETTLE_EVERY_MS, settle, complain));
  starting.use(repeat(TOUCH_EVERY_MS, async () => await touchNode(kysely, nodeId), complain));
  starting.use(repeat(CLEAN_EVERY_MS, async () => await deleteOldCounts(kysely, MINUTE_KINDS), complain));
  const parts = starting.move();

  return {
    open,
    take(account, ceiling, amount) {
      account.ceiling = ceiling;
      if (availableIn(account) < amount) return waitFor(account, amount, amount);
      spend(account, amount);
      return true;
    },
    hasSome(account, ceiling) {
      account.ceiling = ceiling;
      return availableIn(account) > 0 || waitFor(account, 1, 0);
    },
    spend,
    settle,
    async release(tenantId) {
      await giveBack(accountsOf(tenantId)).catch(complain);
    },
    async [Symbol.asyncDispose]() {
      await parts.disposeAsync().catch(complain);
    },
  };
}

/** Does something again and again, each time after the time before has ended, until disposed. */
function repeat(
  everyMs: number,
  work: () => Promise<void>,
  onFailure: (error: unknown) => void,
): AsyncDisposable {
  const stopping = new AbortController();
  async function run(): Promise<void> {
    for (;;) {
      await sleep(everyMs, undefined, { signal: stopping.signal, ref: false });
      await work().catch(onFailure);
    }
  }
  const ended = run().catch(() => {});
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await ended;
    },
  };
}
