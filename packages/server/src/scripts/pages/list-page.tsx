import { z } from "zod";
import { SCRIPT_STATUSES, SCRIPT_TYPES } from "../../db/schema.ts";
import type { PlatformServices } from "../../platform.ts";
import { isUuid } from "../../rest/ids.ts";
import { storableText } from "../../rest/input.ts";
import { createPageQuery } from "../../rest/paging.ts";
import { filterField } from "../../web/filter-field.ts";
import { definePage } from "../../web/page.ts";
import type { PageRoute } from "../../web/page.ts";
import { Icon } from "../../web/parts/icon.tsx";
import { PageHeader } from "../../web/parts/page-header.tsx";
import * as field from "../fields.ts";
import { loadListed } from "./listed-script.ts";
import { isFiltered, ScriptList } from "./script-list.tsx";
import { isTourDue } from "./tour-page.ts";
import { planTour } from "./tour-steps.ts";
import { Tour } from "./tour.tsx";

const listQuery = z.object({
  ...createPageQuery(isUuid),
  type: filterField(z.enum(SCRIPT_TYPES)),
  status: filterField(z.enum(SCRIPT_STATUSES)),
  tag: filterField(field.tag),
  search: filterField(storableText(100)),
  tour: filterField(z.literal("1")),
});

/** `/scripts`, which is also where a tenant's pages begin. */
export function createScriptListPages(
  services: Pick<PlatformServices, "scripts" | "recentExecutions">,
): PageRoute[] {
  return [
    definePage({
      method: "GET",
      path: "",
      access: "member",
      handle: (request) => request.redirect(request.view.href("/scripts")),
    }),
    definePage({
      method: "GET",
      path: "/scripts",
      access: "scripts.read",
      async handle(request) {
        const { caller, view } = request;
        const { scripts } = view.t;
        const { tour, ...query } = request.query(listQuery);
        const { items, nextCursor } = await services.scripts.list(caller, query);
        const listed = await loadListed(services, caller, items);
        const steps = isFiltered(query) ? [] : planTour(view, listed);
        const isTouring = steps.length > 0 && (tour !== undefined || isTourDue(request));
        return await request.page(
          <>
            <PageHeader title={scripts.title}>
              {steps.length > 0 && !isTouring && (
                <a class="button" href={view.href("/scripts", { tour: 1 })}>
                  {view.t.tour.again}
                </a>
              )}
              {view.can("scripts.create") && (
                <a class="button primary" href={view.href("/scripts/new")}>
                  <Icon name="plus" />
                  {scripts.new.button}
                </a>
              )}
            </PageHeader>
            {isTouring && <Tour view={view} steps={steps} />}
            <ScriptList view={view} query={query} listed={listed} nextCursor={nextCursor} />
          </>,
          { title: scripts.title, section: "scripts" },
        );
      },
    }),
  ];
}
