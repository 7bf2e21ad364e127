import { setImmediate as nextTurn } from "node:timers/promises";
import type { Logger } from "pino";
import { isDatabaseUnavailable } from "../db/errors.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { QueuedExecutions } from "../executions/queued.ts";
import { SkerryError } from "../problems/errors.ts";
import type { EventFilters } from "./filters.ts";
import { createHandOut } from "./hand-out.ts";
import type { FilterQuestion, Verdicts } from "./hand-out.ts";
import { judgeQuestions } from "./judging.ts";
import { EVENT_CHANNEL, listWaitingTenants } from "./repository.ts";
import { createSubscriptionStore } from "./subscriptions.ts";

/** Hands stored events to the scripts that subscribe to them, until disposed. */
export type FanOut = AsyncDisposable;

export interface FanOutOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly queued: Pick<QueuedExecutions, "enqueueMany">;
  readonly filters: EventFilters;
}

/** Notifications wake it; this is for those that got lost with the node that heard them. */
const LOOK_AGAIN_MS = 5_000;
const TENANTS_AT_ONCE = 1_000;
/** Tenants whose filters are asked at a time: their payloads are in memory. */
const JUDGED_AT_ONCE = 16;

const NO_VERDICTS: Verdicts = new Map();

/** Listens from now on. Every node does; the events of one tenant are handed out by one of them at a time, in order. */
export async function createFanOut({ database, logger, queued, filters }: FanOutOptions): Promise<FanOut> {
  const handOut = createHandOut({ queued, subscriptions: createSubscriptionStore() });
  /** Tenants that may have waiting events, in turn. */
  const due = new Set<string>();
  /** Tenants whose filters are being asked, and those for whose filters there is no room at the moment. */
  const judging = new Map<string, Promise<void>>();
  const crowded = new Set<string>();
  /** What filters said, until the next events of the tenant are handed out. */
  const verdicts = new Map<string, Verdicts>();
  const closing = new AbortController();
  let working: Promise<void> | undefined;

  function wake(tenantId: string): void {
    due.add(tenantId);
    if (!closing.signal.aborted) working ??= work();
  }

  async function work(): Promise<void> {
    // Who has called must know of the work before it ends.
    await nextTurn();
    for (const tenantId of due) {
      if (closing.signal.aborted) break;
      due.delete(tenantId);
      // It is woken when they have said what they say.
      if (judging.has(tenantId)) continue;
      // Back to the end of the line, so that a tenant with many events does not keep the others.
      if (await handOutSafely(tenantId)) due.add(tenantId);
    }
    working = undefined;
  }

  /** @returns whether there may be more of them to hand out at once. */
  async function handOutSafely(tenantId: string): Promise<boolean> {
    const known = verdicts.get(tenantId) ?? NO_VERDICTS;
    verdicts.delete(tenantId);
    try {
      const { hasMore, questions } = await withTenant(database, tenantId, (queries) =>
        handOut(queries, tenantId, known),
      );
      if (questions.length === 0) return hasMore;
      if (judging.size < JUDGED_AT_ONCE) judging.set(tenantId, judge(tenantId, questions));
      else crowded.add(tenantId);
    } catch (error) {
      // A script was deleted meanwhile; by now it is no subscription any more.
      if (error instanceof SkerryError && error.code === "SCRIPT_NOT_FOUND") return true;
      if (!isDatabaseUnavailable(error))
        logger.error({ err: error, tenant: tenantId }, "events are not handed out");
    }
    return false;
  }

  /** Outside of any transaction, and beside the work for other tenants: filters may take their time. */
  async function judge(tenantId: string, questions: readonly FilterQuestion[]): Promise<void> {
    verdicts.set(tenantId, await judgeQuestions(filters, tenantId, questions, closing.signal));
    judging.delete(tenantId);
    wake(tenantId);
    const [next] = crowded;
    if (next === undefined) return;
    crowded.delete(next);
    wake(next);
  }

  async function lookAround(): Promise<void> {
    try {
      for (const tenantId of await listWaitingTenants(database.kysely, TENANTS_AT_ONCE)) wake(tenantId);
    } catch (error) {
      if (!isDatabaseUnavailable(error)) logger.warn({ err: error }, "waiting events were not looked for");
    }
  }

  const hearing = await database.listen(EVENT_CHANNEL, {
    onNotification: wake,
    onGap: () => void lookAround(),
  });
  let looking = lookAround();
  const timer = setInterval(() => {
    looking = looking.then(lookAround);
  }, LOOK_AGAIN_MS).unref();

  return {
    async [Symbol.asyncDispose]() {
      closing.abort();
      clearInterval(timer);
      await hearing[Symbol.asyncDispose]();
      await looking;
      await working;
      await Promise.all(judging.values());
    },
  };
}
