import type { Caller } from "../../../auth/principal.ts";
import type { ExecutionService } from "../../../executions/service.ts";
import type { Execution } from "../../../executions/execution.ts";
import type { PageRequest } from "../../../web/page.ts";
import type { Script } from "../../script.ts";
import { Editor } from "./editor.tsx";
import { isEmbedded, linksOf } from "./links.ts";
import { RECENT_EXECUTIONS } from "./recent-executions.tsx";
import type { EditorState } from "./state.ts";

/** What several pages of the editor answer. */
export interface EditorPages {
  /** The editor as a page, as the content of one, or after a form without scripts by leading to it. */
  readonly showEditor: (request: PageRequest, state: EditorState, toast?: string) => Promise<Response>;
  /** Newest first. */
  readonly listRecent: (caller: Caller, script: Pick<Script, "id">) => Promise<readonly Execution[]>;
}

export function createEditorPages(executions: Pick<ExecutionService, "list">): EditorPages {
  async function listRecent(caller: Caller, { id }: Pick<Script, "id">): Promise<readonly Execution[]> {
    const { items } = await executions.list(caller, { script: id, limit: RECENT_EXECUTIONS });
    return items;
  }

  return {
    listRecent,
    async showEditor(request, state, toast) {
      const { view, caller, context } = request;
      const isForm = context.req.method === "POST";
      if (isForm && !request.isFragment) return request.redirect(linksOf(view, state.script).editor, toast);
      const recent = view.can("executions.read") ? await listRecent(caller, state.script) : undefined;
      const content = <Editor view={view} state={state} recent={recent} isEmbedded={isEmbedded(request)} />;
      if (request.isFragment) return await request.fragment(content, toast === undefined ? {} : { toast });
      return await request.page(content, { title: state.script.name, section: "scripts", editor: true });
    },
  };
}
