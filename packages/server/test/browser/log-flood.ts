import { setTimeout as sleep } from "node:timers/promises";
import type { LogFeed, LogNews } from "../../src/executions/log-feed.ts";

export const FLOOD_LINES = 20_000;
/** The pace of the platform's own feeds. */
const BATCH_LINES = 500;
const BATCH_MS = 50;
/** One connection gives no more: the reader has to come again for the rest. */
const CONNECTION_LINES = 12_000;
/** Seen by their level and their words. */
const EVERY_ERROR = 10;

/** The feed of an execution that logs as fast as lines are sent, and then fails. */
export function createFlood(after: number): LogFeed {
  let next = after + 1;
  const cut = Math.min(next + CONNECTION_LINES, FLOOD_LINES);
  let isOver = false;
  return {
    async next(): Promise<LogNews | undefined> {
      await sleep(BATCH_MS);
      if (isOver) return undefined;
      if (next < cut) {
        const lines = Array.from({ length: Math.min(BATCH_LINES, cut - next) }, () => makeLine(next++));
        return { lines };
      }
      isOver = true;
      return cut === FLOOD_LINES ? { status: "failed" } : undefined;
    },
    [Symbol.dispose]() {
      isOver = true;
    },
  };
}

function makeLine(seq: number) {
  const level = seq % EVERY_ERROR === 0 ? ("error" as const) : ("info" as const);
  return {
    seq,
    level,
    time: new Date(1_770_000_000_000 + seq),
    message: `line <b>${seq}</b>`,
    fields: { seq },
  };
}
