import type { Logger } from "pino";
import { isDatabaseUnavailable } from "../db/errors.ts";
import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { saveEntries } from "./repository.ts";
import type { HistoryEntry } from "./repository.ts";

/**
 * Writes what executions log and how they end behind the callers' backs, many in one transaction. What the database
 * does not take because it is away is tried again; when too much waits, the oldest entries are given up and the log
 * says so.
 */
export interface History extends AsyncDisposable {
  append(entry: HistoryEntry): void;
  /** Resolves when everything appended so far was tried once. Never rejects. */
  flush(): Promise<void>;
  /** Tries for a last time what is left. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface HistoryOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** Told after something of an execution was written. */
  readonly onWritten: (executionId: string) => void;
}

const BATCH_DELAY_MS = 50;
const BATCH_ENTRIES = 500;
/** What may wait in memory: entries, each counted as 1 KiB and its logs. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
const ENTRY_BYTES = 1024;
const RETRY_AFTER_MS = 1_000;

export function createHistory({ database, logger, onWritten }: HistoryOptions): History {
  const closing = new AbortController();
  let waiting: HistoryEntry[] = [];
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
    for (let due = waiting.length; due > 0; due -= BATCH_ENTRIES) {
      const batch = take(Math.min(due, BATCH_ENTRIES));
      if (await write(batch)) continue;
      waiting = [...batch, ...waiting];
      waitingBytes += sizeOf(batch);
      if (!closing.signal.aborted) schedule(RETRY_AFTER_MS);
      return;
    }
  }

  function take(count: number): HistoryEntry[] {
    const entries = waiting.splice(0, count);
    waitingBytes -= sizeOf(entries);
    return entries;
  }

  /** An entry that the database refuses for what it holds must not take others with it: halves find it. */
  async function write(batch: readonly HistoryEntry[]): Promise<boolean> {
    try {
      await withPlatform(database, (queries) => saveEntries(queries, batch));
      for (const { executionId } of batch) onWritten(executionId);
      return true;
    } catch (error) {
      if (isDatabaseUnavailable(error)) {
        logger.warn({ err: error, entries: waiting.length + batch.length }, "executions wait to be written");
        return false;
      }
      if (batch.length === 1) {
        logger.error({ err: error, executionId: batch[0]?.executionId }, "execution could not be written");
        return true;
      }
    }
    const middle = Math.ceil(batch.length / 2);
    const first = await write(batch.slice(0, middle));
    return (await write(batch.slice(middle))) && first;
  }

  return {
    append(entry) {
      waiting.push(entry);
      waitingBytes += sizeOf([entry]);
      if (waitingBytes > MAX_WAITING_BYTES) {
        const [lost] = take(1);
        logger.error(
          { executionId: lost?.executionId },
          "too many executions wait to be written; the oldest was given up",
        );
      }
      if (waiting.length === BATCH_ENTRIES) void flush();
      else schedule(BATCH_DELAY_MS);
    },
    flush,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await flush();
      if (waiting.length > 0) logger.error({ entries: waiting.length }, "executions were not written");
    },
  };
}

function sizeOf(entries: readonly HistoryEntry[]): number {
  return entries.reduce((sum, { logBytes }) => sum + ENTRY_BYTES + logBytes, 0);
}
