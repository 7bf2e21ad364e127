import { sql } from "kysely";
import type { Database } from "../db/open.ts";
import { isUuid } from "../rest/ids.ts";
import type { RunningExecutions } from "./running.ts";

/** Carries the ids of executions that somebody asked another node to cancel. */
const CANCEL_CHANNEL = "skerry_cancel";

/** Asks all nodes to cancel an execution that does not run on this one. */
export async function announceCancellation(database: Database, executionId: string): Promise<void> {
  await sql`select pg_notify(${CANCEL_CHANNEL}, ${executionId})`.execute(database.kysely);
}

/** Cancels what other nodes ask for, until disposed. */
export async function hearCancellations(
  database: Database,
  running: RunningExecutions,
): Promise<AsyncDisposable> {
  return await database.listen(CANCEL_CHANNEL, {
    onNotification: (id) => {
      if (isUuid(id)) void running.cancel(id);
    },
  });
}
