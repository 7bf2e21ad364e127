import { readIndex } from "./arguments.ts";
import { createExpressionError } from "./errors.ts";
import { type Origin, findPairedItem } from "./paired-items.ts";
import type { WorkflowItem } from "./run-data.ts";
import { freezeClass } from "./shared-class.ts";
import type { WorkflowRun } from "./workflow-run.ts";

/** `$("Node")`: what a node of the workflow gave. Whether there is such a node is asked when it is used. */
export class NodeOutput {
  readonly #run: WorkflowRun;
  readonly #name: unknown;

  static {
    freezeClass(this);
  }

  constructor(run: WorkflowRun, name: unknown) {
    this.#run = run;
    this.#name = name;
  }

  get isExecuted(): boolean {
    return this.#run.isExecuted(this.#require());
  }

  get params(): unknown {
    return this.#run.parametersOf(this.#require());
  }

  get context(): unknown {
    return this.#run.contextOf(this.#require());
  }

  /** The item that the current one was made of. */
  get item(): WorkflowItem {
    return this.#match(this.#run.data.itemIndex);
  }

  first(output?: unknown, run?: unknown): WorkflowItem | undefined {
    return this.#items("first", output, run)[0];
  }

  last(output?: unknown, run?: unknown): WorkflowItem | undefined {
    return this.#items("last", output, run).at(-1);
  }

  all(output?: unknown, run?: unknown): readonly WorkflowItem[] {
    return this.#items("all", output, run);
  }

  pairedItem(index?: unknown): WorkflowItem {
    return this.#match(
      readIndex(index, "pairedItem() takes the number of an item") ?? this.#run.data.itemIndex,
    );
  }

  itemMatching(index?: unknown): WorkflowItem {
    const item = readIndex(index, "itemMatching() takes the number of an item");
    if (item === undefined) {
      throw createExpressionError("itemMatching() takes the number of an item, e.g. itemMatching(0)");
    }
    return this.#match(item);
  }

  #items(method: string, output: unknown, run: unknown): readonly WorkflowItem[] {
    return this.#run.itemsOf(
      this.#require(),
      readIndex(output, `${method}() takes the number of an output first`),
      readIndex(run, `${method}() takes the number of a run as its second argument`),
    );
  }

  #match(index: number): WorkflowItem {
    const name = this.#require();
    // That the node has not run tells more than that nothing came in.
    this.#run.runsOf(name);
    return findPairedItem(this.#run, name, originOf(this.#run, index));
  }

  #require(): string {
    return this.#run.requireNode(this.#name);
  }
}

/** An item that came into the active node. */
function originOf(run: WorkflowRun, index: number): Origin {
  const { activeNode, input } = run.data;
  const item = run.inputItems[index];
  if (!item) {
    throw createExpressionError(
      `There is no item ${index}: ${input.items.length} came into node '${activeNode}'`,
    );
  }
  const { source } = input;
  return { pairedItem: item.pairedItem, source: source ? [source] : [], node: source?.[0] ?? activeNode };
}
