import type { BridgePool, HostData } from "@skerry/sandbox/bridges";
import type { Evaluation } from "./evaluation.ts";
import type { EvaluateOptions } from "./options.ts";
import { LoadedSite } from "./site.ts";

/** Evaluations over the same data; see `ExpressionEvaluator.openScope`. */
export class ExpressionScope implements Disposable {
  readonly #evaluation: Evaluation;
  readonly #site: LoadedSite;

  constructor(evaluation: Evaluation, pool: BridgePool, owner: string, data: HostData) {
    this.#evaluation = evaluation;
    this.#site = new LoadedSite(pool, owner, data);
  }

  /** @throws ExpressionError */
  async evaluate(template: string, options?: EvaluateOptions): Promise<unknown> {
    return this.#evaluation.run(
      (programs, trace) => programs.ofTemplate(template, trace),
      this.#site,
      options,
    );
  }

  /** @throws ExpressionError */
  evaluateSync(template: string, options?: EvaluateOptions): unknown {
    return this.#evaluation.runSync(
      (programs, trace) => programs.ofTemplate(template, trace),
      this.#site,
      options,
    );
  }

  /** @throws ExpressionError */
  async evaluateAll(tree: unknown, options?: EvaluateOptions): Promise<unknown> {
    return this.#evaluation.run((programs, trace) => programs.ofTree(tree, trace), this.#site, options);
  }

  /** @throws ExpressionError */
  evaluateAllSync(tree: unknown, options?: EvaluateOptions): unknown {
    return this.#evaluation.runSync((programs, trace) => programs.ofTree(tree, trace), this.#site, options);
  }

  /** Lets go of the data and the bridge. Idempotent. */
  dispose(): void {
    this.#site.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
