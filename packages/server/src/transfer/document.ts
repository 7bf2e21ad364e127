import { z } from "zod";
import { SCRIPT_STATUSES, SCRIPT_TYPES } from "../db/schema.ts";
import { storableText } from "../rest/input.ts";
import { moment } from "../rest/route.ts";
import * as field from "../scripts/fields.ts";
import { scriptSettings } from "../scripts/settings.ts";

/** Of a document, in bytes of JSON. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** Compiling takes a few milliseconds each. */
export const MAX_SCRIPTS = 2_000;
/** Of one script. */
const MAX_VERSIONS = 1_000;

const content = { language: field.language, source: field.source, settings: field.settings.optional() };
const exportedContent = { language: field.language, source: z.string(), settings: scriptSettings };

/** What stands beside the content. */
const facts = {
  name: field.name,
  type: z.enum(SCRIPT_TYPES),
  status: z.enum(SCRIPT_STATUSES),
  description: field.description,
  tags: field.tags,
  published: z.boolean().describe("Whether the content is the published version's; else it is the draft's."),
};

const exportedScript = z.object({
  ...facts,
  ...exportedContent,
  draft: z.object(exportedContent).exactOptional().describe("Beside what is published."),
  activeVersion: z.int().exactOptional(),
  versions: z
    .array(z.object({ ...exportedContent, note: z.string() }))
    .readonly()
    .exactOptional()
    .describe("All, from the first; with `history=true`."),
});
export type ExportedScript = Readonly<z.output<typeof exportedScript>>;

/** A whole tenant, to be kept or to be imported into another: of secrets the names only. */
export const exportedTenant = z
  .object({
    format: z.literal(1),
    exportedAt: moment(),
    tenant: z.object({ id: z.string(), name: z.string() }),
    scripts: z.array(exportedScript).readonly().describe("In the order of their names."),
    secrets: z.array(z.string()).readonly(),
  })
  .meta({ id: "TenantDocument" });
export type ExportedTenant = Readonly<z.output<typeof exportedTenant>>;

const importedScript = z
  .strictObject({
    ...facts,
    ...content,
    draft: z.strictObject(content).optional(),
    activeVersion: field.version.optional(),
    versions: z
      .array(z.strictObject({ ...content, note: field.note }))
      .min(1)
      .max(MAX_VERSIONS)
      .optional(),
  })
  .superRefine(({ status, published, draft, activeVersion, versions }, context) => {
    const refuse = (path: string, message: string): void =>
      context.addIssue({ code: "custom", path: [path], message });
    if (published ? status === "draft" : status !== "draft" && status !== "archived") {
      refuse("published", `must be ${String(!published)} for the status ${status}`);
    }
    if (!published && (draft ?? versions ?? activeVersion) !== undefined) {
      refuse("published", "must be true where there is a draft or a version beside the content");
    }
    if ((activeVersion === undefined) !== (versions === undefined)) {
      refuse("activeVersion", "must stand beside the versions");
    } else if (versions !== undefined && activeVersion !== undefined && activeVersion > versions.length) {
      refuse("activeVersion", "must be the number of one of the versions, which count from 1");
    }
  });
export type ImportedScript = z.output<typeof importedScript>;

const importedTenant = z.strictObject({
  format: z.literal(1),
  exportedAt: z.iso.datetime({ offset: true }).optional(),
  tenant: z.strictObject({ id: storableText(100), name: storableText(200) }).optional(),
  scripts: z
    .array(importedScript)
    .max(MAX_SCRIPTS)
    .superRefine((scripts, context) => {
      const names = new Set<string>();
      for (const [index, { name }] of scripts.entries()) {
        if (names.has(name))
          context.addIssue({ code: "custom", path: [index, "name"], message: "is there twice" });
        names.add(name);
      }
    }),
  secrets: z.array(storableText(200)).max(10_000).default([]),
});

/**
 * Body of `POST /import`. `merge` adds to the scripts that are there and changes those of the same name; `replace` also
 * deletes scripts, and drafts beside published versions, that the document does not have. A document by itself, as
 * `GET /export` answers it, is merged.
 */
export const importInput = z.preprocess(
  wrapDocument,
  z.strictObject({
    document: importedTenant,
    mode: z.enum(["merge", "replace"]).default("merge"),
    dryRun: z.boolean().default(false),
  }),
);
export type ImportInput = z.output<typeof importInput>;

function wrapDocument(body: unknown): unknown {
  const isDocument = typeof body === "object" && body !== null && "format" in body && !("document" in body);
  return isDocument ? { document: body } : body;
}

const names = z.array(z.string()).readonly();

/** What an import did, or would do. */
export const importResult = z
  .object({
    dryRun: z.boolean(),
    created: names,
    updated: names,
    unchanged: names,
    deleted: names,
    conflicts: names.describe("Why it cannot be done; of a dry run only, otherwise the import is refused."),
    missingSecrets: names.describe("Secrets of the document that the tenant has yet to be given."),
  })
  .meta({ id: "ImportResult" });
export type ImportResult = Readonly<z.output<typeof importResult>>;

/** Query of `GET /export`. */
export const exportQuery = z.strictObject({
  history: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true")
    .describe("Whether all versions come along."),
});
