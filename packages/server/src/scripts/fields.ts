import { z } from "zod";
import { isUuid } from "../rest/ids.ts";
import { storableText } from "../rest/input.ts";

/** Of one script, in UTF-8. */
export const MAX_SOURCE_BYTES = 1024 * 1024;
/** Fits the database's integer. */
export const MAX_VERSION = 999_999_999;
const VERSION_PATTERN = /^[1-9]\d{0,8}$/;
const NAME_PATTERN = /^[A-Za-z0-9][\w.-]{0,99}$/;
const DRAFT = "draft";

export const name = z
  .string()
  .regex(
    NAME_PATTERN,
    'must have 1 to 100 letters, digits, "-", "." or "_", and begin with a letter or digit',
  )
  .refine((text) => !isUuid(text), "must not look like an id");
export const source = storableText(MAX_SOURCE_BYTES).refine(
  (text) => Buffer.byteLength(text) <= MAX_SOURCE_BYTES,
  `must not be larger than ${MAX_SOURCE_BYTES} bytes`,
);
export const language = z.enum(["js", "ts"]);
export const description = storableText(2_000);
export const tag = storableText(50).min(1);
export const tags = z.array(tag).max(20);
export const note = storableText(500);
export const version = z.int().min(1).max(MAX_VERSION);
/** The latest version that a change builds upon; 0 for none. */
export const baseVersion = z.int().min(0).max(MAX_VERSION);
/** The draft that a change builds upon; 0 for none. */
export const draftRevision = z.int().min(0).max(MAX_VERSION);
/** Checked against the schema of the script's type once that is known. */
export const settings = z.record(z.string(), z.unknown());
/** A side of a comparison. */
export const versionOrDraft = z.union([z.int(), z.literal(DRAFT)]);
export type VersionOrDraft = z.output<typeof versionOrDraft>;

/** The version number that a path holds. @returns undefined for anything else. */
export function readVersionNumber(text: string): number | undefined {
  return VERSION_PATTERN.test(text) ? Number(text) : undefined;
}

/** The side of a comparison that a path holds. @returns undefined for anything else. */
export function readVersionOrDraft(text: string): VersionOrDraft | undefined {
  return text === DRAFT ? DRAFT : readVersionNumber(text);
}

/** Tells whether a text from a path may be looked up as the name of a script. */
export function isScriptName(text: string): boolean {
  return NAME_PATTERN.test(text);
}
