import { z } from "zod";
import { SCRIPT_STATUSES, SCRIPT_TYPES } from "../db/schema.ts";
import { moment } from "../rest/route.ts";
import * as field from "../scripts/fields.ts";
import { scriptSettings } from "../scripts/settings.ts";
import { MAX_SCRIPTS } from "./document.ts";

/** Of a version that a push makes, where it says nothing. */
const PUSHED = "pushed";
const MAX_REVISION_LENGTH = 100;

const revision = z
  .string()
  .describe(
    "Opaque; another one after every change of what a push would overwrite: type, description, tags, and the published and the latest version.",
  );
const baseRevision = z
  .string()
  .max(MAX_REVISION_LENGTH)
  .nullable()
  .describe("The revision that this builds upon; null for a script that is not there yet.");

/** A script as a project keeps it in files. */
const pulledScript = z.object({
  name: field.name,
  type: z.enum(SCRIPT_TYPES),
  status: z.enum(SCRIPT_STATUSES),
  description: z.string(),
  tags: z.array(z.string()).readonly(),
  revision,
  version: z.int().nullable().describe("The published one; null for a draft."),
  latestVersion: z.int(),
  author: z.string().nullable().describe("Of the latest version, or of the draft where there is none."),
  updatedAt: moment(),
  checksum: z
    .string()
    .nullable()
    .describe("Of the published version, as in `GET /scripts/{script}/versions`; null for a draft."),
  content: z
    .object({ language: field.language, source: z.string(), settings: scriptSettings })
    .exactOptional()
    .describe("Of the published version; with `sources=true`, and absent for a draft."),
});
export type PulledScript = Readonly<z.output<typeof pulledScript>>;

/** All scripts of a tenant as they are published, and what a push can build upon. */
export const pulledTenant = z
  .object({
    tenant: z.string(),
    scripts: z.array(pulledScript).readonly().describe("In the order of their names."),
  })
  .meta({ id: "PulledTenant" });
export type PulledTenant = Readonly<z.output<typeof pulledTenant>>;

/** Query of `GET /pull`. */
export const pullQuery = z.strictObject({
  sources: z
    .enum(["true", "false"])
    .default("true")
    .transform((text) => text === "true")
    .describe("Whether sources and settings come along."),
});

const pushedScript = z.strictObject({
  name: field.name,
  type: z.enum(SCRIPT_TYPES),
  language: field.language,
  source: field.source,
  settings: field.settings.optional(),
  description: field.description.optional(),
  tags: field.tags.optional(),
  baseRevision,
});
export type PushedScript = z.output<typeof pushedScript>;

const deletion = z.strictObject({ name: field.name, baseRevision });

/** Body of `POST /push`: scripts that are to be published as they are here, and those that are to go. */
export const pushInput = z
  .strictObject({
    scripts: z.array(pushedScript).max(MAX_SCRIPTS),
    deletions: z.array(deletion).max(MAX_SCRIPTS).default([]),
    note: field.note.default(PUSHED),
    dryRun: z.boolean().default(false).describe("Whether all is checked and compiled, and nothing kept."),
  })
  .superRefine(({ scripts, deletions }, context) => {
    const names = new Set<string>();
    for (const [list, named] of Object.entries({ scripts, deletions })) {
      for (const [index, { name }] of named.entries()) {
        if (names.has(name)) {
          context.addIssue({ code: "custom", path: [list, index, "name"], message: "is there twice" });
        }
        names.add(name);
      }
    }
  });
export type PushInput = z.output<typeof pushInput>;

/** What a push did, or would do. */
export const pushResult = z
  .object({
    dryRun: z.boolean(),
    scripts: z
      .array(
        z.object({
          name: z.string(),
          change: z.enum(["created", "updated", "unchanged", "deleted"]),
          version: z.int().nullable().describe("What is published now; null for what is deleted."),
          revision: revision
            .nullable()
            .describe("For the next push; null for what is deleted, and of a dry run."),
        }),
      )
      .readonly()
      .describe("In the order of the request, deletions last."),
  })
  .meta({ id: "PushResult" });
export type PushResult = Readonly<z.output<typeof pushResult>>;
