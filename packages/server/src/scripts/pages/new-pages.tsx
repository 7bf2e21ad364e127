import { z } from "zod";
import { SCRIPT_TYPES } from "../../db/schema.ts";
import type { PlatformServices } from "../../platform.ts";
import { checkInput } from "../../rest/input.ts";
import { filterField } from "../../web/filter-field.ts";
import { formErrors } from "../../web/form.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import * as field from "../fields.ts";
import { scriptInput } from "../script.ts";
import { explainTrigger } from "./meaning.ts";
import type { Meaning } from "./meaning.ts";
import { nameSettings } from "./named-settings.ts";
import { NewScript, TypeChoice } from "./new-script.tsx";
import type { NewScriptFacts } from "./new-script.tsx";
import { scriptPath } from "./script-path.ts";
import { templateOf } from "./templates.ts";
import { readTriggerSettings, readWishedSettings } from "./trigger-settings-form.ts";

const newQuery = z.object({
  type: filterField(z.enum(SCRIPT_TYPES)),
  language: field.language.default("js"),
});

/** The settings are beside these, under their own names. */
const newForm = z.looseObject({
  type: z.enum(SCRIPT_TYPES),
  language: field.language,
  name: z.string(),
  source: z.string(),
  do: z.enum(["draft", "publish"]),
});

const NO_ERRORS: ReadonlyMap<string, string> = new Map();

/** `/scripts/new`: templates, and making a script of one. */
export function createNewScriptPages(
  services: Pick<PlatformServices, "scripts" | "schedules" | "events">,
): PageRoute[] {
  const show = async (request: PageRequest, script: NewScriptFacts) => {
    const { scripts } = request.view.t;
    return await request.page(<NewScript view={request.view} script={script} />, {
      title: scripts.new.titleOf(scripts.types[script.type]),
      section: "scripts",
      editor: true,
      status: script.errors.size === 0 ? 200 : 422,
    });
  };

  return [
    definePage({
      method: "GET",
      path: "/scripts/new",
      access: "scripts.create",
      async handle(request) {
        const { view } = request;
        const { type, language } = request.query(newQuery);
        if (type === undefined) {
          const { title } = view.t.scripts.new;
          return await request.page(<TypeChoice view={view} />, { title, section: "scripts" });
        }
        const { source, settings } = templateOf(type, language);
        const meaning = await explainTrigger(services, request, { type, scriptName: "", settings });
        return await show(request, {
          type,
          language,
          name: "",
          source,
          settings,
          meaning,
          errors: NO_ERRORS,
        });
      },
    }),
    definePage({
      method: "POST",
      path: "/scripts/new",
      access: "scripts.create",
      async handle(request) {
        const { caller, view } = request;
        const typed = await request.form(newForm);
        const { type, language, name, source } = typed;
        const status = typed.do === "publish" ? "active" : "draft";
        let meaning: Meaning | undefined;
        try {
          const settings = readTriggerSettings(type, typed);
          meaning = await explainTrigger(services, request, { type, scriptName: name, settings });
          const shown = templateOf(type, language).settings;
          const named = await nameSettings(source, { shown, typed: settings });
          const input = checkInput(scriptInput, { name, type, source, language, settings: named, status });
          const script = await services.scripts.create(caller, input);
          const { draftMade, published } = view.t.scripts.new;
          return request.redirect(
            view.href(scriptPath(script)),
            status === "draft" ? draftMade(name) : published(name),
          );
        } catch (error) {
          const settings = readWishedSettings(type, typed);
          return await show(request, {
            type,
            language,
            name,
            source,
            settings,
            meaning,
            errors: formErrors(error),
          });
        }
      },
    }),
  ];
}
