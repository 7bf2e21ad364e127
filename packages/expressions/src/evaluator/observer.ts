import type { Observability, Span } from "../observability/observability.ts";

/** One evaluation as the observability provider sees it. */
export interface Trace {
  /** The template was compiled, or found in the cache. */
  compiled(isHit: boolean): void;
  /** The guest begins. */
  executing(): void;
  /** The guest has ended, with what its engine holds now. */
  executed(memoryMb: number | undefined): void;
  end(error?: unknown): void;
}

/** Begins the trace of one evaluation. An evaluator without a provider has no such function, and does nothing for it. */
export type BeginTrace = () => Trace;

export function createBeginTrace(observability: Observability | undefined): BeginTrace | undefined {
  return observability && (() => new ObservedTrace(observability));
}

class ObservedTrace implements Trace {
  readonly #observability: Observability;
  readonly #startedAt = performance.now();
  readonly #span: Span;
  #child: Span | undefined;

  constructor(observability: Observability) {
    this.#observability = observability;
    this.#span = observability.startSpan("expression.evaluate");
    this.#child = this.#span.startChild("expression.compile");
  }

  compiled(isHit: boolean): void {
    this.#observability.count(isHit ? "expression.code_cache.hit" : "expression.code_cache.miss", 1);
    this.#endChild();
  }

  executing(): void {
    this.#child = this.#span.startChild("expression.isolate.execute");
  }

  executed(memoryMb: number | undefined): void {
    if (memoryMb !== undefined) this.#observability.record("expression.isolate.memory_mb", memoryMb);
    this.#endChild();
  }

  end(error?: unknown): void {
    this.#endChild(error);
    const attributes = { outcome: error === undefined ? "ok" : outcomeOf(error) };
    this.#observability.count("expression.evaluation.count", 1, attributes);
    this.#observability.record(
      "expression.evaluation.duration_ms",
      performance.now() - this.#startedAt,
      attributes,
    );
    this.#span.end(error);
  }

  #endChild(error?: unknown): void {
    this.#child?.end(error);
    this.#child = undefined;
  }
}

/** A code of ours: their number is bounded, as that of a metric's attributes must be. */
function outcomeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "error";
}
