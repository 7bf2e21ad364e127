import { accepts } from "hono/accepts";
import { z } from "zod";
import { createRoutes } from "../rest/app.ts";
import type { RestApp, RestContext } from "../rest/app.ts";
import { checkInput, readInput, readQuery } from "../rest/input.ts";
import { executionsQuery, lastEventId, logsQuery, replayInput } from "./execution.ts";
import { streamLogs } from "./log-stream.ts";
import type { ExecutionService } from "./service.ts";

const JSON_TYPE = "application/json";
const EVENT_STREAM_TYPE = "text/event-stream";

const noQuery = z.strictObject({});
const streamHeaders = z.object({ "Last-Event-ID": lastEventId.optional() });

/** `/executions`; they are begun below `/scripts` and by triggers. */
export function createExecutionRoutes(executions: ExecutionService, bodyBytes: number): RestApp {
  return createRoutes()
    .get("/", async (context) =>
      context.json(await executions.list(context.var.caller, readQuery(context, executionsQuery))),
    )
    .get("/:id", async (context) =>
      context.json(await executions.get(context.var.caller, context.req.param("id"))),
    )
    .get("/:id/logs", async (context) => {
      const id = context.req.param("id");
      if (wantsEvents(context)) {
        readQuery(context, noQuery);
        const feed = await executions.followLogs(context.var.caller, id, readLastEvent(context));
        return streamLogs(feed);
      }
      const page = readQuery(context, logsQuery);
      return context.json(await executions.listLogs(context.var.caller, id, page));
    })
    .post("/:id/cancel", async (context) => {
      const execution = await executions.cancel(context.var.caller, context.req.param("id"));
      return context.json(execution, execution.completedAt === null ? 202 : 200);
    })
    .post("/:id/replay", async (context) => {
      const input = await readInput(context, replayInput, bodyBytes);
      const execution = await executions.replay(context.var.caller, context.req.param("id"), input);
      return context.json(execution, input.wait ? 200 : 202);
    });
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
