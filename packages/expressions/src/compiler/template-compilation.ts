import type { Segment } from "../template/segments.ts";
import { describePosition, locate } from "../template/positions.ts";
import type { SourceRange } from "../errors.ts";
import { CodeWriter, type WriteCode, collectRuntimeNames } from "./code-writer.ts";
import { type TemplateChunk, readTemplate } from "./template-reading.ts";

export interface CompileOptions {
  /** Names of methods that may be extension functions; calls of them are left to the runtime. */
  readonly extensionNames: ReadonlySet<string>;
}

/** Where a chunk is. */
export interface ChunkPlace {
  /** In its template. */
  readonly range: SourceRange;
  /** For people, e.g. `line 1, column 4`; in a tree with the path of the template before it. */
  readonly text: string;
}

/** What templates and trees of them have in common when they are compiled. */
export interface Compiled {
  /** Names that the code asks of the runtime. */
  readonly names: ReadonlySet<string>;
  /** Equal settings give the same text, and the same string as long as they do not change. */
  readonly code: WriteCode;
  /** @param chunk Its number, as the runtime tells it. */
  readonly placeOf: (chunk: number) => ChunkPlace | undefined;
}

/** A template, ready to be evaluated in a guest. */
export interface CompiledTemplate extends Compiled {
  readonly template: string;
  readonly segments: readonly Segment[];
  /** One for each segment of code, in their order. */
  readonly chunks: readonly TemplateChunk[];
}

/**
 * Compiles a template. What the code of the author can do is left to the guest: nothing is refused for its safety.
 *
 * @throws ExpressionError `EXPRESSION_SYNTAX`, `EXPRESSION_UNSUPPORTED`; `range` is in the template.
 */
export function compileTemplate(template: string, { extensionNames }: CompileOptions): CompiledTemplate {
  const read = readTemplate(template);
  const { all: names } = collectRuntimeNames(read);
  const writer = new CodeWriter([read], extensionNames);
  return {
    ...read,
    names,
    code: writer.writeBody(names, writer.writeTemplate(read)),
    placeOf: (chunk) => placeIn(template, read.chunks[chunk]),
  };
}

/** @param where The path of the template in a tree. */
export function placeIn(
  template: string,
  chunk: TemplateChunk | undefined,
  where = "",
): ChunkPlace | undefined {
  if (!chunk) return undefined;
  const { range } = chunk;
  return { range, text: where + describePosition(locate(template, range.start)) };
}
