import {
  type BridgePool,
  type BridgePoolStats,
  type HostData,
  createBridgePool,
} from "@skerry/sandbox/bridges";
import { expressionRuntimeBundle } from "#bundles";
import { addedNamesOf, extensionNamesWith, isPathOfLibrary, writeAdditions } from "../additions/additions.ts";
import type { HostLibrary } from "../additions/library.ts";
import type { CodeCacheStats } from "../compiler/code-cache.ts";
import { type DataRead, describeTemplate } from "../compiler/description.ts";
import type { Diagnostic } from "../compiler/chunk-error.ts";
import { validateTemplate } from "../compiler/template-reading.ts";
import { ExpressionError } from "../errors.ts";
import { Evaluation } from "./evaluation.ts";
import { LUXON_TRANSFER_TYPES } from "./luxon-types.ts";
import { createBeginTrace } from "./observer.ts";
import type { EvaluatorOptions, OwnedEvaluateOptions } from "./options.ts";
import { Programs } from "./programs.ts";
import { ExpressionScope } from "./scope.ts";
import { TransientSite } from "./site.ts";

/** Who owns expressions that nobody claims. */
const EVERYBODY = "everybody";

/** What an evaluator has done and has now. */
export interface EvaluatorStats {
  readonly codeCache: CodeCacheStats;
  readonly pool: BridgePoolStats;
}

/**
 * Evaluates `{{ expressions }}` over data of the host, each owner's in a bridge of its own. Compiled templates are
 * kept, results never are.
 */
export class ExpressionEvaluator implements AsyncDisposable {
  readonly #pool: BridgePool;
  readonly #programs: Programs;
  readonly #evaluation: Evaluation;
  readonly #libraries: readonly HostLibrary[];
  #isDisposed = false;

  /** @throws RangeError for a number that is out of range, TypeError for two additions of one name. */
  constructor(options: EvaluatorOptions) {
    const { createBridge, poolSize = 1, idleTimeoutMs = Infinity, libraries = [], logger } = options;
    const extensionNames = extensionNamesWith(options);
    const additions = writeAdditions(options);
    this.#libraries = libraries;
    this.#programs = new Programs({
      maxCodeCacheSize: options.maxCodeCacheSize,
      extensionNames,
      addedNames: addedNamesOf(options),
    });
    this.#evaluation = new Evaluation(this.#programs, createBeginTrace(options.observability), logger);
    this.#pool = createBridgePool({
      createBridge,
      start: async (bridge) => {
        const bundle = additions + (await expressionRuntimeBundle());
        await bridge.initialize({ bundle, types: LUXON_TRANSFER_TYPES });
      },
      size: poolSize,
      idleTimeoutMs,
      onFailure: (error) => logger?.error("a bridge failed", { error: String(error) }),
    });
  }

  /**
   * Starts the spare bridges. `evaluateSync` needs it; `evaluate` starts what it needs by itself.
   *
   * @throws BridgeError `BRIDGE_START` when none could be started.
   */
  async initialize(): Promise<void> {
    this.#requireUndisposed();
    await this.#pool.initialize();
  }

  /**
   * Evaluates a template. A template that is one `{{ }}` alone gives the value itself, every other one a text.
   *
   * @param data What the expressions can read, by name, e.g. `{ $json: { … } }`: own enumerable data properties,
   *   fetched when they are touched. Functions in it are host functions. The guest cannot change it.
   * @throws ExpressionError
   */
  async evaluate(template: string, data: HostData, options?: OwnedEvaluateOptions): Promise<unknown> {
    const site = this.#siteOf(data, options);
    return this.#evaluation.run((programs, trace) => programs.ofTemplate(template, trace), site, options);
  }

  /**
   * The same, at once.
   *
   * @throws ExpressionError `EXPRESSION_BRIDGE` where no bridge is started or the bridge is not synchronous.
   */
  evaluateSync(template: string, data: HostData, options?: OwnedEvaluateOptions): unknown {
    const site = this.#siteOf(data, options);
    return this.#evaluation.runSync((programs, trace) => programs.ofTemplate(template, trace), site, options);
  }

  /**
   * Evaluates every text in a tree of JSON data as a template, all in one crossing. Keys, and values that are no
   * text, stay as they are.
   *
   * @throws ExpressionError of the first template that fails; its message tells the path.
   */
  async evaluateAll(tree: unknown, data: HostData, options?: OwnedEvaluateOptions): Promise<unknown> {
    const site = this.#siteOf(data, options);
    return this.#evaluation.run((programs, trace) => programs.ofTree(tree, trace), site, options);
  }

  /** The same, at once. @throws ExpressionError */
  evaluateAllSync(tree: unknown, data: HostData, options?: OwnedEvaluateOptions): unknown {
    const site = this.#siteOf(data, options);
    return this.#evaluation.runSync((programs, trace) => programs.ofTree(tree, trace), site, options);
  }

  /**
   * Loads data once for many evaluations: what one of them fetched, the next finds. The data must not change while the
   * scope is open. It holds the owner's bridge until it is disposed.
   */
  openScope(data: HostData, options: Pick<OwnedEvaluateOptions, "owner"> = {}): ExpressionScope {
    this.#requireUndisposed();
    return new ExpressionScope(this.#evaluation, this.#pool, options.owner ?? EVERYBODY, data);
  }

  /** What is wrong with a template, found without running it; nothing when it can be evaluated. */
  validate(template: string): readonly Diagnostic[] {
    return validateTemplate(template);
  }

  /** The paths in the data that a template reads, e.g. `$json.user.email`, as far as its text tells. */
  describe(template: string): readonly DataRead[] {
    return describeTemplate(template).filter(({ path }) => !isPathOfLibrary(path, this.#libraries));
  }

  stats(): EvaluatorStats {
    return { codeCache: this.#programs.stats(), pool: this.#pool.stats() };
  }

  /** Ends all bridges. Idempotent. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.#pool.dispose();
  }

  isDisposed(): boolean {
    return this.#isDisposed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #siteOf(data: HostData, options: OwnedEvaluateOptions | undefined): TransientSite {
    this.#requireUndisposed();
    return new TransientSite(this.#pool, options?.owner ?? EVERYBODY, data);
  }

  #requireUndisposed(): void {
    if (this.#isDisposed) {
      throw new ExpressionError("EXPRESSION_DISPOSED", "the evaluator was used after it had been disposed");
    }
  }
}
