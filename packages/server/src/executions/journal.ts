import type { LogLine, NotedCall } from "@skerry/sandbox";
import type { ScriptType } from "../db/schema.ts";
import type { Execution, ExecutionProgress } from "./execution.ts";
import type { History } from "./history.ts";
import type { HistoryEntry, LogEntry } from "./history-repository.ts";

/** Carries that one execution started, what it logs, and how it ends, into the history. */
export interface Journal {
  /** Hands over that a runner took it. */
  start(at: Date): void;
  /** Never throws. */
  add(lines: readonly LogLine[]): void;
  /** Keeps the last that the execution told of how far it is. */
  tell(progress: ExecutionProgress): void;
  /**
   * Hands over the ended execution, with its calls and the lines that are left; nothing may be added any more.
   *
   * @returns the execution as it will be kept.
   */
  end(execution: Execution, calls: readonly NotedCall[]): Execution;
}

export interface JournalOptions {
  readonly history: Pick<History, "append" | "start">;
  readonly tenantId: string;
  readonly executionId: string;
  readonly scriptType: ScriptType;
  /** Whether lines are written while the execution runs, for which its row must be there. Else all come at the end. */
  readonly isLive: boolean;
}

/** Progress is for people. */
const TELL_MS = 250;
/** Gathers what a busy script logs line by line; the history gathers for longer, over all executions. */
const HAND_OVER_MS = 10;
/** What a line takes in memory beside its texts. */
const LINE_BYTES = 64;
const CALL_BYTES = 128;

/** Holds no more than the execution may log: the runner's supervisor sees to the limit `logBytes`. */
export function createJournal(options: JournalOptions): Journal {
  const { history, tenantId, executionId, scriptType, isLive } = options;
  let lineCount = 0;
  let logs: LogEntry[] = [];
  let logBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let progress: ExecutionProgress | null = null;
  let isTold = true;
  let tellTimer: NodeJS.Timeout | undefined;

  function keep({ level, time, message, fields }: LogLine): void {
    const fieldsJson = fields === undefined ? null : JSON.stringify(fields);
    logs.push({ seq: lineCount, level, time, message, fieldsJson });
    lineCount += 1;
    logBytes += LINE_BYTES + message.length + (fieldsJson?.length ?? 0);
  }

  function handOver(ended?: Execution, calls?: readonly NotedCall[]): HistoryEntry {
    clearTimeout(timer);
    timer = undefined;
    const news = isTold || progress === null ? {} : { progress };
    isTold = true;
    const entry = history.append({
      tenantId,
      executionId,
      scriptType,
      ended,
      calls,
      logs,
      logBytes: logBytes + (calls?.length ?? 0) * CALL_BYTES,
      ...news,
    });
    logs = [];
    logBytes = 0;
    return entry;
  }

  return {
    start(startedAt) {
      history.start({ tenantId, executionId, startedAt });
    },
    add(lines) {
      for (const line of lines) keep(line);
      if (isLive) timer ??= setTimeout(() => handOver(), HAND_OVER_MS);
    },
    tell(report) {
      progress = report;
      isTold = false;
      tellTimer ??= setTimeout(() => {
        tellTimer = undefined;
        if (!isTold) handOver();
      }, TELL_MS);
    },
    end(execution, calls) {
      clearTimeout(tellTimer);
      const ended = { ...execution, progress };
      return handOver(ended, calls).ended ?? ended;
    },
  };
}
