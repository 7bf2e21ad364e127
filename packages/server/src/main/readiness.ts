import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "../db/open.ts";

/** Longest wait for the database before the node counts as not ready. */
const ANSWER_MS = 2_000;

/** Tells whether the database answers a query within two seconds. Never throws. */
export async function checkDatabase({ kysely }: Database): Promise<boolean> {
  const waiting = new AbortController();
  const answer = sql`select 1`.execute(kysely).then(
    () => true,
    () => false,
  );
  const silence = delay(ANSWER_MS, false, { signal: waiting.signal }).catch(() => false);
  const reachable = await Promise.race([answer, silence]);
  waiting.abort();
  return reachable;
}
