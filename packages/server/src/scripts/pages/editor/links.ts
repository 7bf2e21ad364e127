import type { PageRequest } from "../../../web/page.ts";
import type { Script } from "../../script.ts";
import { scriptPath } from "../script-path.ts";

export type TenantView = PageRequest["view"];

/** Where the editor of a script sends what is done in it. */
export interface EditorLinks {
  readonly editor: string;
  readonly save: string;
  readonly publish: string;
  readonly language: string;
  readonly discard: string;
  readonly merge: string;
  readonly saveMerged: string;
  readonly run: string;
  readonly types: string;
  execution(id: string): string;
  cancel(id: string): string;
}

export function linksOf(view: TenantView, script: Pick<Script, "id" | "name">): EditorLinks {
  const path = scriptPath(script);
  return {
    editor: view.href(path),
    save: view.href(`${path}/save`),
    publish: view.href(`${path}/publish`),
    language: view.href(`${path}/language`),
    discard: view.href(`${path}/discard`),
    merge: view.href(`${path}/merge`),
    saveMerged: view.href(`${path}/merge/save`),
    run: view.href(`${path}/run`),
    types: view.href("/declarations.d.ts"),
    execution: (id) => view.href(`${path}/runs/${id}`),
    cancel: (id) => view.href(`${path}/runs/${id}/cancel`),
  };
}

/** Whether it is asked for from a page of another product: see `embed-page.tsx`. */
export function isEmbedded({ context, view }: Pick<PageRequest, "context" | "view">): boolean {
  const shown = URL.parse(context.req.header("hx-current-url") ?? "");
  return shown?.pathname.startsWith(view.link("/embed/")) === true;
}
