import type { SourceRange } from "../errors.ts";
import { type CodeReading, scanCode, scanCodePlainly } from "../template/code-scanner.ts";
import { type Segment, splitTemplateBy } from "../template/segments.ts";
import { analyseChunk } from "./chunk-analysis.ts";
import { ChunkError, type Diagnostic, toDiagnostic, toExpressionError } from "./chunk-error.ts";
import { parseChunk, tooDeep } from "./chunk-parser.ts";
import type { Chunk } from "./chunk-rewriting.ts";
import { MAX_CHUNKS, MAX_CODE_LENGTH, MAX_OPEN_BRACKETS, MAX_TEMPLATE_LENGTH } from "./limits.ts";

/** A chunk in its place. */
export interface TemplateChunk extends Chunk {
  /** The code between the braces, in the template. Position `n` of the source is `range.start + n` there. */
  readonly range: SourceRange;
}

/** A template that has been understood. */
export interface ReadTemplate {
  readonly template: string;
  readonly segments: readonly Segment[];
  /** One for each segment of code, in their order. */
  readonly chunks: readonly TemplateChunk[];
}

/** Times that code may be read a second way in one template: each costs a pass over the rest of the text. */
const MAX_SECOND_READINGS = 16;

/**
 * Splits a template and parses its code.
 *
 * @param where What the template is, for messages, e.g. its path in a tree.
 * @throws ExpressionError `EXPRESSION_SYNTAX` or `EXPRESSION_UNSUPPORTED`, of the first piece of code that cannot be.
 */
export function readTemplate(template: string, where?: string): ReadTemplate {
  return read(template, (diagnostic) => {
    throw toExpressionError(diagnostic, template, where);
  });
}

/** What is wrong in a template; nothing when it can be compiled. At most one thing for each piece of code. */
export function validateTemplate(template: string): readonly Diagnostic[] {
  return examineTemplate(template).diagnostics;
}

/** A template that may have pieces that cannot be compiled: those have a segment and no chunk. */
export interface ExaminedTemplate extends ReadTemplate {
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads what can be read of a template, and tells what cannot. */
export function examineTemplate(template: string): ExaminedTemplate {
  const diagnostics: Diagnostic[] = [];
  return { ...read(template, (diagnostic) => diagnostics.push(diagnostic)), diagnostics };
}

/** @param report Is told what is wrong; the code is left out if it returns. */
function read(template: string, report: (diagnostic: Diagnostic) => void): ReadTemplate {
  if (template.length > MAX_TEMPLATE_LENGTH) {
    report(tooLong("template", template.length, MAX_TEMPLATE_LENGTH, MAX_TEMPLATE_LENGTH));
    return { template, segments: [], chunks: [] };
  }
  const reader = new ChunkReader(report);
  const segments = splitTemplateBy(template, (text, start) => reader.read(text, start));
  return { template, segments, chunks: reader.chunks };
}

class ChunkReader {
  readonly chunks: TemplateChunk[] = [];
  readonly #report: (diagnostic: Diagnostic) => void;
  #count = 0;
  #secondReadings = 0;

  constructor(report: (diagnostic: Diagnostic) => void) {
    this.#report = report;
  }

  /** Reads with regard to strings, comments and braces; if that makes no sense, up to the first `}}`. */
  read(template: string, start: number): CodeReading {
    if (++this.#count > MAX_CHUNKS) return this.#skipRest(template, start);
    const reading = scanCode(template, start);
    const problem = this.#take(reading, start);
    if (problem === undefined) return reading;
    const plain = this.#readPlainly(template, start, reading);
    if (plain === undefined) {
      this.#report(toDiagnostic(problem, start));
      return reading;
    }
    const plainProblem = this.#take(plain, start);
    if (plainProblem === undefined) return plain;
    // Code that never ends took in what follows it: then the first `}}` is where the author ended it.
    this.#report(toDiagnostic(reading.isClosed ? problem : plainProblem, start));
    return reading.isClosed ? reading : plain;
  }

  #readPlainly(template: string, start: number, reading: CodeReading): CodeReading | undefined {
    if (this.#secondReadings >= MAX_SECOND_READINGS) return undefined;
    this.#secondReadings++;
    const plain = scanCodePlainly(template, start);
    return plain.end === reading.end ? undefined : { ...plain, depth: reading.depth };
  }

  #take({ source, end, depth }: CodeReading, start: number): ChunkError | undefined {
    try {
      const range = { start, end };
      this.chunks.push({ ...understand(source, depth), range });
      return undefined;
    } catch (error) {
      if (error instanceof ChunkError) return error;
      if (error instanceof RangeError) return tooDeep(0, source.length);
      throw error;
    }
  }

  #skipRest(template: string, start: number): CodeReading {
    const end = template.length;
    const message = `A template has at most ${MAX_CHUNKS} expressions: split it`;
    this.#report({ code: "EXPRESSION_UNSUPPORTED", message, range: { start, end } });
    return { source: template.slice(start), end, isClosed: false, depth: 0 };
  }
}

function understand(source: string, depth: number): Chunk {
  if (source.length > MAX_CODE_LENGTH) {
    const { code, message, range } = tooLong("expression", source.length, MAX_CODE_LENGTH, source.length);
    throw new ChunkError(code, message, range);
  }
  if (depth > MAX_OPEN_BRACKETS) {
    const message = `The code has ${depth} brackets open at once, and ${MAX_OPEN_BRACKETS} are possible: split it`;
    throw new ChunkError("EXPRESSION_UNSUPPORTED", message, { start: 0, end: source.length });
  }
  const expression = parseChunk(source);
  return { source, expression, analysis: analyseChunk(expression) };
}

function tooLong(what: string, length: number, limit: number, end: number): Diagnostic {
  const message = `The ${what} has ${length} characters, and ${limit} are possible: split it`;
  return { code: "EXPRESSION_UNSUPPORTED", message, range: { start: 0, end } };
}
