import { z } from "zod";
import { SCRIPT_TYPES } from "../../db/schema.ts";
import type { PlatformServices } from "../../platform.ts";
import { formErrors } from "../../web/form.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import { explainTrigger } from "./meaning.ts";
import type { Meaning } from "./meaning.ts";
import { TriggerMeaning } from "./trigger-meaning.tsx";
import { readTriggerSettings } from "./trigger-settings-form.ts";

const previewQuery = z.looseObject({
  type: z.enum(SCRIPT_TYPES),
  name: z.string().max(100).default(""),
});

/** `/trigger-preview`: what the settings that somebody types mean. */
export function createTriggerPreview(services: PlatformServices): PageRoute {
  async function explain(request: PageRequest): Promise<Meaning | undefined> {
    const { type, name: scriptName } = request.query(previewQuery);
    try {
      const settings = readTriggerSettings(type, request.context.req.queries());
      return await explainTrigger(services, request, { type, scriptName, settings });
    } catch (error) {
      const [message = ""] = formErrors(error).values();
      return { kind: "wrong", message };
    }
  }

  return definePage({
    method: "GET",
    path: "/trigger-preview",
    access: "scripts.read",
    async handle(request) {
      const meaning = await explain(request);
      return request.fragment(meaning && <TriggerMeaning view={request.view} meaning={meaning} />);
    },
  });
}
