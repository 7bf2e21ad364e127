import type { HostData } from "@skerry/sandbox/bridges";
import { describeItem } from "../runtime/guest/workflow/item-names.ts";
import { type RunData, WORKFLOW_KEY, packRun } from "../runtime/guest/workflow/run-data.ts";
import { validateSource } from "./source-validation.ts";
import type { WorkflowNode, WorkflowSource } from "./workflow-source.ts";

/**
 * The data of a node of a workflow run, for one item: `$json`, `$binary`, `$itemIndex`, `$workflow` and the like by
 * name, and what `$("Node")`, `$input`, `$node`, `$items` … go by.
 *
 * It refers to the objects of the source and copies none, so it takes as long for one item as for a million; nothing
 * of a run is read before an expression asks for it. The source must not change while the data is in use.
 *
 * @throws TypeError, RangeError for a source of another shape; the message tells the path.
 */
export function workflowData(source: WorkflowSource): HostData {
  const node = validateSource(source);
  const { input, itemIndex = 0, workflow, runIndex = 0, mode = "manual" } = source;
  const item = input.items[itemIndex];
  return {
    ...describeItem(item, itemIndex),
    $runIndex: runIndex,
    $thisRunIndex: runIndex,
    $mode: mode,
    $workflow: { active: workflow.active, id: workflow.id, name: workflow.name },
    ...describeSource(source),
    ...describeNode(node),
    [WORKFLOW_KEY]: packRun(toRunData(source, itemIndex)),
    ...source.additionalKeys,
  };
}

function describeSource({ input }: WorkflowSource): object {
  if (!input.source) return {};
  const [name, outputIndex = 0, runIndex = 0] = input.source;
  return { $prevNode: { name, outputIndex, runIndex } };
}

function describeNode({ id, typeVersion, webhookId, parameters = {} }: WorkflowNode): object {
  return {
    ...(id !== undefined && { $nodeId: id }),
    ...(typeVersion !== undefined && { $nodeVersion: typeVersion }),
    ...(webhookId !== undefined && { $webhookId: webhookId }),
    $rawParameter: parameters,
  };
}

function toRunData(source: WorkflowSource, itemIndex: number): RunData {
  const { nodes, connections, runData, contextData = {}, activeNode, input } = source;
  const nodeNames = nodes.map(({ name }) => name);
  return { nodes, nodeNames, connections, runData, contextData, activeNode, input, itemIndex };
}
