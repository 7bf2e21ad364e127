import { SpanKind } from "@opentelemetry/api";
import type { Span } from "@opentelemetry/api";
import { SANDBOX_ERRORS } from "@skerry/sandbox";
import type { ExecutionRequest, ExecutionResult, RunnerPool } from "@skerry/sandbox";
import type { Logger } from "pino";
import { ATTRIBUTES } from "../executions/attributes.ts";
import { describeExecution } from "./log-fields.ts";
import { SPANS } from "./spans.ts";
import { traceContextOf } from "./trace-context.ts";
import { codeOf, endSpan } from "./tracing.ts";
import type { Tracing } from "./tracing.ts";

export interface ObservedPoolOptions {
  readonly tracing: Tracing;
  readonly logger: Logger;
}

/** The pool, whose executions are spans now. How one failed is logged, as a warning where that is no fault of its script. */
export function observeExecutions(
  pool: Pick<RunnerPool, "execute">,
  { tracing, logger }: ObservedPoolOptions,
): Pick<RunnerPool, "execute"> {
  async function run(request: ExecutionRequest): Promise<ExecutionResult> {
    const result = await pool.execute(request);
    if (result.status !== "completed") tellFailure(logger, request, result);
    return result;
  }

  async function trace(span: Span, request: ExecutionRequest): Promise<ExecutionResult> {
    describeRequest(span, request);
    const place = traceContextOf(span) ?? "";
    const waiting = tracing.startSpan(SPANS.runner.name, SpanKind.INTERNAL, place);
    try {
      const result = await run({
        ...request,
        attributes: { ...request.attributes, [ATTRIBUTES.trace]: place },
        onStart(source) {
          waiting.setAttribute("skerry.runner.source", source);
          waiting.end();
          request.onStart?.(source);
        },
      });
      describeResult(span, result);
      return result;
    } catch (error) {
      endSpan(span, codeOf(error));
      throw error;
    } finally {
      // No runner took it.
      if (waiting.isRecording()) waiting.end();
    }
  }

  return {
    // One promise less than an async function: every execution passes here.
    execute(request) {
      const parent = request.attributes?.[ATTRIBUTES.trace];
      const span = tracing.startSpan(SPANS.execution.name, SpanKind.INTERNAL, parent);
      return span.isRecording() ? trace(span, request) : run(request);
    },
  };
}

function describeRequest(
  span: Span,
  { tenant, executionId, attributes = {}, context }: ExecutionRequest,
): void {
  const { script = "", [ATTRIBUTES.scriptName]: name = "", [ATTRIBUTES.version]: version = "" } = attributes;
  const { type = "" } = context["trigger"] as { readonly type?: string };
  span.setAttributes({
    "skerry.tenant": tenant,
    "skerry.script": script,
    "skerry.script.name": name,
    "skerry.script.version": Number(version),
    "skerry.trigger": type,
    "skerry.execution": executionId,
  });
}

function describeResult(span: Span, result: ExecutionResult): void {
  const { cpuMs, queuedMs } = result.usage;
  span.setAttributes({
    "skerry.execution.status": result.status,
    "skerry.execution.cpu_ms": cpuMs,
    "skerry.execution.runner_wait_ms": queuedMs,
  });
  endSpan(span, result.status === "completed" ? undefined : result.error.code);
}

function tellFailure(
  logger: Logger,
  request: ExecutionRequest,
  { status, error, usage: { durationMs } }: Exclude<ExecutionResult, { status: "completed" }>,
): void {
  const { code } = error;
  const level = SANDBOX_ERRORS[code].kind === "system" ? "warn" : "debug";
  if (!logger.isLevelEnabled(level)) return;
  logger[level]({ ...describeExecution(request), status, code, durationMs }, "execution did not complete");
}
