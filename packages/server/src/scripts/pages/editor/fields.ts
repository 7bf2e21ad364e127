import { z } from "zod";
import { SkerryError } from "../../../problems/errors.ts";
import type { PageRequest } from "../../../web/page.ts";
import type { ScriptType } from "../../../db/schema.ts";
import type { Content } from "../../content.ts";
import * as field from "../../fields.ts";
import type { ScriptSettings } from "../../settings.ts";
import { readTriggerSettings } from "../trigger-settings-form.ts";
import type { FormFields } from "../trigger-settings-form.ts";
import type { DraftBase } from "./state.ts";

/** Name of the hidden field that tells that a form has the settings in it: check boxes alone send nothing. */
export const SETTINGS_MARK = "hasSettings";

const number = z.coerce.number().pipe(field.draftRevision);

export const baseFields = z.object({
  baseVersion: number,
  draftRevision: number,
  draftSavedAt: z.string().max(40).default(""),
});

export const editorFields = z.looseObject({
  ...baseFields.shape,
  source: field.source,
  language: field.language.optional(),
  note: field.note.default(""),
});

/** What somebody wrote. */
export interface Written {
  readonly source: string;
  /** Undefined where it stays as it is. */
  readonly language: Content["language"] | undefined;
  /** Undefined where they stay as they are. */
  readonly settings: ScriptSettings | undefined;
  /** Why the settings cannot be saved. */
  readonly refusal: SkerryError | undefined;
  readonly base: DraftBase;
  readonly note: string;
  /** All that was sent. */
  readonly fields: FormFields;
}

/**
 * Reads the form of the editor. Settings that are half typed are no reason not to save the source.
 *
 * @throws SkerryError `INPUT_INVALID`.
 */
export async function readWritten(request: PageRequest, type: ScriptType): Promise<Written> {
  const fields = await request.form(editorFields);
  const { source, language, note, baseVersion, draftRevision, draftSavedAt } = fields;
  const base = { baseVersion, draftRevision, draftSavedAt };
  return { source, language, note, base, fields, ...readSettings(type, fields) };
}

function readSettings(type: ScriptType, fields: FormFields): Pick<Written, "settings" | "refusal"> {
  if (fields[SETTINGS_MARK] === undefined) return { settings: undefined, refusal: undefined };
  try {
    return { settings: readTriggerSettings(type, fields), refusal: undefined };
  } catch (error) {
    if (error instanceof SkerryError) return { settings: undefined, refusal: error };
    throw error;
  }
}
