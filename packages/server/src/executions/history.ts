import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { isDatabaseUnavailable } from "../db/errors.ts";
import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { violates } from "../problems/violation.ts";
import { createGroupedWrite } from "./grouped-writes.ts";
import { insertBegun, saveEntries } from "./history-repository.ts";
import type { ExecutionRecord, HistoryEntry, StartRecord } from "./history-repository.ts";
import { redactEntry, redactExecution } from "./redaction.ts";
import type { Redact } from "./redaction.ts";

/**
 * Writes that executions begin, and, behind the callers' backs, what they log and how they end, many in one statement.
 * What the database does not take because it is away is tried again; when too much waits, the oldest entries are given
 * up and the log says so.
 */
export interface History extends AsyncDisposable {
  /** Resolves when the execution is written, which has yet to run. Rejects as a statement does. */
  begin(record: ExecutionRecord): Promise<void>;
  /** A runner took the execution: written unless it ends within 50 ms. */
  start(start: StartRecord): void;
  /** @returns the entry as it will be kept. */
  append(entry: HistoryEntry): HistoryEntry;
  /** Resolves when all that was handed over so far was tried once. Never rejects. */
  flush(): Promise<void>;
  /** The same without the starts. @returns whether all of it is written; it stays in memory while it is not. */
  flushEntries(): Promise<boolean>;
  /** The same, together with what is handed over within 10 ms: for those whom nobody waits for. */
  flushSoon(): Promise<boolean>;
  /** Tries for a last time what is left. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface HistoryOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** Told after something of an execution was written. */
  readonly onWritten: (executionId: string) => void;
  /** Default: everything is kept as it is. */
  readonly redact?: Redact | undefined;
}

const BATCH_DELAY_MS = 50;
/** Ends that are written together free their places together, which then are filled together: at half the cost. */
const GATHER_MS = 10;
const BATCH_ENTRIES = 500;
/** What may wait in memory: entries, each counted as 1 KiB and its logs. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
const ENTRY_BYTES = 1024;
const RETRY_AFTER_MS = 1_000;

export function createHistory({ database, logger, onWritten, redact }: HistoryOptions): History {
  // Here and below: one statement is a transaction by itself, in a third of the round trips.
  const writeBegun = createGroupedWrite<ExecutionRecord>((records) => insertBegun(database.kysely, records));
  const closing = new AbortController();
  const starts = new Map<string, StartRecord>();
  let waiting: HistoryEntry[] = [];
  let waitingBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let gathering: Promise<boolean> | undefined;
  /** The batches go one after another. */
  let writing: Promise<boolean> = Promise.resolve(true);

  function schedule(delayMs: number): void {
    timer ??= setTimeout(() => void flushDue(), delayMs).unref();
  }

  async function flush(): Promise<void> {
    await flushStarted(Infinity);
  }

  /** What has just been started may well end before that is worth a statement. */
  function flushDue(): Promise<boolean> {
    return flushStarted(Date.now() - BATCH_DELAY_MS);
  }

  function flushStarted(before: number): Promise<boolean> {
    clearTimeout(timer);
    timer = undefined;
    const due = [...starts.values()].filter(({ startedAt }) => startedAt.getTime() <= before);
    for (const start of due) push({ ...start, ended: undefined, logs: [], logBytes: 0 });
    for (const { executionId } of due) starts.delete(executionId);
    if (starts.size > 0) schedule(BATCH_DELAY_MS);
    return flushEntries();
  }

  function flushEntries(): Promise<boolean> {
    writing = writing.then(writeWaiting);
    return writing;
  }

  function flushSoon(): Promise<boolean> {
    gathering ??= sleep(GATHER_MS).then(() => {
      gathering = undefined;
      return flushEntries();
    });
    return gathering;
  }

  function push(entry: HistoryEntry): void {
    waiting.push(entry);
    waitingBytes += sizeOf([entry]);
  }

  /** Writes what waits at its start; what comes meanwhile has its own timer, so that this ends. */
  async function writeWaiting(): Promise<boolean> {
    for (let due = waiting.length; due > 0; due -= BATCH_ENTRIES) {
      const batch = take(Math.min(due, BATCH_ENTRIES));
      if (await write(batch)) continue;
      waiting = [...batch, ...waiting];
      waitingBytes += sizeOf(batch);
      if (!closing.signal.aborted) schedule(RETRY_AFTER_MS);
      return false;
    }
    return true;
  }

  function take(count: number): HistoryEntry[] {
    const entries = waiting.splice(0, count);
    waitingBytes -= sizeOf(entries);
    return entries;
  }

  /** Lines and the end they belong to are seen together or not at all. */
  async function save(batch: readonly HistoryEntry[]): Promise<void> {
    if (batch.every(({ logs }) => logs.length === 0)) await saveEntries(database.kysely, batch);
    else await withPlatform(database, (queries) => saveEntries(queries, batch));
  }

  /** An entry that the database refuses for what it holds must not take others with it: halves find it. */
  async function write(batch: readonly HistoryEntry[]): Promise<boolean> {
    try {
      await save(batch);
      for (const { executionId } of batch) onWritten(executionId);
      return true;
    } catch (error) {
      if (isDatabaseUnavailable(error)) {
        logger.warn({ err: error, entries: waiting.length + batch.length }, "executions wait to be written");
        return false;
      }
      if (batch.length === 1) {
        const about = { ...aboutEntry(batch[0]), err: error };
        if (violates(error, "executions_script")) logger.info(about, "an execution ended after its script");
        else logger.error(about, "execution could not be written");
        return true;
      }
    }
    const middle = Math.ceil(batch.length / 2);
    const first = await write(batch.slice(0, middle));
    return (await write(batch.slice(middle))) && first;
  }

  return {
    begin(record) {
      const { tenantId } = record;
      return writeBegun(redact ? { ...redactExecution(redact, tenantId, record), tenantId } : record);
    },
    start(start) {
      starts.set(start.executionId, start);
      schedule(BATCH_DELAY_MS);
    },
    append(given) {
      const entry = redact ? redactEntry(redact, given) : given;
      if (entry.ended !== undefined) starts.delete(entry.executionId);
      push(entry);
      if (waitingBytes > MAX_WAITING_BYTES) {
        const [lost] = take(1);
        const message = "too many executions wait to be written; the oldest was given up";
        logger.error(aboutEntry(lost), message);
      }
      if (waiting.length === BATCH_ENTRIES) void flush();
      else schedule(BATCH_DELAY_MS);
      return entry;
    },
    flush,
    flushEntries,
    flushSoon,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await flush();
      if (waiting.length > 0) logger.error({ entries: waiting.length }, "executions were not written");
    },
  };
}

/** The script is known of what has ended alone. */
function aboutEntry(entry: HistoryEntry | undefined) {
  return { tenant: entry?.tenantId, script: entry?.ended?.scriptId, execution: entry?.executionId };
}

function sizeOf(entries: readonly HistoryEntry[]): number {
  return entries.reduce((sum, { logBytes }) => sum + ENTRY_BYTES + logBytes, 0);
}
