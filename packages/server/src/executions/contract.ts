import { defineRoute, pageOf, pathParameters } from "../rest/route.ts";
import { COMPILE_REFUSALS } from "../scripts/contract.ts";
import {
  executeInput,
  execution,
  executionEnd,
  executionLog,
  executionProgress,
  executionsQuery,
  logsQuery,
  replayInput,
} from "./execution.ts";

const EXECUTION = pathParameters("execution");

export const executeScript = defineRoute({
  operation: "scripts.execute",
  method: "POST",
  path: "/scripts/{script}/execute",
  summary:
    "Runs a script: 200 with the finished execution, or 202 with the pending one when `wait` is false or `at` is given.",
  access: "scripts.execute",
  params: pathParameters("script"),
  body: executeInput,
  answers: { 200: execution, 202: execution },
  errors: [
    "SCRIPT_NOT_FOUND",
    "VERSION_NOT_FOUND",
    "DRAFT_NOT_FOUND",
    ...COMPILE_REFUSALS,
    "SCRIPT_NOT_PUBLISHED",
    "SCRIPT_DISABLED",
    "SCRIPT_NOT_EXECUTABLE",
    "TENANT_SUSPENDED",
    "CONCURRENCY_LIMIT",
    "SHUTTING_DOWN",
  ],
});

export const listExecutions = defineRoute({
  operation: "executions.list",
  method: "GET",
  path: "/executions",
  summary: "Lists executions, newest first.",
  access: "executions.read",
  query: executionsQuery,
  answers: { 200: pageOf(execution) },
  errors: ["SCRIPT_NOT_FOUND"],
});

export const getExecution = defineRoute({
  operation: "executions.get",
  method: "GET",
  path: "/executions/{execution}",
  summary: "Gives an execution.",
  access: "executions.read",
  params: EXECUTION,
  answers: { 200: execution },
  errors: ["EXECUTION_NOT_FOUND"],
});

export const getExecutionLogs = defineRoute({
  operation: "executions.logs",
  method: "GET",
  path: "/executions/{execution}/logs",
  summary:
    "Lists what an execution logged; with `Accept: text/event-stream` follows it, resumable by `Last-Event-ID`.",
  access: "executions.read",
  params: EXECUTION,
  query: logsQuery,
  answers: { 200: pageOf(executionLog) },
  events: { log: executionLog, progress: executionProgress, end: executionEnd },
  errors: ["EXECUTION_NOT_FOUND", "CONCURRENCY_LIMIT"],
});

export const cancelExecution = defineRoute({
  operation: "executions.cancel",
  method: "POST",
  path: "/executions/{execution}/cancel",
  summary:
    "Ends an execution: 200 when it has ended, 202 when another node was asked to end it. Of one that has failed and " +
    "is to be tried again it gives up the next attempts.",
  access: "scripts.execute",
  params: EXECUTION,
  answers: { 200: execution, 202: execution },
  errors: ["EXECUTION_NOT_FOUND", "EXECUTION_FINISHED"],
});

export const replayExecution = defineRoute({
  operation: "executions.replay",
  method: "POST",
  path: "/executions/{execution}/replay",
  summary:
    "Runs an execution again as a new one, with its input on its version or draft unless others are given.",
  access: "scripts.execute",
  params: EXECUTION,
  body: replayInput,
  answers: { 200: execution, 202: execution },
  errors: ["EXECUTION_NOT_FOUND", ...executeScript.errors],
});

export const EXECUTION_ROUTES = [
  executeScript,
  listExecutions,
  getExecution,
  getExecutionLogs,
  cancelExecution,
  replayExecution,
] as const;
