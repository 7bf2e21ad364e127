import type { Database } from "../db/open.ts";
import { abandonExchange, beginExchange, endExchange } from "./account.ts";
import type { Account, ExchangePurpose } from "./account.ts";
import { exchangeGrants } from "./repository.ts";
import type { Exchanged } from "./repository.ts";

/** Carries exchanges between the accounts of this node and the database, one at a time for each account. */
export interface Exchanger {
  /**
   * Waits for the account's exchange under way and then carries out another.
   *
   * @returns undefined when there is no such tenant.
   */
  exchange(account: Account, purpose: ExchangePurpose): Promise<Exchanged | undefined>;
  /** Carries out one exchange for all of them that have none under way. */
  exchangeIdle(accounts: readonly Account[], purposeOf: (account: Account) => ExchangePurpose): Promise<void>;
}

export interface ExchangerOptions {
  readonly database: Database;
  readonly nodeId: string;
  /** A node that was not seen for so long is dead: others take back what it held. */
  readonly lostAfterMs: number;
  readonly now: () => number;
}

const BATCH_ACCOUNTS = 500;

export function createExchanger({ database, nodeId, lostAfterMs, now }: ExchangerOptions): Exchanger {
  /** Answers come in order because nothing else changes what the node holds of these accounts meanwhile. */
  async function carryOut(
    accounts: readonly Account[],
    purposeOf: (account: Account) => ExchangePurpose,
  ): Promise<(Exchanged | undefined)[]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const begun = accounts.map((account) => {
      account.exchanging = promise;
      return { account, order: beginExchange(account, purposeOf(account), now()) };
    });
    try {
      const orders = begun.map(({ order }) => order);
      const answers = await exchangeGrants(database.kysely, nodeId, orders, lostAfterMs);
      begun.forEach(({ account, order }, index) => endExchange(account, order, answers[index]));
      return answers;
    } catch (error) {
      for (const { account, order } of begun) abandonExchange(account, order);
      throw error;
    } finally {
      for (const account of accounts) account.exchanging = undefined;
      resolve();
    }
  }

  return {
    async exchange(account, purpose) {
      while (account.exchanging !== undefined) await account.exchanging;
      const [answer] = await carryOut([account], () => purpose);
      return answer;
    },

    async exchangeIdle(accounts, purposeOf) {
      for (let first = 0; first < accounts.length; first += BATCH_ACCOUNTS) {
        const batch = accounts.slice(first, first + BATCH_ACCOUNTS);
        const idle = batch.filter(({ exchanging }) => exchanging === undefined);
        if (idle.length > 0) await carryOut(idle, purposeOf);
      }
    },
  };
}
