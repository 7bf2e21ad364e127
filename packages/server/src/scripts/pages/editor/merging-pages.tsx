import { z } from "zod";
import type { JsonValue } from "@skerry/sandbox";
import { parseGuestJson } from "../../../rest/json.ts";
import { definePage } from "../../../web/page.ts";
import type { PageRequest, PageRoute } from "../../../web/page.ts";
import { checkSettings } from "../../content.ts";
import type { Content } from "../../content.ts";
import * as field from "../../fields.ts";
import { agreeDraft, hasConfig } from "../../source-config/agreement.ts";
import { nameSettings } from "../named-settings.ts";
import { isConflict, isOwnConflict } from "./answers.tsx";
import type { EditorPages } from "./editor-pages.tsx";
import { baseFields, readWritten } from "./fields.ts";
import { MergeView } from "./merge-view.tsx";
import { findConflict, requireSameDraft, saveWritten } from "./saving.ts";
import type { Conflict } from "./saving.ts";
import { loadEditor } from "./state.ts";
import type { EditorServices, EditorState } from "./state.ts";

const json = z.string().transform((text): JsonValue | undefined => parseGuestJson(text));

const mergeFields = baseFields.extend({
  take: z.enum(["mine", "theirs", "merged"]),
  source: field.source,
  mine: field.source,
  language: field.language,
  mineSettings: json,
  theirSettings: json,
  settingsOf: z.enum(["mine", "theirs"]).default("mine"),
});

/** `/scripts/{script}/merge`: shows both sides of a conflict, and `/merge/save` takes what was made of them. */
export function createMergingPages(services: EditorServices, { showEditor }: EditorPages): PageRoute[] {
  async function showMerge(request: PageRequest, state: EditorState, mine: Content, conflict: Conflict) {
    const { script } = state;
    const isOwn = isOwnConflict(request, conflict);
    const content = (
      <MergeView view={request.view} script={script} mine={mine} conflict={conflict} isOwn={isOwn} />
    );
    if (request.isFragment) return await request.fragment(content);
    return await request.page(content, { title: script.name, section: "scripts", editor: true });
  }

  async function saveMerged(request: PageRequest): Promise<Response> {
    const { caller, params } = request;
    const state = await loadEditor(services, caller, params["script"] ?? "");
    const { script } = state;
    const { take, language, baseVersion, draftRevision, draftSavedAt, ...sent } =
      await request.form(mergeFields);
    if (take === "theirs") return await showEditor(request, state);
    const base = { baseVersion, draftRevision, draftSavedAt };
    const isWholeMine = take === "mine" || sent.settingsOf === "mine";
    const settings = checkSettings(script.type, isWholeMine ? sent.mineSettings : sent.theirSettings);
    const content = { source: take === "mine" ? sent.mine : sent.source, language, settings };
    try {
      requireSameDraft(state, base);
      // A `config` was merged with the rest of the source.
      const named = (await hasConfig(content.source)) ? {} : { settings };
      const merged = { source: content.source, language, ...named, baseVersion, draftRevision };
      await services.drafts.save(caller, script.id, merged);
    } catch (error) {
      if (!isConflict(error)) throw error;
      const conflict = await findConflict(services, caller, script.id, base);
      if (conflict === undefined) throw error;
      return await showMerge(request, state, content, conflict);
    }
    return await showEditor(request, await loadEditor(services, caller, script.id));
  }

  return [
    definePage({
      method: "POST",
      path: "/scripts/{script}/merge",
      access: "scripts.update",
      async handle(request) {
        const { caller, params } = request;
        const state = await loadEditor(services, caller, params["script"] ?? "");
        const written = await readWritten(request, state.script.type);
        const conflict = await findConflict(services, caller, state.script.id, written.base);
        if (conflict === undefined) {
          return await showEditor(request, (await saveWritten(services, caller, state, written)).state);
        }
        const { source, language, settings: typed } = written;
        const settings = await nameSettings(source, { shown: state.content.settings, typed });
        const mine = await agreeDraft(state.script, state.content, { source, language, settings });
        return await showMerge(request, state, mine, conflict);
      },
    }),
    definePage({
      method: "POST",
      path: "/scripts/{script}/merge/save",
      access: "scripts.update",
      handle: saveMerged,
    }),
  ];
}
