import type { PlatformServices } from "../../platform.ts";
import type { PageRoute } from "../../web/page.ts";
import { createScriptListPages } from "./list-page.tsx";
import { createManagePages } from "./manage-page.tsx";
import { createNewScriptPages } from "./new-pages.tsx";
import { createScriptChangePages } from "./script-changes.tsx";
import { createTourPage } from "./tour-page.ts";
import { createTriggerPreview } from "./trigger-preview.tsx";
import { createVersionPages } from "./version-pages.tsx";

/** `/scripts`, new ones, and what belongs to one script beside its editor. */
export function createScriptPages(services: PlatformServices): PageRoute[] {
  return [
    ...createScriptListPages(services),
    ...createNewScriptPages(services),
    createTriggerPreview(services),
    createTourPage(),
    ...createVersionPages(services),
    ...createManagePages(services),
    ...createScriptChangePages(services),
  ];
}
