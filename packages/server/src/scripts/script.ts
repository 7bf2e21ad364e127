import { z } from "zod";
import { SCRIPT_STATUSES, SCRIPT_TYPES } from "../db/schema.ts";
import type { ScriptLanguage } from "../db/schema.ts";
import { isUuid } from "../rest/ids.ts";
import { storableText } from "../rest/input.ts";
import { createPageQuery } from "../rest/paging.ts";
import { moment } from "../rest/route.ts";
import { scriptSettings } from "./settings.ts";

export const MAX_SOURCE_BYTES = 1024 * 1024;
/** Fits the database's integer. */
const VERSION_PATTERN = /^[1-9]\d{0,8}$/;
const NAME_PATTERN = /^[A-Za-z0-9][\w.-]{0,99}$/;

const name = z
  .string()
  .regex(
    NAME_PATTERN,
    'must have 1 to 100 letters, digits, "-", "." or "_", and begin with a letter or digit',
  )
  .refine((text) => !isUuid(text), "must not look like an id");
const source = storableText(MAX_SOURCE_BYTES).refine(
  (text) => Buffer.byteLength(text) <= MAX_SOURCE_BYTES,
  `must not be larger than ${MAX_SOURCE_BYTES} bytes`,
);
const language = z.enum(["js", "ts"]);
const description = storableText(2_000);
const tags = z.array(storableText(50).min(1)).max(20);
const note = storableText(500);
const version = z.number().int().min(1).max(999_999_999);
/** Checked against the schema of the script's type once that is known. */
const settings = z.record(z.string(), z.unknown());

/** A named program of a tenant. */
export const script = z.object({
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
});
export type Script = Readonly<z.output<typeof script>>;

/** A script with its source and settings: those of the published version, of a draft those of the latest. */
export const scriptDetail = script.extend({
  version: z.int().describe("Whose source and settings they are."),
  language,
  source: z.string(),
  settings: scriptSettings,
  url: z.string().optional().describe("Where an `http` script answers; absent for others."),
});
export type ScriptDetail = Readonly<z.output<typeof scriptDetail>>;

/** An immutable snapshot of a script's source and settings. */
export const scriptVersion = z.object({
  version: z.int(),
  language,
  settings: scriptSettings,
  checksum: z.string().describe("SHA-256 of the source, hexadecimal."),
  note: z.string(),
  author: z.string(),
  createdAt: moment(),
});
export type ScriptVersion = Readonly<z.output<typeof scriptVersion>>;

export const scriptVersionDetail = scriptVersion.extend({ source: z.string() });
export type ScriptVersionDetail = Readonly<z.output<typeof scriptVersionDetail>>;

/** Body of `POST /scripts`. TypeScript is the default language: JavaScript is a part of it. */
export const scriptInput = z.strictObject({
  name,
  type: z.enum(SCRIPT_TYPES),
  source,
  language: language.default("ts"),
  description: description.default(""),
  tags: tags.default([]),
  status: z.enum(["draft", "active"]).default("active"),
  settings: settings.default({}),
  note: note.default(""),
});
export type ScriptInput = z.output<typeof scriptInput>;

/**
 * Body of `PATCH /scripts/{id}`. A new source, language or settings (whole, not merged) make a new version, which is
 * published at once unless the script is a draft or `publish` is false.
 */
export const scriptChange = z.strictObject({
  name: name.optional(),
  description: description.optional(),
  tags: tags.optional(),
  status: z.enum(["active", "disabled"]).optional(),
  source: source.optional(),
  language: language.optional(),
  settings: settings.optional(),
  note: note.default(""),
  publish: z.boolean().optional(),
  /** The latest version that the change builds upon. */
  baseVersion: version.optional(),
});
export type ScriptChange = z.output<typeof scriptChange>;

/** Body of `POST /scripts/{id}/publish`; an older version is a rollback. */
export const publishInput = z.strictObject({ version, baseVersion: version.optional() });
export type PublishInput = z.output<typeof publishInput>;

/** Query of `GET /scripts`. */
export const scriptsQuery = z.strictObject({
  ...createPageQuery(isUuid),
  type: z.enum(SCRIPT_TYPES).optional(),
  status: z.enum(SCRIPT_STATUSES).optional(),
});
/** Query of `GET /scripts/{id}/versions`. */
export const versionsQuery = z.strictObject(createPageQuery((text) => VERSION_PATTERN.test(text)));

export type ScriptsQuery = z.output<typeof scriptsQuery>;

/** The version number that a path holds. @returns undefined for anything else. */
export function readVersionNumber(text: string): number | undefined {
  return VERSION_PATTERN.test(text) ? Number(text) : undefined;
}

/** Tells whether a text from a path may be looked up as the name of a script. */
export function isScriptName(text: string): boolean {
  return NAME_PATTERN.test(text);
}

/** Name of the author's file in messages and stacks. */
export function fileNameOf(script: { readonly name: string }, fileLanguage: ScriptLanguage): string {
  return `${script.name}.${fileLanguage}`;
}
