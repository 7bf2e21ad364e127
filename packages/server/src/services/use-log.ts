import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { saveUses } from "./repository.ts";
import type { UseRow } from "./repository.ts";

/** One call of a service by a script. */
export interface ServiceUse {
  readonly tenantId: string;
  readonly scriptId: string;
  /** As scripts name it. */
  readonly service: string;
}

/**
 * Counts which script calls which service, and writes it behind the callers' backs: every second, and when it is
 * disposed. What a node counted in its last second is lost when it is killed.
 */
export interface UseLog extends AsyncDisposable {
  /** Costs an entry in a table in memory. */
  note(use: ServiceUse): void;
  /** Writes what was counted; what cannot be written is kept for the next time. Never rejects. */
  flush(): Promise<void>;
}

const FLUSH_EVERY_MS = 1_000;
/** Pairs of script and service that wait while the database is away; more are not counted. */
const MAX_WAITING = 50_000;
/** Rows in one statement. */
const BATCH_ROWS = 1_000;

export function createUseLog({
  database,
  logger,
}: {
  readonly database: Database;
  readonly logger: Logger;
}): UseLog {
  let waiting = new Map<string, UseRow>();
  let flushing: Promise<void> = Promise.resolve();
  let isOver = false;

  function add({ tenantId, scriptId, service, calls, lastUsedAt }: UseRow): void {
    const key = `${scriptId} ${service} ${tenantId}`;
    const known = waiting.get(key);
    if (known === undefined && waiting.size >= MAX_WAITING) return;
    waiting.set(key, {
      tenantId,
      scriptId,
      service,
      calls: calls + (known?.calls ?? 0),
      lastUsedAt: Math.max(lastUsedAt, known?.lastUsedAt ?? 0),
    });
  }

  async function write(): Promise<void> {
    if (waiting.size === 0) return;
    const rows = [...waiting.values()].toSorted(compareRows);
    waiting = new Map();
    for (let start = 0; start < rows.length; start += BATCH_ROWS) {
      try {
        await withPlatform(database, (queries) => saveUses(queries, rows.slice(start, start + BATCH_ROWS)));
      } catch (error) {
        for (const row of rows.slice(start)) add(row);
        if (!isOver) logger.warn({ err: error }, "which scripts use services could not be written");
        return;
      }
    }
  }

  function flush(): Promise<void> {
    flushing = flushing.then(write);
    return flushing;
  }

  const timer = setInterval(() => void flush(), FLUSH_EVERY_MS).unref();
  return {
    note: (use) => add({ ...use, calls: 1, lastUsedAt: Date.now() }),
    flush,
    async [Symbol.asyncDispose]() {
      isOver = true;
      clearInterval(timer);
      await flush();
    },
  };
}

/** In one order on all nodes, so that two that write the same rows do not wait for each other in a circle. */
function compareRows(a: UseRow, b: UseRow): number {
  return (
    compareTexts(a.tenantId, b.tenantId) ||
    compareTexts(a.scriptId, b.scriptId) ||
    compareTexts(a.service, b.service)
  );
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
