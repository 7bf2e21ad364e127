import { z } from "zod";
import type { Permission } from "../../auth/permission.ts";
import type { ScriptStatus } from "../../db/schema.ts";
import type { PlatformServices } from "../../platform.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import * as field from "../fields.ts";
import { scriptChange, scriptInput } from "../script.ts";
import type { Script } from "../script.ts";
import { loadListed } from "./listed-script.ts";
import { scriptPath } from "./script-path.ts";
import { ScriptRow } from "./script-row.tsx";

type Services = Pick<PlatformServices, "scripts" | "recentExecutions">;

/** Whether a form stands in the list of scripts. */
const origin = z.object({ list: z.literal("yes").optional() });

const duplicateForm = z.object({ name: field.name });

interface StatusVerb {
  readonly verb: string;
  readonly access: Permission;
  readonly next: (script: Script) => ScriptStatus;
}

const STATUS_VERBS: readonly StatusVerb[] = [
  { verb: "pause", access: "scripts.update", next: () => "paused" },
  { verb: "resume", access: "scripts.update", next: () => "active" },
  { verb: "disable", access: "scripts.update", next: () => "disabled" },
  { verb: "archive", access: "scripts.delete", next: () => "archived" },
  {
    verb: "restore",
    access: "scripts.update",
    next: ({ activeVersion }) => (activeVersion === null ? "draft" : "disabled"),
  },
];

/** What forms in the list and on the page of one script do. */
export function createScriptChangePages(services: Services): PageRoute[] {
  const { scripts } = services;

  /** In the list the script's row, elsewhere the page of the script. */
  async function answer(request: PageRequest, script: Script, inList: boolean, toast: string) {
    const { view, caller } = request;
    if (!inList) return request.redirect(view.href(`${scriptPath(script)}/manage`), toast);
    if (!request.isFragment) return request.redirect(view.href("/scripts"), toast);
    const [listed] = await loadListed(services, caller, [script]);
    return await request.fragment(listed && <ScriptRow view={view} listed={listed} />, { toast });
  }

  return [
    ...STATUS_VERBS.map(({ verb, access, next }) =>
      definePage({
        method: "POST",
        path: `/scripts/{script}/${verb}`,
        access,
        async handle(request) {
          const { list } = await request.form(origin);
          const { caller, view, params } = request;
          const before = await scripts.get(caller, params["script"] ?? "");
          const change = scriptChange.parse({ status: next(before) });
          const script = await scripts.update(caller, before.id, change);
          const toast = view.t.scripts.nowHas(script.name, view.t.parts.statuses[script.status]);
          return await answer(request, script, list !== undefined, toast);
        },
      }),
    ),
    definePage({
      method: "POST",
      path: "/scripts/{script}/duplicate",
      access: "scripts.create",
      async handle(request) {
        const { caller, view, params } = request;
        const { name } = await request.form(duplicateForm);
        const { type, source, language, settings, description, tags } = await scripts.get(
          caller,
          params["script"] ?? "",
        );
        const content = { type, source, language, settings, description, tags };
        const copy = await scripts.create(caller, scriptInput.parse({ name, status: "draft", ...content }));
        return request.redirect(view.href(scriptPath(copy)), view.t.scripts.duplicated(name));
      },
    }),
    definePage({
      method: "POST",
      path: "/scripts/{script}/delete",
      access: "scripts.delete",
      async handle(request) {
        const { caller, view, params } = request;
        const { list } = await request.form(origin);
        const { id, name } = await scripts.get(caller, params["script"] ?? "");
        await scripts.delete(caller, id);
        const toast = view.t.scripts.deleted(name);
        if (list === undefined || !request.isFragment) return request.redirect(view.href("/scripts"), toast);
        return request.fragment(null, { toast });
      },
    }),
  ];
}
