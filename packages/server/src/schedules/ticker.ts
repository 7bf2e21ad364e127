import { setImmediate as nextTurn } from "node:timers/promises";
import { CLAIMED_AT_ONCE, fireDueSchedules } from "./firing.ts";
import type { FiringOptions } from "./firing.ts";
import { findNextDueMs, SCHEDULES_CHANNEL } from "./repository.ts";

/** Fires schedules as they become due, from its making until it is disposed, which waits for the claim under way; idempotent. */
export type ScheduleTicker = AsyncDisposable;

/** A net only: notifications tell of what is due earlier. */
const SLEEP_MOST_MS = 30_000;
/** What is due and was left may be held by another node for a moment. */
const SLEEP_LEAST_MS = 20;
const FAILED_MS = 1_000;

/** Listens from now on. All nodes that run jobs have one; what they do together is no more than what one does. */
export async function createScheduleTicker(options: FiringOptions): Promise<ScheduleTicker> {
  const { database, logger } = options;
  const closing = new AbortController();
  let isWoken = false;
  let working: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  /** @returns how long to sleep. */
  async function fireAll(): Promise<number> {
    let claimed = CLAIMED_AT_ONCE;
    while (claimed === CLAIMED_AT_ONCE && !closing.signal.aborted) claimed = await fireDueSchedules(options);
    const dueInMs = (await findNextDueMs(database.kysely)) ?? SLEEP_MOST_MS;
    return Math.min(Math.max(Math.ceil(dueInMs), SLEEP_LEAST_MS), SLEEP_MOST_MS);
  }

  async function work(): Promise<void> {
    let sleepMs = FAILED_MS;
    try {
      do {
        await nextTurn();
        isWoken = false;
        sleepMs = await fireAll();
      } while (isWoken && !closing.signal.aborted);
    } catch (error) {
      logger.warn({ err: error }, "schedules could not be looked at; trying again");
    }
    working = undefined;
    if (!closing.signal.aborted) timer = setTimeout(wake, sleepMs);
  }

  function wake(): void {
    isWoken = true;
    clearTimeout(timer);
    if (!closing.signal.aborted) working ??= work();
  }

  const subscription = await database.listen(SCHEDULES_CHANNEL, { onNotification: wake, onGap: wake });
  wake();
  return {
    async [Symbol.asyncDispose]() {
      closing.abort();
      clearTimeout(timer);
      await working;
      await subscription[Symbol.asyncDispose]();
    },
  };
}
