import { describe, readIndex } from "./arguments.ts";
import { findPairedItem } from "./paired-items.ts";
import type { WorkflowItem } from "./run-data.ts";
import type { WorkflowRun } from "./workflow-run.ts";

/**
 * `$getPairedItem(node, { previousNode, previousNodeOutput?, previousNodeRun? }, { item })`: the item of a node that
 * an item of another node was made of.
 */
export function readPairedItem(
  run: WorkflowRun,
  [node, source, pairedItem]: readonly unknown[],
): WorkflowItem {
  if (typeof node !== "string")
    throw new TypeError(`$getPairedItem() takes the name of a node, not ${describe(node)}`);
  const { previousNode, previousNodeOutput, previousNodeRun } = readRecord(source, "a second argument as");
  const { item } = readRecord(pairedItem, "a third argument as");
  const index = readIndex(item, "$getPairedItem() takes { item } with the number of an item");
  if (typeof previousNode !== "string" || index === undefined) {
    throw new TypeError('$getPairedItem() takes a node, { previousNode: "…" } and { item: 0 }');
  }
  const target = run.requireNode(node);
  run.runsOf(target);
  const output = readIndex(previousNodeOutput, "previousNodeOutput is the number of an output");
  const runIndex = readIndex(previousNodeRun, "previousNodeRun is the number of a run");
  return findPairedItem(run, target, {
    pairedItem: index,
    source: [[previousNode, output ?? 0, runIndex ?? 0]],
    node: previousNode,
  });
}

function readRecord(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  throw new TypeError(`$getPairedItem() takes ${what} an object, not ${describe(value)}`);
}
