import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import type { ExecutionState } from "../db/schema.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import type { ExecutionLog, ExecutionProgress } from "./execution.ts";
import type { ExecutionNews } from "./news.ts";
import { findStanding, listLogs } from "./repository.ts";
import { createTally } from "./tally.ts";

/** What one execution logs, as it is written, and at last how it ended. Dispose it when nobody listens any more. */
export interface LogFeed extends Disposable {
  /**
   * Resolves with what is new: lines, at most 500 in 50 ms; the last progress that was told; no lines, as a sign of life, when there was nothing for
   * 15 s; the status when the execution has ended and all its lines were given. Undefined when the feed is over: after
   * the status, after 10 minutes, when the node stops, when the database is away or the execution gone. Never rejects.
   */
  next(): Promise<LogNews | undefined>;
}

export type LogNews =
  | { readonly lines: readonly ExecutionLog[] }
  | { readonly progress: ExecutionProgress }
  | { readonly status: ExecutionState };

export interface LogFeeds {
  /** Begins after the line with the number `after`; -1 for all lines. @throws SkerryError `CONCURRENCY_LIMIT`. */
  open(tenantId: string, executionId: string, after: number): LogFeed;
}

const MAX_LINES = 500;
const BATCH_MS = 50;
/** How soon lines and end of an execution on another node are seen; those of this node are announced. */
const POLL_MS = 1_000;
/** Some proxies cut connections that are silent for half a minute. */
const SIGN_OF_LIFE_MS = 15_000;
/** Listeners come again for what follows, and show their API key again. */
const MAX_FEED_MS = 10 * 60_000;
const MAX_FEEDS_PER_TENANT = 50;

export interface LogFeedsOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly news: ExecutionNews;
}

/** Feeds read from the database alone: there lines are in order and complete, whichever node wrote them. */
export function createLogFeeds({ database, logger, news }: LogFeedsOptions): LogFeeds {
  const tally = createTally();

  function read(tenantId: string, executionId: string, lastSeq: number) {
    return withTenant(database, tenantId, async (queries) => {
      // The state first: when it is final, all lines are written.
      const standing = await findStanding(queries, tenantId, executionId);
      // It reads one line more than it is asked for.
      const page = { limit: MAX_LINES - 1, cursor: String(lastSeq) };
      return { ...standing, lines: await listLogs(queries, tenantId, executionId, page) };
    });
  }

  return {
    open(tenantId, executionId, after) {
      if (tally.count(tenantId) >= MAX_FEEDS_PER_TENANT) {
        const message = `The tenant follows logs over ${MAX_FEEDS_PER_TENANT} connections to this node; more are not possible.`;
        throw new SkerryError("CONCURRENCY_LIMIT", message, { headers: { "retry-after": "1" } });
      }
      const parts = new DisposableStack();
      parts.use(tally.enter(tenantId));
      const subscription = parts.use(news.subscribe(executionId));
      const feedEndsAt = performance.now() + MAX_FEED_MS;
      let lastSeq = after;
      let toldAt = 0;
      let pauseMs = 0;
      let isOver = false;

      async function look(): Promise<LogNews | undefined> {
        const silentUntil = performance.now() + SIGN_OF_LIFE_MS;
        await sleep(pauseMs);
        while (!isOver) {
          const { status, progress, lines } = await read(tenantId, executionId, lastSeq);
          pauseMs = lines.length === 0 ? 0 : BATCH_MS;
          lastSeq = lines.at(-1)?.seq ?? lastSeq;
          if (lines.length > 0) return { lines };
          const progressAt = progress?.at.getTime() ?? 0;
          if (progress && progressAt !== toldAt) {
            toldAt = progressAt;
            return { progress };
          }
          const isRunning = status === "pending" || status === "running";
          isOver = !isRunning || news.isOver || performance.now() > feedEndsAt;
          if (isOver) return isRunning || status === undefined ? undefined : { status };
          if (performance.now() > silentUntil) return { lines };
          await subscription.wait(POLL_MS);
        }
        return undefined;
      }

      return {
        async next() {
          try {
            return await look();
          } catch (error) {
            isOver = true;
            logger.warn(
              { err: error, tenant: tenantId, execution: executionId },
              "logs could not be followed any more",
            );
            return undefined;
          }
        },
        [Symbol.dispose]() {
          isOver = true;
          parts.dispose();
        },
      };
    },
  };
}
