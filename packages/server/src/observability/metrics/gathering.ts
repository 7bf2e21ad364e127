import type { Counter, Histogram } from "@opentelemetry/api";
import type { AttributeSet } from "./attribute-gate.ts";
import { createAttributeTable } from "./attribute-table.ts";
import type { Entry } from "./attribute-table.ts";
import type { MetricDefinition } from "./metric.ts";

/**
 * Gathers measurements for an instrument. OpenTelemetry's instruments sort and serialize the attributes each time, which
 * between the steps of an execution takes microseconds; so they are told many at once.
 */
export interface Gathering {
  add(value: number, attributes: AttributeSet): void;
  /** Tells the instrument what was gathered. */
  handOver(): void;
}

/** Values that wait for each set of attributes at most. */
const MAX_VALUES = 64;

export function gatherCounts(
  counter: Pick<Counter, "add">,
  definition: Pick<MetricDefinition, "attributes">,
): Gathering {
  const sums = createAttributeTable(definition, () => ({ sum: 0 }));
  // So that the first that happens is an increase.
  if (Object.keys(definition.attributes).length === 0) counter.add(0, {});
  return {
    add(value, attributes) {
      sums.of(attributes).kept.sum += value;
    },
    handOver() {
      for (const { attributes, kept } of sums.entries()) {
        if (kept.sum !== 0) counter.add(kept.sum, attributes);
        kept.sum = 0;
      }
    },
  };
}

export function gatherValues(
  histogram: Pick<Histogram, "record">,
  definition: Pick<MetricDefinition, "attributes">,
): Gathering {
  const values = createAttributeTable<number[]>(definition, () => []);

  function tell({ attributes, kept }: Entry<number[]>): void {
    for (const value of kept) histogram.record(value, attributes);
    kept.length = 0;
  }

  return {
    add(value, attributes) {
      const entry = values.of(attributes);
      if (entry.kept.push(value) >= MAX_VALUES) tell(entry);
    },
    handOver() {
      for (const entry of values.entries()) tell(entry);
    },
  };
}
