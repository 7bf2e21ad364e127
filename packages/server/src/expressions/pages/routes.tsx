import type { PlatformServices } from "../../platform.ts";
import { definePage } from "../../web/page.ts";
import type { PageRequest, PageRoute } from "../../web/page.ts";
import { Playground } from "./playground.tsx";
import type { PlaygroundProps } from "./playground.tsx";
import { playgroundForm, shareForm } from "./playground-form.ts";
import type { PlaygroundForm } from "./playground-form.ts";
import { TrialResult } from "./trial-result.tsx";
import { listReads, tryForm } from "./trial.ts";

/** `/playground` */
export function createPlaygroundPages({ expressions }: Pick<PlatformServices, "expressions">): PageRoute[] {
  async function evaluate({ caller, view }: PageRequest, form: PlaygroundForm): Promise<PlaygroundProps> {
    return { view, form, trial: await tryForm(expressions, caller, form), reads: listReads(form) };
  }

  return [
    definePage({
      method: "GET",
      path: "/playground",
      access: "scripts.execute",
      async handle(request) {
        const props = await evaluate(request, request.query(playgroundForm));
        const { title } = request.view.t.playground;
        return await request.page(<Playground {...props} />, { title, section: "playground", editor: true });
      },
    }),
    definePage({
      method: "POST",
      path: "/playground",
      access: "scripts.execute",
      async handle(request) {
        const form = await request.form(playgroundForm);
        const props = await evaluate(request, form);
        request.context.header("HX-Replace-Url", request.view.href("/playground", shareForm(form)));
        return await request.fragment(<TrialResult {...props} />);
      },
    }),
  ];
}
