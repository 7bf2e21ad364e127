import type { PlatformServices } from "../../../platform.ts";
import { definePage } from "../../../web/page.ts";
import type { PageRoute } from "../../../web/page.ts";
import { createDeclarationsPage } from "./declarations-page.ts";
import { createEditorPages } from "./editor-pages.tsx";
import { createMergingPages } from "./merging-pages.tsx";
import { createRunningPages } from "./running-pages.tsx";
import { loadEditor } from "./state.ts";
import { createWritingPages } from "./writing-pages.tsx";

/** `/scripts/{script}`: where a script is written, tried and published. */
export function createScriptEditorPages(services: PlatformServices): PageRoute[] {
  const shared = createEditorPages(services.executions);
  return [
    definePage({
      method: "GET",
      path: "/scripts/{script}",
      access: "scripts.read",
      async handle(request) {
        const state = await loadEditor(services, request.caller, request.params["script"] ?? "");
        return await shared.showEditor(request, state);
      },
    }),
    ...createWritingPages(services, shared),
    ...createMergingPages(services, shared),
    ...createRunningPages(services, shared),
    createDeclarationsPage(services),
  ];
}
