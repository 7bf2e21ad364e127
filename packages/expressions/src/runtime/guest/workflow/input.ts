import { createNoInputError } from "./errors.ts";
import type { WorkflowItem } from "./run-data.ts";
import { freezeClass } from "./shared-class.ts";
import type { WorkflowRun } from "./workflow-run.ts";

/** `$input`: what came into the active node. */
export class Input {
  readonly #run: WorkflowRun;

  static {
    freezeClass(this);
  }

  constructor(run: WorkflowRun) {
    this.#run = run;
  }

  get item(): WorkflowItem | undefined {
    return this.#run.inputItems[this.#run.data.itemIndex];
  }

  /** Of the node that the items came from. */
  get params(): unknown {
    return this.#run.parametersOf(this.#sourceNode());
  }

  /** Of the node that the items came from. */
  get context(): unknown {
    return this.#run.contextOf(this.#sourceNode());
  }

  first(): WorkflowItem | undefined {
    return this.#run.inputItems[0];
  }

  last(): WorkflowItem | undefined {
    return this.#run.inputItems.at(-1);
  }

  all(): readonly WorkflowItem[] {
    return this.#run.inputItems;
  }

  #sourceNode(): string {
    const { input, activeNode } = this.#run.data;
    if (!input.source) throw createNoInputError(activeNode);
    return input.source[0];
  }
}
