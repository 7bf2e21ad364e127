import { ATTRIBUTES } from "../executions/attributes.ts";
import { isRecorded } from "./trace-context.ts";

/** What every log line about an execution tells of it. The names of a trace's fields are OpenTelemetry's for JSON logs. */
export interface ExecutionFields {
  readonly tenant: string;
  readonly script: string | undefined;
  readonly execution: string;
  readonly trace_id?: string;
  readonly span_id?: string;
}

/** What the host knows of an execution when it runs, or when it calls a capability. */
interface KnownExecution {
  readonly tenant: string;
  readonly executionId: string;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

export function describeExecution({ tenant, executionId, attributes = {} }: KnownExecution): ExecutionFields {
  const { script, [ATTRIBUTES.trace]: trace } = attributes;
  const fields = { tenant, script, execution: executionId };
  if (!isRecorded(trace)) return fields;
  const [, traceId = "", spanId = ""] = trace.split("-", 3);
  return { ...fields, trace_id: traceId, span_id: spanId };
}
