import type { JsonValue } from "@skerry/sandbox";
import type { Execution, ExecutionProgress } from "./execution.ts";
import type { HistoryEntry, LogEntry } from "./history-repository.ts";

/**
 * Takes what must not be kept, such as the values of secrets, out of a text of a tenant. Of a text that is JSON it makes
 * one that is JSON too. Must not throw.
 */
export type Redact = (tenantId: string, text: string) => string;

/** An execution as it may be kept and shown. */
export function redactExecution(redact: Redact, tenantId: string, execution: Execution): Execution {
  const clean = <Value extends JsonValue>(value: Value): Value => redactValue(redact, tenantId, value);
  const { input, output, error, progress } = execution;
  return {
    ...execution,
    input: clean(input),
    output: clean(output),
    error: clean(error),
    progress: progress && redactProgress(redact, tenantId, progress),
  };
}

function redactProgress(redact: Redact, tenantId: string, progress: ExecutionProgress): ExecutionProgress {
  const { message } = progress;
  return { ...progress, message: message === null ? null : redact(tenantId, message) };
}

/** What an execution logged and how it ended, as they may be kept. */
export function redactEntry(redact: Redact, entry: HistoryEntry): HistoryEntry {
  const { tenantId, ended, logs, progress } = entry;
  return {
    ...entry,
    ...(progress && { progress: redactProgress(redact, tenantId, progress) }),
    ended: ended && redactExecution(redact, tenantId, ended),
    logs: logs.map((line) => redactLine(redact, tenantId, line)),
  };
}

function redactLine(redact: Redact, tenantId: string, line: LogEntry): LogEntry {
  const { message, fieldsJson } = line;
  return {
    ...line,
    message: redact(tenantId, message),
    fieldsJson: fieldsJson === null ? null : redact(tenantId, fieldsJson),
  };
}

function redactValue<Value extends JsonValue>(redact: Redact, tenantId: string, value: Value): Value {
  if (value === null || typeof value === "boolean") return value;
  const json = JSON.stringify(value);
  const clean = redact(tenantId, json);
  return clean === json ? value : (JSON.parse(clean) as Value);
}
