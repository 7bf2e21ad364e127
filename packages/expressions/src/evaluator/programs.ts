import { CodeCache, type CodeCacheOptions, type CodeCacheStats } from "../compiler/code-cache.ts";
import type { CompiledTemplate } from "../compiler/template-compilation.ts";
import type { CompiledTree } from "../compiler/tree-compilation.ts";
import { UNSURE, createDirect } from "../direct/direct-program.ts";
import { WORKFLOW_NAMES } from "../runtime/guest/workflow/names.ts";
import { NESTING_NAMES, WORKFLOW_KEY } from "../runtime/guest/workflow/run-data.ts";
import type { Trace } from "./observer.ts";
import type { Program } from "./program.ts";

type Compiled = CompiledTemplate | CompiledTree;

export interface ProgramsOptions extends CodeCacheOptions {
  /** Names that the host gave to the guest, of functions and libraries. Default: none. */
  readonly addedNames?: ReadonlySet<string>;
}

/** Compiled templates and trees, made when they are first asked for. */
export class Programs {
  readonly #cache: CodeCache;
  readonly #programs = new WeakMap<Compiled, Program>();
  readonly #addedNames: ReadonlySet<string> | undefined;

  constructor(options: ProgramsOptions) {
    this.#addedNames = options.addedNames;
    this.#cache = new CodeCache(options);
  }

  /** @throws ExpressionError when the template cannot be compiled. */
  ofTemplate(template: string, trace?: Trace): Program {
    return this.#find((cache) => cache.compileTemplate(template), trace);
  }

  /** @throws ExpressionError when a template in the tree cannot be compiled, TypeError for what is no JSON data. */
  ofTree(tree: unknown, trace?: Trace): Program {
    return this.#find((cache) => cache.compileTree(tree), trace);
  }

  stats(): CodeCacheStats {
    return this.#cache.stats();
  }

  #find(compile: (cache: CodeCache) => Compiled, trace: Trace | undefined): Program {
    const misses = trace && this.#cache.stats().misses;
    const compiled = compile(this.#cache);
    trace?.compiled(this.#cache.stats().misses === misses);
    let program = this.#programs.get(compiled);
    if (!program) this.#programs.set(compiled, (program = createProgram(compiled, this.#addedNames)));
    return program;
  }
}

function createProgram(compiled: Compiled, addedNames: ReadonlySet<string> | undefined): Program {
  const direct = createDirect(compiled, addedNames);
  const hasRun = WORKFLOW_NAMES.some(([name]) => compiled.names.has(name));
  return {
    dataNames: hasRun ? [...compiled.names, WORKFLOW_KEY] : [...compiled.names],
    hasNested: [...NESTING_NAMES].some((name) => compiled.names.has(name)),
    code: compiled.code,
    placeOf: compiled.placeOf,
    evaluateDirect: (data, settings) => (direct ? direct.run(data, settings) : UNSURE),
  };
}
