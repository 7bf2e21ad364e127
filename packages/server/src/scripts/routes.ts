import type { ExecutionService } from "../executions/service.ts";
import { executeInput } from "../executions/execution.ts";
import { createRoutes } from "../rest/app.ts";
import type { RestApp } from "../rest/app.ts";
import { readInput, readQuery } from "../rest/input.ts";
import {
  publishInput,
  readVersionNumber,
  scriptChange,
  scriptInput,
  scriptsQuery,
  versionsQuery,
} from "./script.ts";
import type { ScriptService } from "./service.ts";

export interface ScriptRoutesOptions {
  readonly scripts: ScriptService;
  readonly executions: ExecutionService;
  readonly bodyBytes: number;
  /** For bodies that carry a source. */
  readonly scriptBodyBytes: number;
}

/** `/scripts`, their versions, and running them. */
export function createScriptRoutes({
  scripts,
  executions,
  bodyBytes,
  scriptBodyBytes,
}: ScriptRoutesOptions): RestApp {
  return createRoutes()
    .get("/", async (context) =>
      context.json(await scripts.list(context.var.caller, readQuery(context, scriptsQuery))),
    )
    .post("/", async (context) => {
      const input = await readInput(context, scriptInput, scriptBodyBytes);
      return context.json(await scripts.create(context.var.caller, input), 201);
    })
    .get("/:script", async (context) =>
      context.json(await scripts.get(context.var.caller, context.req.param("script"))),
    )
    .patch("/:script", async (context) => {
      const change = await readInput(context, scriptChange, scriptBodyBytes);
      return context.json(await scripts.update(context.var.caller, context.req.param("script"), change));
    })
    .delete("/:script", async (context) => {
      await scripts.delete(context.var.caller, context.req.param("script"));
      return context.body(null, 204);
    })
    .get("/:script/versions", async (context) => {
      const page = readQuery(context, versionsQuery);
      return context.json(await scripts.listVersions(context.var.caller, context.req.param("script"), page));
    })
    .get("/:script/versions/:version", async (context) => {
      const { script, version } = context.req.param();
      return context.json(await scripts.getVersion(context.var.caller, script, readVersionNumber(version)));
    })
    .get("/:script/versions/:from/diff/:to", async (context) => {
      const { script, from, to } = context.req.param();
      const [older, newer] = [readVersionNumber(from), readVersionNumber(to)];
      return context.json(await scripts.diff(context.var.caller, script, older, newer));
    })
    .post("/:script/publish", async (context) => {
      const input = await readInput(context, publishInput, bodyBytes);
      return context.json(await scripts.publish(context.var.caller, context.req.param("script"), input));
    })
    .post("/:script/execute", async (context) => {
      const input = await readInput(context, executeInput, bodyBytes);
      const execution = await executions.execute(context.var.caller, context.req.param("script"), input);
      return context.json(execution, input.wait ? 200 : 202);
    });
}
