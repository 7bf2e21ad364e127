import { OTHER } from "./metric.ts";
import type { AttributeValues, MetricDefinition } from "./metric.ts";

/** What one measurement is told by. */
export type AttributeSet = Readonly<Record<string, string>>;

/**
 * Lets through what a metric's table allows: an attribute that it does not name is dropped, a value that it does not
 * list becomes `other`. Whatever guests, callers or hosts of ours come up with, the number of time series is bounded.
 */
export type AttributeGate = (attributes: AttributeSet) => AttributeSet;

export function createAttributeGate({
  attributes: allowed,
}: Pick<MetricDefinition, "attributes">): AttributeGate {
  const checks = Object.entries(allowed).map(([name, values]) => [name, createValueCheck(values)] as const);

  return (attributes) => {
    const isAllowed = checks.every(([name, allows]) => allows(attributes[name] ?? ""));
    if (isAllowed && Object.keys(attributes).length === checks.length) return attributes;
    return Object.fromEntries(
      checks.map(([name, allows]) => {
        const value = attributes[name] ?? "";
        return [name, allows(value) ? value : OTHER];
      }),
    );
  };
}

function createValueCheck(values: AttributeValues): (value: string) => boolean {
  if (!("atMost" in values)) {
    const listed = new Set(values);
    return (value) => listed.has(value);
  }
  const seen = new Set<string>();
  return (value) => {
    if (seen.size < values.atMost) seen.add(value);
    return seen.has(value);
  };
}
