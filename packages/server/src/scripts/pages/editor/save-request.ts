import type { PageRequest } from "../../../web/page.ts";
import { answerConflict } from "./answers.tsx";
import { readWritten } from "./fields.ts";
import type { Written } from "./fields.ts";
import { saveWritten } from "./saving.ts";
import type { Saved } from "./saving.ts";
import type { EditorServices, EditorState } from "./state.ts";

/** Saves what the editor's form sent, and goes on from there; answers by itself when somebody else saved first. */
export async function saveThen(
  services: EditorServices,
  request: PageRequest,
  state: EditorState,
  next: (saved: Saved, written: Written) => Promise<Response>,
): Promise<Response> {
  const written = await readWritten(request, state.script.type);
  let saved: Saved;
  try {
    saved = await saveWritten(services, request.caller, state, written);
  } catch (error) {
    return await answerConflict(request, { services, state, written, error });
  }
  return await next(saved, written);
}
