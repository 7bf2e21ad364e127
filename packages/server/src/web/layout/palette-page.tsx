import { z } from "zod";
import type { PlatformServices } from "../../platform.ts";
import { storableText } from "../../rest/input.ts";
import { defineOperatorPage, definePage } from "../page.ts";
import type { AnyPageRequest, PageRequest, PageRoute } from "../page.ts";
import { PaletteHits } from "./command-palette.tsx";
import type { PaletteHit } from "./command-palette.tsx";
import { nameOfSection, navigationOf } from "./navigation.ts";

const MAX_SCRIPTS = 10;

const paletteQuery = z.object({ q: storableText(100).default("") });

/** `/palette`: pages whose name holds what is asked for, and scripts whose name begins with it. */
export function createPalettePages({ scripts }: Pick<PlatformServices, "scripts">): PageRoute[] {
  async function findScripts({ caller, view }: PageRequest, search: string): Promise<PaletteHit[]> {
    if (!view.can("scripts.read")) return [];
    const { items } = await scripts.list(caller, { limit: MAX_SCRIPTS, search });
    return items.map(({ name, type }) => ({ name, path: view.href(`/scripts/${name}`), kind: type }));
  }

  return [
    definePage({
      method: "GET",
      path: "/palette",
      access: "member",
      async handle(request) {
        const { view } = request;
        const search = request.query(paletteQuery).q.trim();
        const hits = [...findPages(view, search), ...(await findScripts(request, search))];
        return request.fragment(<PaletteHits view={view} hits={hits} />);
      },
    }),
    defineOperatorPage({
      method: "GET",
      path: "/palette",
      handle(request) {
        const { view } = request;
        const hits = findPages(view, request.query(paletteQuery).q.trim());
        return request.fragment(<PaletteHits view={view} hits={hits} />);
      },
    }),
  ];
}

function findPages(view: AnyPageRequest["view"], search: string): PaletteHit[] {
  const { layout } = view.t;
  const wanted = search.toLocaleLowerCase(view.language);
  return navigationOf(view)
    .flatMap(({ entries, name }) =>
      entries.map(({ section, path }) => ({
        name: nameOfSection(layout, section),
        path: view.href(path),
        kind: name === undefined ? "" : layout.groups[name],
      })),
    )
    .filter(({ name }) => name.toLocaleLowerCase(view.language).includes(wanted));
}
