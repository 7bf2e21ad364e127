import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";
import type { StructuredPatch } from "diff";

/** A text to compare. */
export interface DiffedText {
  /** Of its file, such as `a/pricing.ts`. */
  readonly name: string;
  /** What stands behind the name, such as `version 3`. */
  readonly title?: string;
  readonly text: string;
}

const CONTEXT_LINES = 3;
/** The search for the smallest diff blocks this thread, and takes quadratic time on texts that share little. */
const SEARCH_MS = 100;

/**
 * Unified diff with three lines of context, as `git apply` takes it. Texts that share too little for a quick diff are shown
 * as replaced as a whole.
 */
export function diffTexts(from: DiffedText, to: DiffedText): string {
  const patch =
    patchOf(from, to, { context: CONTEXT_LINES, timeout: SEARCH_MS }) ??
    addAll(structuredPatch(from.name, to.name, from.text, "", from.title, to.title), to.text);
  return formatPatch(patch, FILE_HEADERS_ONLY);
}

function patchOf(
  from: DiffedText,
  to: DiffedText,
  options: { readonly context: number; readonly timeout: number },
): StructuredPatch | undefined {
  return structuredPatch(from.name, to.name, from.text, to.text, from.title, to.title, options);
}

/** Adds to a patch that removes everything the lines of another text. */
function addAll(removal: StructuredPatch, text: string): StructuredPatch {
  const [removed] = removal.hunks;
  const [added] = structuredPatch("", "", "", text).hunks;
  if (removed === undefined || added === undefined) return removal;
  const { newStart, newLines } = added;
  return {
    ...removal,
    hunks: [{ ...removed, newStart, newLines, lines: [...removed.lines, ...added.lines] }],
  };
}
