import type { Settings } from "../runtime/guest/settings.ts";
import { type Segment, isSingleCode } from "../template/segments.ts";
import { THIS_NAME } from "./chunk-analysis.ts";
import { type CompiledNames, rewriteChunk } from "./chunk-rewriting.ts";
import { CONSTANT_NAMES, LANGUAGE_NAMES } from "./names.ts";
import type { ReadTemplate, TemplateChunk } from "./template-reading.ts";

/** Gives code for a bridge: the body of a function with the parameter `data`. */
export type WriteCode = (settings: Settings) => string;

/** Names that a template takes from the runtime. */
export interface RuntimeNames {
  /** All of them. */
  readonly all: ReadonlySet<string>;
  /** Those that it assigns to. */
  readonly assigned: ReadonlySet<string>;
}

export function collectRuntimeNames({ chunks }: ReadTemplate): RuntimeNames {
  const assigned = new Set(chunks.flatMap(({ analysis }) => [...analysis.assigned]));
  const all = new Set(chunks.flatMap(({ analysis }) => [...analysis.names]));
  for (const name of all) {
    if (CONSTANT_NAMES.has(name) || (LANGUAGE_NAMES.has(name) && !assigned.has(name))) all.delete(name);
  }
  return { all, assigned };
}

/**
 * Writes the code of templates that are evaluated together.
 *
 * The code has `__expressions.begin(data, settings)` give it the runtime, and asks that for each free name once. Chunks
 * are numbered in the order in which they are written.
 */
export class CodeWriter {
  readonly #names: CompiledNames;
  readonly #extensionNames: ReadonlySet<string>;
  #chunkCount = 0;

  /** @param templates All that will be written: compiled code uses none of their names for anything else. */
  constructor(templates: readonly ReadTemplate[], extensionNames: ReadonlySet<string>) {
    const isTaken = (name: string): boolean =>
      templates.some(({ chunks }) => chunks.some(({ analysis }) => analysis.identifiers.has(name)));
    this.#names = {
      runtime: chooseName("$r", isTaken),
      temporary: chooseName("$t", isTaken),
      self: chooseName("$this", isTaken),
    };
    this.#extensionNames = extensionNames;
  }

  /** An expression whose value is that of the template. */
  writeTemplate({ segments, chunks }: ReadTemplate): string {
    if (chunks.length === 0) return JSON.stringify(joinTexts(segments));
    const codes = chunks.map((chunk) => this.#writeChunk(chunk)).values();
    const parts = segments.map((segment) =>
      segment.kind === "text" ? JSON.stringify(segment.value) : (codes.next().value as string),
    );
    return isSingleCode(segments) ? parts.join("") : `${this.#names.runtime}.join([${parts.join(", ")}])`;
  }

  /** Statements that make names known and give a value back. */
  writeReturn(names: ReadonlySet<string>, value: string): string {
    const { runtime, self, temporary } = this.#names;
    const locals = [temporary];
    for (const name of names) {
      locals.push(`${name === THIS_NAME ? self : name} = ${runtime}.read(${JSON.stringify(name)})`);
    }
    return `let ${locals.join(", ")};\nreturn ${value};`;
  }

  /** Names are declared in a block, because one of them may be `data`. */
  writeBody(names: ReadonlySet<string>, value: string): WriteCode {
    const beginning = `const ${this.#names.runtime} = __expressions.begin(data, `;
    const end = `);\n{\n${this.writeReturn(names, value)}\n}`;
    return rememberLast((settings) => `${beginning}${JSON.stringify(settings)}${end}`);
  }

  #writeChunk(chunk: TemplateChunk): string {
    const code = rewriteChunk(chunk, this.#names, this.#extensionNames);
    const method = chunk.analysis.isGuarded ? "attempt" : "demand";
    return `${this.#names.runtime}.${method}(${this.#chunkCount++}, () => (${code}))`;
  }
}

function joinTexts(segments: readonly Segment[]): string {
  return segments.map((segment) => (segment.kind === "text" ? segment.value : "")).join("");
}

function chooseName(name: string, isTaken: (name: string) => boolean): string {
  let choice = name;
  for (let number = 1; isTaken(choice); number++) choice = `${name}${number}`;
  return choice;
}

/** The same text again costs a bridge less than an equal one, and most evaluations have the settings of the last. */
function rememberLast(write: WriteCode): WriteCode {
  let last: { readonly settings: Settings; readonly code: string } | undefined;
  return (settings) => {
    if (last === undefined || !areEqual(last.settings, settings)) last = { settings, code: write(settings) };
    return last.code;
  };
}

function areEqual(one: Settings, other: Settings): boolean {
  return one.timezone === other.timezone && one.locale === other.locale && one.errors === other.errors;
}
