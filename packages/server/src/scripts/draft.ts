import { z } from "zod";
import { moment } from "../rest/route.ts";
import * as field from "./fields.ts";
import { scriptSettings } from "./settings.ts";

/** What is being written at a script and not published. Its source need not compile. */
export const scriptDraft = z
  .object({
    language: field.language,
    source: z.string(),
    settings: scriptSettings,
    baseVersion: z.int().describe("The latest version when it was begun or last rebased; 0 for none."),
    revision: z.int().describe("Counts the saves from 1."),
    author: z.string(),
    updatedAt: moment(),
  })
  .meta({ id: "ScriptDraft" });
export type ScriptDraft = Readonly<z.output<typeof scriptDraft>>;

/**
 * Body of `PUT /scripts/{id}/draft`. Language and settings that are left out stay as they are in the draft, or else in
 * the published version. Settings in `export const config` of the source count as if they were sent beside it, and
 * settings that are sent as well are merged over them.
 */
export const draftInput = z.strictObject({
  source: field.source,
  language: field.language.optional(),
  settings: field.settings.optional(),
  /** The latest version, upon which the draft builds from now on; without it it builds upon what it did. */
  baseVersion: field.baseVersion.optional(),
  draftRevision: field.draftRevision.optional(),
});
export type DraftInput = z.output<typeof draftInput>;

/**
 * Body of `POST /scripts/{id}/publish`: a version, of which an older one is a rollback, or without one the draft, which
 * becomes the next version.
 */
export const publishInput = z
  .strictObject({
    version: z
      .int()
      .min(1, "must be at least 1; leave it out to publish the draft")
      .max(field.MAX_VERSION)
      .optional(),
    draft: z.literal(true).optional(),
    /** Of the version that the draft becomes; of a version that is published again, for the audit log alone. */
    note: field.note.default(""),
    baseVersion: field.baseVersion.optional(),
    draftRevision: field.draftRevision.optional(),
  })
  .refine(({ version, draft }) => version === undefined || draft === undefined, {
    path: ["draft"],
    message: "must be left out where a version is named",
  });
export type PublishInput = z.output<typeof publishInput>;
