import type { SourceRange } from "../errors.ts";
import { type CodeReading, scanCode } from "./code-scanner.ts";

/** Literal text between code. `range` covers it as it is written. */
export interface TextSegment {
  readonly kind: "text";
  readonly value: string;
  readonly range: SourceRange;
}

/** What stands between `{{` and `}}`. `range` is without the braces. */
export interface CodeSegment {
  readonly kind: "code";
  /** As long as the range: position `n` of it is position `range.start + n` of the template. */
  readonly source: string;
  readonly range: SourceRange;
}

export type Segment = TextSegment | CodeSegment;

/** Decides where code that begins at `start` ends. */
export type ReadCode = (template: string, start: number) => CodeReading;

const OPENER = "{{";
const CLOSER = "}}";

/**
 * Takes a template apart into text and code, without judging the code. It takes time linear in the length of the text.
 *
 * `{{` opens code and `}}` closes it, unless it belongs to a string, template literal, regular expression, comment or
 * nested braces. `\{{` is text. Before code, `\\` in the text stands for one backslash. The last `}}` may be missing,
 * and `{{` at the very end adds nothing.
 */
export function splitTemplate(template: string): readonly Segment[] {
  return splitTemplateBy(template, scanCode);
}

/** The same with a reading of code of one's own. */
export function splitTemplateBy(template: string, readCode: ReadCode): readonly Segment[] {
  const segments: Segment[] = [];
  let position = 0;
  for (;;) {
    const opener = findOpener(template, position);
    if (opener === -1) break;
    if (opener > position) segments.push(readText(template, position, opener));
    const start = opener + OPENER.length;
    if (start === template.length) {
      segments.push({ kind: "text", value: "", range: { start: opener, end: start } });
      return segments;
    }
    const { source, end, isClosed } = readCode(template, start);
    segments.push({ kind: "code", source, range: { start, end } });
    position = isClosed ? end + CLOSER.length : end;
  }
  if (position < template.length || segments.length === 0) segments.push(readLastText(template, position));
  return segments;
}

/** Whether a template is one piece of code alone, so that its value is the value of that code. */
export function isSingleCode(segments: readonly Segment[]): boolean {
  return segments.length === 1 && segments[0]?.kind === "code";
}

function findOpener(template: string, from: number): number {
  let opener = template.indexOf(OPENER, from);
  while (opener !== -1 && isEscaped(template, opener, from)) {
    opener = template.indexOf(OPENER, opener + OPENER.length);
  }
  return opener;
}

/** Whether an odd number of backslashes stands before a position. */
function isEscaped(template: string, position: number, from: number): boolean {
  let start = position;
  while (start > from && template[start - 1] === "\\") start--;
  return (position - start) % 2 === 1;
}

function readText(template: string, start: number, end: number): TextSegment {
  const value = template.slice(start, end).replaceAll("\\\\", "\\");
  return { kind: "text", value, range: { start, end } };
}

function readLastText(template: string, start: number): TextSegment {
  return { kind: "text", value: template.slice(start), range: { start, end: template.length } };
}
