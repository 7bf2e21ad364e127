import { createAttributeGate } from "./attribute-gate.ts";
import type { AttributeSet } from "./attribute-gate.ts";
import type { MetricDefinition } from "./metric.ts";

/** Something that is kept for one set of attributes. */
export interface Entry<Kept> {
  readonly attributes: AttributeSet;
  readonly kept: Kept;
}

/** Something for each set of attributes that a metric is told by; only what passed the gate, so that it is bounded. */
export interface AttributeTable<Kept> {
  of(attributes: AttributeSet): Entry<Kept>;
  entries(): Iterable<Entry<Kept>>;
}

const SEPARATOR = "\n";

export function createAttributeTable<Kept>(
  definition: Pick<MetricDefinition, "attributes">,
  create: () => Kept,
): AttributeTable<Kept> {
  const gate = createAttributeGate(definition);
  const names = Object.keys(definition.attributes);
  const only = names.length === 1 ? names[0] : undefined;
  const entries = new Map<string, Entry<Kept>>();

  function keyOf(attributes: AttributeSet): string {
    // A text that is there already costs a lookup much less than one that is put together for it.
    if (only !== undefined) return attributes[only] ?? "";
    let key = "";
    for (const name of names) key += (attributes[name] ?? "") + SEPARATOR;
    return key;
  }

  function open(told: AttributeSet): Entry<Kept> {
    const attributes = gate(told);
    const key = keyOf(attributes);
    const entry = entries.get(key) ?? { attributes, kept: create() };
    entries.set(key, entry);
    return entry;
  }

  return {
    of: (attributes) => entries.get(keyOf(attributes)) ?? open(attributes),
    entries: () => entries.values(),
  };
}
