import type { LogLine } from "@skerry/sandbox";
import type { Execution } from "./execution.ts";
import type { History } from "./history.ts";
import type { LogEntry } from "./repository.ts";

/** Carries what one execution logs, and how it ends, into the history. */
export interface Journal {
  /** Never throws. */
  add(lines: readonly LogLine[]): void;
  /** Hands over the ended execution with the lines that are left; nothing may be added any more. */
  end(execution: Execution): void;
}

export interface JournalOptions {
  readonly history: Pick<History, "append">;
  readonly tenantId: string;
  readonly executionId: string;
  /** Whether lines are written while the execution runs, for which its row must be there. Else all come at the end. */
  readonly isLive: boolean;
}

/** Gathers what a busy script logs line by line; the history gathers for longer, over all executions. */
const HAND_OVER_MS = 10;
/** What a line takes in memory beside its texts. */
const LINE_BYTES = 64;

/** Holds no more than the execution may log: the runner's supervisor sees to the limit `logBytes`. */
export function createJournal({ history, tenantId, executionId, isLive }: JournalOptions): Journal {
  let lineCount = 0;
  let logs: LogEntry[] = [];
  let logBytes = 0;
  let timer: NodeJS.Timeout | undefined;

  function keep({ level, time, message, fields }: LogLine): void {
    const fieldsJson = fields === undefined ? null : JSON.stringify(fields);
    logs.push({ seq: lineCount, level, time, message, fieldsJson });
    lineCount += 1;
    logBytes += LINE_BYTES + message.length + (fieldsJson?.length ?? 0);
  }

  function handOver(ended?: Execution): void {
    clearTimeout(timer);
    timer = undefined;
    history.append({ tenantId, executionId, ended, logs, logBytes });
    logs = [];
    logBytes = 0;
  }

  return {
    add(lines) {
      for (const line of lines) keep(line);
      if (isLive) timer ??= setTimeout(handOver, HAND_OVER_MS);
    },
    end: handOver,
  };
}
