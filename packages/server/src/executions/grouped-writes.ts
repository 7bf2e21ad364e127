import { isDatabaseUnavailable } from "../db/errors.ts";

/** Writes one item, together with those of others. Rejects when this one could not be written. */
export type GroupedWrite<Item> = (item: Item) => Promise<void>;

interface Waiting<Item> {
  readonly item: Item;
  readonly done: PromiseWithResolvers<void>;
}

const MAX_GROUP = 200;

/**
 * Makes one write of what many ask for at the same time: one write is under way, and what comes meanwhile waits for the
 * next. A single caller waits for nothing. Items that cannot be written together are written one by one, so that none
 * has to pay for another.
 */
export function createGroupedWrite<Item>(
  write: (items: readonly Item[]) => Promise<void>,
): GroupedWrite<Item> {
  const waiting: Waiting<Item>[] = [];
  let isWriting = false;

  async function writeWaiting(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) await writeGroup(waiting.splice(0, MAX_GROUP));
    isWriting = false;
  }

  async function writeGroup(group: readonly Waiting<Item>[]): Promise<void> {
    try {
      await write(group.map(({ item }) => item));
      for (const { done } of group) done.resolve();
    } catch (error) {
      if (group.length > 1 && !isDatabaseUnavailable(error)) {
        for (const one of group) await writeGroup([one]);
      } else for (const { done } of group) done.reject(error);
    }
  }

  return (item) => {
    const done = Promise.withResolvers<void>();
    waiting.push({ item, done });
    if (!isWriting) void writeWaiting();
    return done.promise;
  };
}
