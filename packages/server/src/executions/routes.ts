import { accepts } from "hono/accepts";
import { z } from "zod";
import type { RestContext } from "../rest/app.ts";
import { checkInput, readQuery } from "../rest/input.ts";
import { bindRoute } from "../rest/router.ts";
import type { BoundRoute } from "../rest/router.ts";
import {
  cancelExecution,
  executeScript,
  getExecution,
  getExecutionLogs,
  listExecutions,
  replayExecution,
} from "./contract.ts";
import { lastEventId } from "./execution.ts";
import type { ExecuteInput } from "./execution.ts";
import { streamLogs } from "./log-stream.ts";
import type { ExecutionService } from "./service.ts";

const JSON_TYPE = "application/json";
const EVENT_STREAM_TYPE = "text/event-stream";

/** A stream has no pages. */
const noQuery = z.strictObject({});
const streamHeaders = z.object({ "Last-Event-ID": lastEventId.optional() });

/** `/executions`, and running scripts; triggers begin more of them. */
export function createExecutionRoutes(executions: ExecutionService): BoundRoute[] {
  return [
    bindRoute(executeScript, ({ caller, params, body, context }) => {
      if (isQueued(body)) context.status(202);
      return executions.execute(caller, params.script, body);
    }),
    bindRoute(listExecutions, ({ caller, query }) => executions.list(caller, query)),
    bindRoute(getExecution, ({ caller, params }) => executions.get(caller, params.execution)),
    bindRoute(getExecutionLogs, async ({ caller, params, query, context }) => {
      if (!wantsEvents(context)) return await executions.listLogs(caller, params.execution, query);
      readQuery(context, noQuery);
      return streamLogs(await executions.followLogs(caller, params.execution, readLastEvent(context)));
    }),
    bindRoute(cancelExecution, async ({ caller, params, context }) => {
      const execution = await executions.cancel(caller, params.execution);
      if (execution.completedAt === null) context.status(202);
      return execution;
    }),
    bindRoute(replayExecution, ({ caller, params, body, context }) => {
      if (isQueued(body)) context.status(202);
      return executions.replay(caller, params.execution, body);
    }),
  ];
}

function isQueued({ wait, at }: Pick<ExecuteInput, "wait" | "at">): boolean {
  return !wait || at !== undefined;
}

function wantsEvents(context: RestContext): boolean {
  const supports = [JSON_TYPE, EVENT_STREAM_TYPE];
  return accepts(context, { header: "Accept", supports, default: JSON_TYPE }) === EVENT_STREAM_TYPE;
}

/** @returns the number of the last line that the client has; -1 for none. */
function readLastEvent({ req }: RestContext): number {
  const header = req.header("last-event-id");
  return (
    checkInput(streamHeaders, header === undefined ? {} : { "Last-Event-ID": header })["Last-Event-ID"] ?? -1
  );
}
