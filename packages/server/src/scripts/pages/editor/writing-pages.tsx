import { SkerryError } from "../../../problems/errors.ts";
import { definePage } from "../../../web/page.ts";
import type { PageRequest, PageRoute } from "../../../web/page.ts";
import { announce, announceSaved, SavedPieces } from "./answers.tsx";
import type { EditorPages } from "./editor-pages.tsx";
import { VersionTag } from "./editor.tsx";
import type { Written } from "./fields.ts";
import { linksOf } from "./links.ts";
import { PublishNote, PublishQuestion } from "./publish-dialog.tsx";
import { saveThen } from "./save-request.ts";
import type { Saved } from "./saving.ts";
import { describeState, loadEditor } from "./state.ts";
import type { EditorServices } from "./state.ts";

/** `/scripts/{script}/save`, `/publish`, `/language` and `/discard`: what is done with a draft. */
export function createWritingPages(services: EditorServices, { showEditor }: EditorPages): PageRoute[] {
  /** Saves what was sent, and goes on from there. */
  async function save(
    request: PageRequest,
    next: (saved: Saved, written: Written) => Promise<Response>,
  ): Promise<Response> {
    const state = await loadEditor(services, request.caller, request.params["script"] ?? "");
    return await saveThen(services, request, state, next);
  }

  async function publish(request: PageRequest, saved: Saved, note: string): Promise<Response> {
    const { view, caller } = request;
    const { scriptEditor: t } = view.t;
    const { script, draft } = saved.state;
    const { baseVersion, draftRevision } = saved.state.base;
    if (draft === undefined) {
      const response = await request.fragment(<SavedPieces view={view} saved={saved} />, {
        toast: t.nothingToPublish,
      });
      return announceSaved(response, saved);
    }
    try {
      const published = await services.scripts.publish(caller, script.id, {
        draft: true,
        note,
        baseVersion,
        draftRevision,
      });
      const { name, latestVersion: version } = published;
      const toast = t.published(name, version);
      if (!request.isFragment) return request.redirect(linksOf(view, script).editor, toast);
      const response = await request.fragment(
        <>
          <SavedPieces view={view} saved={{ ...saved, state: describeState(published, undefined) }} />
          <VersionTag view={view} version={published.activeVersion} isSwap />
          <PublishQuestion view={view} version={version + 1} isSwap />
          <PublishNote view={view} isSwap />
        </>,
        { toast },
      );
      return announce(response, "skerry:published", { version });
    } catch (error) {
      if (!isAboutSource(error)) throw error;
      const pieces = <SavedPieces view={view} saved={saved} error={error} />;
      return announceSaved(await request.fragment(pieces, { status: error.status }), saved);
    }
  }

  const access = "scripts.update";
  return [
    definePage({
      method: "POST",
      path: "/scripts/{script}/save",
      access,
      handle: (request) =>
        save(request, async (saved) => {
          const { view } = request;
          if (!request.isFragment) return request.redirect(linksOf(view, saved.state.script).editor);
          return announceSaved(await request.fragment(<SavedPieces view={view} saved={saved} />), saved);
        }),
    }),
    definePage({
      method: "POST",
      path: "/scripts/{script}/publish",
      access,
      handle: (request) => save(request, (saved, { note }) => publish(request, saved, note)),
    }),
    definePage({
      method: "POST",
      path: "/scripts/{script}/language",
      access,
      handle: (request) => save(request, ({ state }) => showEditor(request, state)),
    }),
    definePage({
      method: "POST",
      path: "/scripts/{script}/discard",
      access,
      async handle(request) {
        const { view, caller, params } = request;
        const { script, draft } = await loadEditor(services, caller, params["script"] ?? "");
        if (draft !== undefined) await services.drafts.delete(caller, script.id);
        const state = await loadEditor(services, caller, script.id);
        return await showEditor(request, state, view.t.scriptEditor.dropped);
      },
    }),
  ];
}

/** Whether the author mends it in the source. */
export function isAboutSource(error: unknown): error is SkerryError {
  return error instanceof SkerryError && error.status === 422;
}
