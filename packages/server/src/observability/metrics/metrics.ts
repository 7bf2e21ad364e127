import { metrics as globalMetrics } from "@opentelemetry/api";
import type { BatchObservableResult, Meter, Observable } from "@opentelemetry/api";
import { SKERRY_VERSION } from "../../main/version.ts";
import { createAttributeGate } from "./attribute-gate.ts";
import type { AttributeGate, AttributeSet } from "./attribute-gate.ts";
import type { MetricDefinition } from "./metric.ts";
import { gatherCounts, gatherValues } from "./gathering.ts";
import type { Gathering } from "./gathering.ts";
import { METRICS } from "./table.ts";
import type { AttributesOf, MetricName } from "./table.ts";

/** Says what an observed metric has for one set of attributes. */
export type Observe = <Name extends MetricName<"gauge" | "sum">>(
  name: Name,
  value: number,
  attributes: AttributesOf<Name>,
) => void;

/** Where the rooms tell what they do. Every metric is in {@link METRICS}, and no others are. */
export interface Metrics {
  /** Adds to a counter, 1 unless said otherwise. Costs a fraction of a microsecond. */
  count<Name extends MetricName<"counter">>(name: Name, attributes: AttributesOf<Name>, value?: number): void;
  /** Notes one value of a distribution. */
  record<Name extends MetricName<"histogram">>(
    name: Name,
    value: number,
    attributes: AttributesOf<Name>,
  ): void;
  /**
   * Has `tell` called whenever somebody looks at the metrics; it must not wait for anything. Metrics that it says nothing
   * of are absent. Dispose the result to stop.
   */
  observe(names: readonly MetricName<"gauge" | "sum">[], tell: (observe: Observe) => void): Disposable;
}

/** Metrics that somebody has to dispose of, who is the last to tell them anything. */
export type OwnMetrics = Metrics & Disposable;

/** Names what measures here. */
export const SCOPE = "skerry";

/** @param meter Default: of the meter provider that the host registered, or one that keeps nothing. */
export function createMetrics(meter: Meter = globalMetrics.getMeter(SCOPE, SKERRY_VERSION)): OwnMetrics {
  const gathered = new Map<string, Gathering>();
  const observables = new Map<string, { readonly instrument: Observable; readonly gate: AttributeGate }>();
  for (const [name, definition] of Object.entries<MetricDefinition>(METRICS)) {
    const { kind, unit, help: description, buckets = [] } = definition;
    const options = { unit, description };
    if (kind === "counter") {
      gathered.set(name, gatherCounts(meter.createCounter(name, options), definition));
    } else if (kind === "histogram") {
      const advice = { explicitBucketBoundaries: [...buckets] };
      const histogram = meter.createHistogram(name, { ...options, advice });
      gathered.set(name, gatherValues(histogram, definition));
    } else {
      const create = kind === "gauge" ? "createObservableGauge" : "createObservableCounter";
      observables.set(name, {
        instrument: meter[create](name, options),
        gate: createAttributeGate(definition),
      });
    }
  }

  function handOver(): void {
    for (const gathering of gathered.values()) gathering.handOver();
  }

  function watch(names: readonly string[], look: (result: BatchObservableResult) => void): Disposable {
    const watched = names.map((name) => find(observables, name).instrument);
    meter.addBatchObservableCallback(look, watched);
    return { [Symbol.dispose]: () => meter.removeBatchObservableCallback(look, watched) };
  }

  // Whoever looks asks what is observed before he reads what was gathered.
  const looking = watch([...observables.keys()], handOver);
  return {
    count(name, attributes, value = 1) {
      find(gathered, name).add(value, attributes as AttributeSet);
    },
    record(name, value, attributes) {
      find(gathered, name).add(value, attributes as AttributeSet);
    },
    observe(names, tell) {
      return watch(names, (result) =>
        tell((name, value, attributes) => {
          const { instrument, gate } = find(observables, name);
          result.observe(instrument, value, gate(attributes as AttributeSet));
        }),
      );
    },
    [Symbol.dispose]() {
      looking[Symbol.dispose]();
      handOver();
    },
  };
}

function find<Entry>(entries: ReadonlyMap<string, Entry>, name: string): Entry {
  const found = entries.get(name);
  if (found === undefined) throw new Error(`the table of metrics has no ${name} of this kind`);
  return found;
}

/** For rooms of which nobody wants to know. */
export const NO_METRICS: Metrics = {
  count: () => {},
  record: () => {},
  observe: () => ({ [Symbol.dispose]: () => {} }),
};
