import { createExpressionError } from "./errors.ts";
import type { ItemSource, PairedItem, RunData, WorkflowItem } from "./run-data.ts";
import type { WorkflowRun } from "./workflow-run.ts";

/** An item of a node, by where it is. */
interface Place {
  readonly node: string;
  readonly output: number;
  readonly run: number;
  readonly item: number;
}

/** Where a search begins: an item, by what its `pairedItem` says, and where that counts from. */
export interface Origin {
  readonly pairedItem: PairedItem | readonly PairedItem[] | undefined;
  readonly source: readonly (ItemSource | null)[];
  /** The node that made the item, for messages. */
  readonly node: string;
}

/**
 * The item of a node that another item was made of, however many nodes are between.
 *
 * @throws ExpressionError when there is none, more than one, or a node on the way does not tell.
 */
export function findPairedItem(run: WorkflowRun, target: string, origin: Origin): WorkflowItem {
  const search = new PairedItemSearch(run.data.runData, target);
  search.follow(origin);
  const [found, another] = search.found;
  if (found && !another) return found;
  if (another) {
    throw createExpressionError(
      `Multiple matching items: this item was made of several items of node '${target}'. ` +
        `Write $("${target}").all(), .first() or .last() instead`,
    );
  }
  if (!run.leadsToActiveNode(target)) {
    throw createExpressionError(
      `Invalid expression: node '${target}' doesn't lead to node '${run.data.activeNode}', so no item of it matches. ` +
        `Connect them, or write $("${target}").first()`,
    );
  }
  throw createExpressionError(search.failure);
}

class PairedItemSearch {
  readonly #runData: RunData["runData"];
  readonly #target: string;
  readonly #found = new Map<string, WorkflowItem>();
  /** Places to look at, each once: items may have been split and merged again. */
  readonly #places = new Map<string, Place>();
  #failure: string | undefined;

  constructor(runData: RunData["runData"], target: string) {
    this.#runData = runData;
    this.#target = target;
  }

  get found(): WorkflowItem[] {
    return [...this.#found.values()];
  }

  /** Why nothing was found. */
  get failure(): string {
    return this.#failure ?? `Paired item data for node '${this.#target}' is unavailable`;
  }

  follow(origin: Origin): void {
    this.#add(origin);
    // A map is visited in the order in which it grows.
    for (const [key, place] of this.#places) this.#visit(key, place);
  }

  #visit(key: string, { node, output, run, item: index }: Place): void {
    const nodeRun = Object.hasOwn(this.#runData, node) ? this.#runData[node]?.[run] : undefined;
    const item = nodeRun?.outputs[output]?.[index];
    if (!nodeRun || !item) {
      this.#failure ??= `Paired item data points to item ${index} of node '${node}', which doesn't exist`;
    } else if (node === this.#target) this.#found.set(key, item);
    else this.#add({ pairedItem: item.pairedItem, source: nodeRun.source ?? [], node });
  }

  #add({ pairedItem, source, node }: Origin): void {
    if (pairedItem === undefined) {
      this.#failure ??= `Paired item data for item from node '${node}' is unavailable. Ensure '${node}' is providing the required output.`;
      return;
    }
    const pairs = isList(pairedItem) ? pairedItem : [pairedItem];
    for (const pair of pairs) {
      const { item, input = 0 } = typeof pair === "number" ? { item: pair } : pair;
      const from = source[input] ?? (source.length === 1 ? source[0] : undefined);
      if (!from)
        this.#failure ??= `Node '${node}' doesn't tell where the items of its input ${input} came from`;
      else {
        const [name, output = 0, run = 0] = from;
        this.#places.set(JSON.stringify([name, output, run, item]), { node: name, output, run, item });
      }
    }
  }
}

function isList(value: PairedItem | readonly PairedItem[]): value is readonly PairedItem[] {
  return Array.isArray(value);
}
