import type { WorkflowConnection } from "./run-data.ts";

/**
 * The output through which a node leads to another one, over the fewest nodes between; undefined when it does not.
 */
export function findOutput(
  connections: readonly WorkflowConnection[],
  from: string,
  to: string,
): number | undefined {
  const incoming = groupByTarget(connections);
  const seen = new Set([to]);
  // A set is visited in the order in which it grows.
  for (const node of seen) {
    for (const [source, output] of incoming.get(node) ?? []) {
      if (source === from) return output;
      seen.add(source);
    }
  }
  return undefined;
}

function groupByTarget(connections: readonly WorkflowConnection[]): Map<string, WorkflowConnection[]> {
  const groups = new Map<string, WorkflowConnection[]>();
  for (const connection of connections) {
    const group = groups.get(connection[2]);
    if (group) group.push(connection);
    else groups.set(connection[2], [connection]);
  }
  return groups;
}
