import { createRoutes } from "../rest/app.ts";
import type { RestApp } from "../rest/app.ts";
import { readQuery } from "../rest/input.ts";
import { executionsQuery, logsQuery } from "./execution.ts";
import type { ExecutionService } from "./service.ts";

/** `/executions`; they are begun below `/scripts` and by triggers. */
export function createExecutionRoutes(executions: ExecutionService): RestApp {
  return createRoutes()
    .get("/", async (context) =>
      context.json(await executions.list(context.var.caller, readQuery(context, executionsQuery))),
    )
    .get("/:id", async (context) =>
      context.json(await executions.get(context.var.caller, context.req.param("id"))),
    )
    .get("/:id/logs", async (context) => {
      const page = readQuery(context, logsQuery);
      return context.json(await executions.listLogs(context.var.caller, context.req.param("id"), page));
    })
    .post("/:id/cancel", async (context) => {
      const execution = await executions.cancel(context.var.caller, context.req.param("id"));
      return context.json(execution, execution.completedAt === null ? 202 : 200);
    });
}
