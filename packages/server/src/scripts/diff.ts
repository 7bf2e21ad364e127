import { isDeepStrictEqual } from "node:util";
import type { JsonValue } from "@skerry/sandbox";
import { z } from "zod";
import { versionOrDraft } from "./fields.ts";
import type { VersionOrDraft } from "./fields.ts";
import type { VersionDetailRow } from "./repository.ts";
import { fileNameOf } from "./script.ts";
import { diffTexts } from "./text-diff.ts";

const side = z.custom<JsonValue>().exactOptional();

/** One value that differs; a side on which it is not set is left out. */
const contentChange = z.object({
  path: z.string().describe("E.g. `settings.limits.cpuMs` or `language`."),
  from: side,
  to: side,
});
type ContentChange = z.output<typeof contentChange>;

/** What differs between two versions of a script, of which one may be its draft. */
export const scriptDiff = z
  .object({
    from: versionOrDraft,
    to: versionOrDraft,
    source: z
      .string()
      .describe(
        "Unified diff with three lines of context, as `git apply` takes it; empty for equal sources.",
      ),
    changes: z.array(contentChange).readonly().describe("The settings and the language where they differ."),
  })
  .meta({ id: "ScriptDiff" });
export type ScriptDiff = Readonly<z.output<typeof scriptDiff>>;

/** A version or draft to compare. */
export interface DiffSide extends Pick<VersionDetailRow, "language" | "source" | "settings"> {
  readonly version: VersionOrDraft;
}

/** Compares two versions. Sources that share too little for a quick diff are shown as replaced as a whole. */
export function diffVersions(scriptName: string, from: DiffSide, to: DiffSide): ScriptDiff {
  return {
    from: from.version,
    to: to.version,
    source: diffSources(scriptName, from, to),
    changes: [
      ...listChanges("language", from.language, to.language),
      ...listChanges("settings", from.settings, to.settings),
    ],
  };
}

function diffSources(scriptName: string, from: DiffSide, to: DiffSide): string {
  if (from.source === to.source) return "";
  return diffTexts(
    { name: `a/${fileNameOf({ name: scriptName }, from.language)}`, title: titleOf(from), text: from.source },
    { name: `b/${fileNameOf({ name: scriptName }, to.language)}`, title: titleOf(to), text: to.source },
  );
}

function titleOf({ version }: DiffSide): string {
  return version === "draft" ? version : `version ${version}`;
}

/** Objects are compared field by field, everything else as a whole. */
function listChanges(
  path: string,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
): readonly ContentChange[] {
  if (isDeepStrictEqual(from, to)) return [];
  const before = from ?? {};
  const after = to ?? {};
  if (!isObject(before) || !isObject(after)) {
    return [{ path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].sort().flatMap((key) => listChanges(`${path}.${key}`, before[key], after[key]));
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
