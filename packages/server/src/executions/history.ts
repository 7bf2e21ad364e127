import type { Logger } from "pino";
import { isDatabaseUnavailable } from "../db/errors.ts";
import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { saveRecords } from "./repository.ts";
import type { ExecutionRecord } from "./repository.ts";

/**
 * Writes finished executions behind the callers' backs, many in one transaction. What the database does not take
 * because it is away is tried again; when too much waits, the oldest records are given up and the log says so.
 */
export interface History extends AsyncDisposable {
  append(record: ExecutionRecord): void;
  /** Resolves when everything appended so far was tried once. Never rejects. */
  flush(): Promise<void>;
  /** Tries for a last time what is left. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface HistoryOptions {
  readonly database: Database;
  readonly logger: Logger;
}

const BATCH_DELAY_MS = 50;
const BATCH_RECORDS = 500;
/** What may wait in memory: records, each counted as 1 KiB and its logs. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
const RECORD_BYTES = 1024;
const RETRY_AFTER_MS = 1_000;

export function createHistory({ database, logger }: HistoryOptions): History {
  const closing = new AbortController();
  let waiting: ExecutionRecord[] = [];
  let waitingBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  /** The batches go one after another. */
  let writing: Promise<void> = Promise.resolve();

  function schedule(delayMs: number): void {
    timer ??= setTimeout(() => void flush(), delayMs).unref();
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(writeWaiting);
    return writing;
  }

  /** Writes what waits at its start; what comes meanwhile has its own timer, so that this ends. */
  async function writeWaiting(): Promise<void> {
    for (let due = waiting.length; due > 0; due -= BATCH_RECORDS) {
      const batch = take(Math.min(due, BATCH_RECORDS));
      if (await write(batch)) continue;
      waiting = [...batch, ...waiting];
      waitingBytes += sizeOf(batch);
      if (!closing.signal.aborted) schedule(RETRY_AFTER_MS);
      return;
    }
  }

  function take(count: number): ExecutionRecord[] {
    const records = waiting.splice(0, count);
    waitingBytes -= sizeOf(records);
    return records;
  }

  /** A record that the database refuses for what it holds must not take others with it: halves find it. */
  async function write(batch: readonly ExecutionRecord[]): Promise<boolean> {
    try {
      await withPlatform(database, (queries) => saveRecords(queries, batch));
      return true;
    } catch (error) {
      if (isDatabaseUnavailable(error)) {
        logger.warn({ err: error, records: waiting.length + batch.length }, "executions wait to be written");
        return false;
      }
      if (batch.length === 1) {
        logger.error({ err: error, executionId: batch[0]?.id }, "execution could not be written");
        return true;
      }
    }
    const middle = Math.ceil(batch.length / 2);
    const first = await write(batch.slice(0, middle));
    return (await write(batch.slice(middle))) && first;
  }

  return {
    append(record) {
      waiting.push(record);
      waitingBytes += sizeOf([record]);
      if (waitingBytes > MAX_WAITING_BYTES) {
        const [lost] = take(1);
        logger.error(
          { executionId: lost?.id },
          "too many executions wait to be written; the oldest was given up",
        );
      }
      if (waiting.length === BATCH_RECORDS) void flush();
      else schedule(BATCH_DELAY_MS);
    },
    flush,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await flush();
      if (waiting.length > 0) logger.error({ records: waiting.length }, "executions were not written");
    },
  };
}

function sizeOf(records: readonly ExecutionRecord[]): number {
  return records.reduce((sum, { logBytes }) => sum + RECORD_BYTES + logBytes, 0);
}
