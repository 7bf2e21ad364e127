/**
 * What host and guest share about a workflow run: the shapes in which a host tells of it, and the key under which the
 * guest finds it among the data.
 */

/** It is no identifier, so no template can name it, and no host would by chance. */
export const WORKFLOW_KEY = "@skerry/workflow";

/** Names by which a template may come to another template: one in a parameter, or one that it makes itself. */
export const NESTING_NAMES: ReadonlySet<string> = new Set([
  "$evaluateExpression",
  "$item",
  "$node",
  "$parameter",
]);

/** A step of the workflow. */
export interface WorkflowNode {
  /** Connections, runs and expressions name a node by it. */
  readonly name: string;
  /** What `$nodeId` is in this node. */
  readonly id?: string;
  /** What `$nodeVersion` is in this node. */
  readonly typeVersion?: number;
  /** What `$webhookId` is in this node. */
  readonly webhookId?: string;
  /** Settings as the author wrote them: a text that begins with `=` is a template. Default: none. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Items of an output of one node go to another node. */
export type WorkflowConnection = readonly [from: string, output: number, to: string];

/** Where items came from: a node, one of its outputs and one of its runs, both counted from 0 and by default 0. */
export type ItemSource = readonly [node: string, output?: number, run?: number];

/** The item that another one was made of, by its position in what came in through an input (default 0). */
export type PairedItem = number | { readonly item: number; readonly input?: number };

/** What nodes pass on. */
export interface WorkflowItem {
  readonly json: Readonly<Record<string, unknown>>;
  /** Files, by name. Their `data` is left out of `$binary`. */
  readonly binary?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Without it, the nodes before cannot be asked for the matching item. */
  readonly pairedItem?: PairedItem | readonly PairedItem[];
}

/** One run of a node. */
export interface NodeRun {
  /** For each input where its items came from. A node that starts a workflow has none. */
  readonly source?: readonly (ItemSource | null)[];
  /** For each output its items. */
  readonly outputs: readonly (readonly WorkflowItem[] | null)[];
}

/** What came into the active node. */
export interface WorkflowInput {
  readonly items: readonly WorkflowItem[];
  /** Default: nowhere. */
  readonly source?: ItemSource;
}

/** What the guest side of `$("…")`, `$input` and their like goes by: the host's own objects, none of them a copy. */
export interface RunData {
  readonly nodes: readonly WorkflowNode[];
  /** Of all nodes, in their order: looking for one by name fetches none of them. */
  readonly nodeNames: readonly string[];
  readonly connections: readonly WorkflowConnection[];
  /** Runs in their order, by the name of the node. */
  readonly runData: Readonly<Record<string, readonly NodeRun[]>>;
  /** By `node:` and the name of the node. */
  readonly contextData: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly activeNode: string;
  readonly input: WorkflowInput;
  /** Which of the items the expression is evaluated for. */
  readonly itemIndex: number;
  /** The run of other nodes that is meant where an expression names none. Default: the last. */
  readonly defaultRun?: number;
}

/** Longer than any answer of a bridge has room for; engines make no room for an array of so many holes. */
const PARCEL_LENGTH = 2 ** 31;

/**
 * Packs a run for the data. It stands alone in an array of holes, which a bridge leaves with the host until somebody
 * looks into it: templates that only read `$json` do not pay for the rest.
 */
export function packRun(run: RunData): readonly RunData[] {
  const parcel: RunData[] = [];
  parcel.length = PARCEL_LENGTH;
  parcel[0] = run;
  return parcel;
}

/** The run among the data of a host, if it is that of one. */
export function unpackRun(data: Readonly<Record<string, unknown>>): RunData | undefined {
  return Object.hasOwn(data, WORKFLOW_KEY) ? (data[WORKFLOW_KEY] as readonly RunData[])[0] : undefined;
}
