import type {
  WorkflowConnection,
  WorkflowInput,
  WorkflowItem,
  WorkflowNode,
  WorkflowSource,
} from "./workflow-source.ts";

/**
 * Checks the shape of a source as far as that costs no more than a look at each node and connection: what the runs
 * hold is read by expressions alone.
 *
 * @returns The active node.
 * @throws TypeError, RangeError with the path of what is wrong.
 */
export function validateSource(source: WorkflowSource): WorkflowNode {
  requireRecord(source, "source");
  const { workflow, runData, activeNode, input, itemIndex = 0, runIndex = 0 } = source;
  requireRecord(workflow, "source.workflow");
  requireText(workflow.id, "source.workflow.id");
  requireText(workflow.name, "source.workflow.name");
  if (typeof workflow.active !== "boolean")
    refuse("source.workflow.active", "true or false", workflow.active);
  requireRecord(runData, "source.runData");
  for (const name of Object.keys(runData)) {
    if (!Array.isArray(runData[name]))
      refuse(`source.runData[${JSON.stringify(name)}]`, "an array", runData[name]);
  }
  requireConnections(source.connections);
  requireInput(input);
  requireIndex(runIndex, "source.runIndex");
  requireIndex(itemIndex, "source.itemIndex");
  if (itemIndex > 0 && itemIndex >= input.items.length) {
    throw new RangeError(
      `source.itemIndex is ${itemIndex}, but source.input.items has ${input.items.length} items`,
    );
  }
  requireItem(input.items[itemIndex], `source.input.items[${itemIndex}]`);
  if (source.contextData !== undefined) requireRecord(source.contextData, "source.contextData");
  if (source.additionalKeys !== undefined) requireRecord(source.additionalKeys, "source.additionalKeys");
  if (source.mode !== undefined) requireText(source.mode, "source.mode");
  requireText(activeNode, "source.activeNode");
  return findActiveNode(source.nodes, activeNode);
}

/** Paths are only written down for what is wrong: a workflow may have thousands of nodes. */
function findActiveNode(nodes: readonly WorkflowNode[], activeNode: string): WorkflowNode {
  requireList(nodes, "source.nodes");
  let found: WorkflowNode | undefined;
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index];
    if (!isRecord(node)) refuse(`source.nodes[${index}]`, "an object", node);
    if (typeof node.name !== "string") refuse(`source.nodes[${index}].name`, "a text", node.name);
    if (node.parameters !== undefined && !isRecord(node.parameters)) {
      refuse(`source.nodes[${index}].parameters`, "an object", node.parameters);
    }
    if (node.name === activeNode) found ??= node;
  }
  if (found) return found;
  throw new RangeError(
    `source.activeNode is ${JSON.stringify(activeNode)}, but source.nodes has no node of that name`,
  );
}

function requireConnections(connections: readonly WorkflowConnection[]): void {
  requireList(connections, "source.connections");
  for (let index = 0; index < connections.length; index++) {
    const connection: unknown = connections[index];
    if (!isConnection(connection)) {
      refuse(`source.connections[${index}]`, 'a connection such as ["From", 0, "To"]', connection);
    }
  }
}

function isConnection(connection: unknown): connection is WorkflowConnection {
  if (!Array.isArray(connection)) return false;
  const [from, output, to] = connection as readonly unknown[];
  return typeof from === "string" && isIndex(output) && typeof to === "string";
}

function requireInput(input: WorkflowInput): void {
  requireRecord(input, "source.input");
  requireList(input.items, "source.input.items");
  if (input.source === undefined) return;
  requireList(input.source, "source.input.source");
  const [node, output = 0, run = 0] = input.source;
  requireText(node, "source.input.source[0]");
  requireIndex(output, "source.input.source[1]");
  requireIndex(run, "source.input.source[2]");
}

/** Only the item that expressions are evaluated for: the others may be many. */
function requireItem(item: WorkflowItem | undefined, path: string): void {
  if (item === undefined) return;
  requireRecord(item, path);
  requireRecord(item.json, `${path}.json`);
  if (item.binary !== undefined) requireRecord(item.binary, `${path}.binary`);
}

function requireText(value: unknown, path: string): void {
  if (typeof value !== "string") refuse(path, "a text", value);
}

function requireList(value: unknown, path: string): void {
  if (!Array.isArray(value)) refuse(path, "an array", value);
}

function requireRecord(value: unknown, path: string): void {
  if (!isRecord(value)) refuse(path, "an object", value);
}

function requireIndex(value: unknown, path: string): void {
  if (typeof value !== "number") refuse(path, "a number", value);
  if (!isIndex(value)) throw new RangeError(`${path} has to be a whole number from 0 on, not ${value}`);
}

function isIndex(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(path: string, expected: string, value: unknown): never {
  const type = Array.isArray(value) ? "an array" : value === null ? "null" : describeType(typeof value);
  throw new TypeError(`${path} has to be ${expected}, not ${type}`);
}

function describeType(type: string): string {
  if (type === "undefined") return type;
  return type === "object" ? "an object" : `a ${type}`;
}
