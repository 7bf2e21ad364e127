import type {
  RunData,
  WorkflowConnection,
  WorkflowInput,
  WorkflowNode,
} from "../runtime/guest/workflow/run-data.ts";

export type {
  ItemSource,
  NodeRun,
  PairedItem,
  WorkflowConnection,
  WorkflowInput,
  WorkflowItem,
  WorkflowNode,
} from "../runtime/guest/workflow/run-data.ts";

/** What a host knows of a workflow run, at the moment when a node of it evaluates its expressions. */
export interface WorkflowSource {
  readonly workflow: {
    readonly id: string;
    readonly name: string;
    readonly active: boolean;
  };
  readonly nodes: readonly WorkflowNode[];
  readonly connections: readonly WorkflowConnection[];
  /** Runs in their order, by the name of the node. */
  readonly runData: RunData["runData"];
  /** Name of the node whose expressions are evaluated. */
  readonly activeNode: string;
  readonly input: WorkflowInput;
  /** The item that the expressions are evaluated for, counted from 0. Default 0. */
  readonly itemIndex?: number;
  /** Which run of the active node this is, counted from 0. Default 0. */
  readonly runIndex?: number;
  /** What `$mode` is. Default `manual`. */
  readonly mode?: string;
  /** What nodes remember from run to run, by `node:` and the name of the node. Default: nothing. */
  readonly contextData?: RunData["contextData"];
  /**
   * More names, e.g. `$execution`, `$vars`, `$secrets`. They go before all others, so `$env` given here is what
   * expressions see instead of a refusal.
   */
  readonly additionalKeys?: Readonly<Record<string, unknown>>;
}
