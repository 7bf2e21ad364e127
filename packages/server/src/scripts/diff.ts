import { isDeepStrictEqual } from "node:util";
import type { JsonValue } from "@skerry/sandbox";
import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";
import type { StructuredPatch } from "diff";
import type { VersionDetailRow } from "./repository.ts";
import { fileNameOf } from "./script.ts";

/** What differs between two versions of a script. */
export interface ScriptDiff {
  readonly from: number;
  readonly to: number;
  /** Unified diff with three lines of context, as `git apply` takes it; empty when the sources are equal. */
  readonly source: string;
  /** The settings that differ, and the language where it does. */
  readonly changes: readonly ContentChange[];
}

/** One value that differs; a side on which it is not set is left out. */
export interface ContentChange {
  /** E.g. `settings.limits.cpuMs` or `language`. */
  readonly path: string;
  readonly from?: JsonValue;
  readonly to?: JsonValue;
}

type Side = Pick<VersionDetailRow, "version" | "language" | "source" | "settings">;

const CONTEXT_LINES = 3;
/** The search for the smallest diff blocks this thread, and takes quadratic time on sources that share little. */
const SEARCH_MS = 100;

/** Compares two versions. Sources that share too little for a quick diff are shown as replaced as a whole. */
export function diffVersions(scriptName: string, from: Side, to: Side): ScriptDiff {
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

function diffSources(scriptName: string, from: Side, to: Side): string {
  if (from.source === to.source) return "";
  const oldName = `a/${fileNameOf({ name: scriptName }, from.language)}`;
  const newName = `b/${fileNameOf({ name: scriptName }, to.language)}`;
  const headers = [`version ${from.version}`, `version ${to.version}`] as const;
  const options = { context: CONTEXT_LINES, timeout: SEARCH_MS };
  const patch =
    structuredPatch(oldName, newName, from.source, to.source, ...headers, options) ??
    replaceAll(structuredPatch(oldName, newName, from.source, "", ...headers), to.source);
  return formatPatch(patch, FILE_HEADERS_ONLY);
}

/** Adds to a patch that removes everything the lines of another source. */
function replaceAll(removal: StructuredPatch, source: string): StructuredPatch {
  const [removed] = removal.hunks;
  const [added] = structuredPatch("", "", "", source).hunks;
  if (removed === undefined || added === undefined) return removal;
  const { newStart, newLines } = added;
  return {
    ...removal,
    hunks: [{ ...removed, newStart, newLines, lines: [...removed.lines, ...added.lines] }],
  };
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
