import type { SourceRange } from "@skerry/expressions";
import { escapeControls } from "../terminal/text.ts";

/** ECMA-262 §12.3. */
const LINE_END = /\r\n|[\n\r\u2028\u2029]/;
/** What terminals draw two columns wide and UTF-16 counts as one (UAX #11, classes W and F of the BMP). */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]/g;
/** Each of what stands before the range, and of the rest of its line. */
const MAX_PART_CHARS = 60;

/** The line of a template where a range begins, and one with carets under the range. Long lines are cut. */
export function drawFrame(template: string, { start, end }: SourceRange): string {
  const before = template.slice(0, start).split(LINE_END).at(-1) ?? "";
  const rest = template.slice(start).split(LINE_END, 1)[0] ?? "";
  const shownBefore = escapeControls(
    before.length > MAX_PART_CHARS ? `…${before.slice(-MAX_PART_CHARS)}` : before,
  );
  const marked = rest.slice(0, Math.min(end - start, MAX_PART_CHARS));
  const after = rest.slice(marked.length, MAX_PART_CHARS);
  const shownMarked = escapeControls(marked);
  const tail = rest.length > MAX_PART_CHARS ? "…" : "";
  const indent = widen(shownBefore).replace(/[^\t]/g, " ");
  const carets = "^".repeat(Math.max(1, widen(shownMarked).length));
  return `${shownBefore}${shownMarked}${escapeControls(after)}${tail}\n${indent}${carets}`;
}

function widen(text: string): string {
  return text.replace(WIDE, "  ");
}
