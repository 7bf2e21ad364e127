import type { CapabilityCall } from "@skerry/sandbox";
import { createDbError } from "./errors.ts";
import type { ScriptDatabase, ScriptTransaction } from "./script-database.ts";

/** Transactions of executions, at most one for each. None outlives its execution, nor its time. */
export interface OpenTransactions {
  /** @returns the id by which the script names it. @throws CapabilityError `DB_TRANSACTION_OPEN` or `DB_BUSY`. */
  begin(call: CapabilityCall): Promise<number>;
  /** @throws CapabilityError `DB_TRANSACTION_OVER`. */
  find(call: CapabilityCall, id: number): ScriptTransaction;
  /** Ends it. @throws CapabilityError `DB_TRANSACTION_OVER`. */
  end(call: CapabilityCall, id: number, isKept: boolean): Promise<void>;
}

interface OpenTransaction {
  readonly id: number;
  readonly tenant: string;
  /** Undefined while it begins. */
  work: ScriptTransaction | undefined;
  /** No more of it, whatever happens meanwhile. */
  readonly close: () => void;
}

export function createOpenTransactions(database: ScriptDatabase): OpenTransactions {
  const { transactionMs } = database.limits;
  const open = new Map<string, OpenTransaction>();
  let count = 0;

  function take(
    { executionId, tenant }: CapabilityCall,
    id: number,
  ): OpenTransaction & { work: ScriptTransaction } {
    const found = open.get(executionId);
    if (found?.work === undefined || found.id !== id || found.tenant !== tenant) {
      throw createDbError(
        "DB_TRANSACTION_OVER",
        `The transaction has ended: its function returned, or it took longer than ${transactionMs} ms.`,
      );
    }
    return found as OpenTransaction & { work: ScriptTransaction };
  }

  function tooLong(): Error {
    return createDbError(
      "DB_TIMEOUT",
      `The transaction took longer than ${transactionMs} ms and was rolled back.`,
    );
  }

  return {
    async begin({ executionId, tenant, signal }) {
      signal.throwIfAborted();
      if (open.has(executionId)) {
        throw createDbError(
          "DB_TRANSACTION_OPEN",
          "The execution has a transaction already: use the tx that its function got, or wait until it has ended.",
        );
      }
      const stopping = new AbortController();
      const transaction: OpenTransaction = {
        id: ++count,
        tenant,
        work: undefined,
        close() {
          clearTimeout(timer);
          signal.removeEventListener("abort", abort);
          open.delete(executionId);
        },
      };
      const giveUp = (reason: Error): void => {
        transaction.close();
        stopping.abort(reason);
        void transaction.work?.rollback();
      };
      const abort = (): void =>
        giveUp(createDbError("DB_TIMEOUT", "The execution ended before its transaction."));
      const timer = setTimeout(() => giveUp(tooLong()), transactionMs);
      signal.addEventListener("abort", abort, { once: true });
      open.set(executionId, transaction);
      try {
        transaction.work = await database.begin(tenant, stopping.signal);
      } catch (error) {
        transaction.close();
        throw error;
      }
      if (!stopping.signal.aborted) return transaction.id;
      await transaction.work.rollback();
      throw stopping.signal.reason;
    },
    find: (call, id) => take(call, id).work,
    async end(call, id, isKept) {
      const { work, close } = take(call, id);
      close();
      await (isKept ? work.commit() : work.rollback());
    },
  };
}
