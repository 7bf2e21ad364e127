import type { PoolClient } from "pg";
import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { SERVER_ERRORS } from "../problems/error-table.ts";
import { failRunning } from "./repository.ts";

/** Any number that no other lock of ours has: nodes hold it shared as long as they live. */
const NODE_LOCK = 0x736b_6572;

/** Announces this node, and ends what others left behind. */
export interface Recovery extends AsyncDisposable {
  /**
   * Ends with `NODE_LOST` what has run longer than any execution can: its node is lost, or could not write how it began or
   * ended. This also happens every 10 minutes. Never rejects.
   */
  endOverlong(): Promise<void>;
}

const LOOK_AGAIN_MS = 10 * 60_000;
/** No execution runs longer: 15 minutes in a runner, and some more for waiting and ending. */
const LONGEST_EXECUTION_MS = 20 * 60_000;

/**
 * Ends with `NODE_LOST` what nodes left running when they crashed, and announces this node to others that do the same.
 * When no other node is alive, whatever runs is lost; else only what runs longer than any execution can.
 *
 * @returns what goes on doing the latter; disposing it tells that this node is gone.
 */
export async function recoverExecutions(database: Database, logger: Logger): Promise<Recovery> {
  async function endOverlong(): Promise<void> {
    try {
      await failLost(database, logger, new Date(Date.now() - LONGEST_EXECUTION_MS));
    } catch (error) {
      logger.warn({ err: error }, "executions of lost nodes could not be ended");
    }
  }

  const client = await database.pool.connect();
  // A lost connection ends the announcement early; without a listener it would end the process.
  client.on("error", () => {});
  try {
    const alone = await announceNode(client, async () => failLost(database, logger, new Date()));
    if (!alone) await failLost(database, logger, new Date(Date.now() - LONGEST_EXECUTION_MS));
  } catch (error) {
    client.release(true);
    throw error;
  }

  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(endOverlong);
  }, LOOK_AGAIN_MS).unref();
  return {
    endOverlong,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking;
      // The end of the connection gives the lock back too, but too late for a node that starts in this moment.
      await client.query("select pg_advisory_unlock_shared($1)", [NODE_LOCK]).catch(() => {});
      client.release(true);
    },
  };
}

/** Takes the shared lock, and runs `whenAlone` before others can when this is the only node. */
async function announceNode(client: PoolClient, whenAlone: () => Promise<void>): Promise<boolean> {
  const { rows } = await client.query<{ alone: boolean }>("select pg_try_advisory_lock($1) as alone", [
    NODE_LOCK,
  ]);
  const alone = rows[0]?.alone === true;
  if (alone) await whenAlone();
  await client.query("select pg_advisory_lock_shared($1)", [NODE_LOCK]);
  if (alone) await client.query("select pg_advisory_unlock($1)", [NODE_LOCK]);
  return alone;
}

async function failLost(database: Database, logger: Logger, before: Date): Promise<void> {
  const error = { code: "NODE_LOST", message: SERVER_ERRORS.NODE_LOST.help };
  const count = await withPlatform(database, (queries) => failRunning(queries, error, before));
  if (count > 0) logger.warn({ executions: count }, "executions of a lost node were ended");
}
