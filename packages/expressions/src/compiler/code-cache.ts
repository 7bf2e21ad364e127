import { LRUCache } from "lru-cache";
import { type CompileOptions, type CompiledTemplate, compileTemplate } from "./template-compilation.ts";
import { type CompiledTree, compileTree, writeTree } from "./tree-compilation.ts";

export interface CodeCacheOptions extends CompileOptions {
  /** How many compiled templates to keep, and how many compiled trees. Default 1,024; 0 keeps none. */
  readonly maxCodeCacheSize?: number | undefined;
}

/** What a code cache has done since it was made. */
export interface CodeCacheStats {
  readonly hits: number;
  readonly misses: number;
  /** What was dropped to make room. */
  readonly evictions: number;
  /** Templates and trees that it holds now. */
  readonly size: number;
}

const DEFAULT_SIZE = 1_024;
/** Memory for templates, and as much for trees, in units of about two bytes. */
const MAX_WEIGHT = 2 ** 25;
/** Memory that understood code takes for each of its characters, in the same units. */
const CODE_WEIGHT = 25;

/** Compiles what was not compiled lately. Keeps code alone: neither results nor failures. */
export class CodeCache {
  readonly #options: CompileOptions;
  readonly #templates: LRUCache<string, CompiledTemplate> | undefined;
  readonly #trees: LRUCache<string, CompiledTree> | undefined;
  #hits = 0;
  #misses = 0;
  #evictions = 0;

  /** @throws RangeError when `maxCodeCacheSize` is no whole number from 0. */
  constructor(options: CodeCacheOptions) {
    const { maxCodeCacheSize: size = DEFAULT_SIZE } = options;
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new RangeError(`maxCodeCacheSize is a whole number from 0, not ${size}`);
    }
    this.#options = options;
    if (size === 0) return;
    this.#templates = this.#createMemory(size, weighTemplate);
    this.#trees = this.#createMemory(size, (_, json) => json.length * CODE_WEIGHT);
  }

  /** @throws ExpressionError as {@link compileTemplate}. */
  compileTemplate(template: string): CompiledTemplate {
    return this.#recall(this.#templates, template, compileTemplate);
  }

  /** @throws ExpressionError as {@link compileTree}, TypeError as {@link writeTree}. */
  compileTree(tree: unknown): CompiledTree {
    return this.#recall(this.#trees, writeTree(tree), compileTree);
  }

  stats(): CodeCacheStats {
    const size = (this.#templates?.size ?? 0) + (this.#trees?.size ?? 0);
    return { hits: this.#hits, misses: this.#misses, evictions: this.#evictions, size };
  }

  #createMemory<T extends object>(
    size: number,
    weigh: (compiled: T, key: string) => number,
  ): LRUCache<string, T> {
    return new LRUCache<string, T>({
      max: size,
      maxSize: MAX_WEIGHT,
      sizeCalculation: (compiled, key) => Math.max(1, weigh(compiled, key)),
      dispose: (_, __, reason) => {
        if (reason === "evict") this.#evictions++;
      },
    });
  }

  #recall<T extends object>(
    memory: LRUCache<string, T> | undefined,
    key: string,
    compile: (key: string, options: CompileOptions) => T,
  ): T {
    const known = memory?.get(key);
    if (known) {
      this.#hits++;
      return known;
    }
    this.#misses++;
    const compiled = compile(key, this.#options);
    memory?.set(key, compiled);
    return compiled;
  }
}

function weighTemplate({ template, chunks }: CompiledTemplate): number {
  return chunks.reduce((weight, { source }) => weight + source.length * CODE_WEIGHT, template.length);
}
