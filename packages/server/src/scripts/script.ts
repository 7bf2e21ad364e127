import { z } from "zod";
import { SCRIPT_STATUSES, SCRIPT_TYPES } from "../db/schema.ts";
import type { ScriptLanguage } from "../db/schema.ts";
import { usedModule } from "../modules/used-module.ts";
import { isUuid } from "../rest/ids.ts";
import { storableText } from "../rest/input.ts";
import { createPageQuery } from "../rest/paging.ts";
import { moment } from "../rest/route.ts";
import * as field from "./fields.ts";
import { scriptSettings } from "./settings.ts";

/** A named program of a tenant. */
export const script = z
  .object({
    id: z.uuid(),
    name: z.string(),
    type: z.enum(SCRIPT_TYPES),
    status: z.enum(SCRIPT_STATUSES),
    description: z.string(),
    tags: z.array(z.string()).readonly(),
    activeVersion: z.int().nullable().describe("The published version; null for a draft."),
    latestVersion: z.int(),
    createdAt: moment(),
    updatedAt: moment(),
  })
  .meta({ id: "Script" });
export type Script = Readonly<z.output<typeof script>>;

/** A script with its source and settings: those of the published version, or of the draft where there is none. */
export const scriptDetail = script
  .extend({
    version: z.int().describe("Whose source and settings they are; 0 for the draft."),
    language: field.language,
    source: z.string(),
    settings: scriptSettings,
    modules: z
      .array(usedModule)
      .readonly()
      .describe("What the published version was compiled with; none for a draft."),
    draftRevision: z.int().describe("Of the draft; 0 where there is none."),
    url: z.string().optional().describe("Where an `http` script answers; absent for others."),
  })
  .meta({ id: "ScriptDetail" });
export type ScriptDetail = Readonly<z.output<typeof scriptDetail>>;

/** An immutable snapshot of a script's source and settings. */
export const scriptVersion = z
  .object({
    version: z.int(),
    language: field.language,
    settings: scriptSettings,
    checksum: z
      .string()
      .describe(
        "SHA-256 of the JSON object of language, settings and source, serialised by RFC 8785; hexadecimal.",
      ),
    note: z.string(),
    author: z.string(),
    createdAt: moment(),
  })
  .meta({ id: "ScriptVersion" });
export type ScriptVersion = Readonly<z.output<typeof scriptVersion>>;

export const scriptVersionDetail = scriptVersion
  .extend({ source: z.string(), modules: z.array(usedModule).readonly() })
  .meta({ id: "ScriptVersionDetail" });
export type ScriptVersionDetail = Readonly<z.output<typeof scriptVersionDetail>>;

/**
 * Body of `POST /scripts`. TypeScript is the default language: JavaScript is a part of it. The content of a draft is not
 * compiled yet. What stands in `export const config` of the source need not be sent beside it.
 */
export const scriptInput = z.strictObject({
  name: field.name,
  type: z.enum(SCRIPT_TYPES).optional().describe("May be left out where the `config` of the source has it."),
  source: field.source,
  language: field.language.default("ts"),
  description: field.description.optional(),
  tags: field.tags.optional(),
  status: z.enum(["draft", "active"]).default("active"),
  settings: field.settings.optional(),
  note: field.note.default(""),
});
export type ScriptInput = z.output<typeof scriptInput>;

/**
 * Body of `PATCH /scripts/{id}`. A new source, language or settings (whole, not merged) make a new version, which is
 * published at once unless `publish` is false. Those of a script that never was published go into its draft, unless
 * `publish` or the status `active` say otherwise. `export const config` of a new source counts as if it were sent beside
 * it, and settings that are then sent as well are merged over its own; other changes are written into it.
 */
export const scriptChange = z
  .strictObject({
    name: field.name.optional(),
    description: field.description.optional(),
    tags: field.tags.optional(),
    status: z.enum(SCRIPT_STATUSES).optional(),
    source: field.source.optional(),
    language: field.language.optional(),
    settings: field.settings.optional(),
    note: field.note.default(""),
    publish: z.boolean().optional(),
    baseVersion: field.baseVersion.optional(),
    draftRevision: field.draftRevision.optional(),
  })
  .refine(({ status, publish }) => publish !== true || status !== "draft", {
    path: ["publish"],
    message: "must not be true for what is to be a draft",
  });
export type ScriptChange = z.output<typeof scriptChange>;

/** Query of `GET /scripts`: those that fit all filters. Archived ones are listed only where their status is asked for. */
export const scriptsQuery = z.strictObject({
  ...createPageQuery(isUuid),
  type: z.enum(SCRIPT_TYPES).optional(),
  status: z.enum(SCRIPT_STATUSES).optional(),
  tag: field.tag.optional(),
  search: storableText(100).optional().describe("How the name begins; upper and lower case are the same."),
});
export type ScriptsQuery = z.output<typeof scriptsQuery>;

/** Query of `GET /scripts/{id}/versions`. */
export const versionsQuery = z.strictObject(
  createPageQuery((text) => field.readVersionNumber(text) !== undefined),
);

/** Name of the author's file in messages and stacks. */
export function fileNameOf(script: { readonly name: string }, fileLanguage: ScriptLanguage): string {
  return `${script.name}.${fileLanguage}`;
}
