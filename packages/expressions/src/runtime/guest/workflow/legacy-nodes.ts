import { createExpressionError } from "./errors.ts";
import type { WorkflowItem } from "./run-data.ts";
import { freezeClass } from "./shared-class.ts";
import type { View } from "./view.ts";

/** `$node`: nodes of the workflow by name, each with its item at the position of the current one. */
export function createNodes(view: View): object {
  const { run } = view;
  return new Proxy(
    {},
    {
      get(target, key) {
        if (typeof key === "symbol") return Reflect.get(target, key) as unknown;
        if (run.hasNode(key)) return new LegacyNode(view, key);
        // What the language itself asks of any object is not meant as the name of a node.
        return key in target || key === "toJSON"
          ? (Reflect.get(target, key) as unknown)
          : run.requireNode(key);
      },
      has: (target, key) => (typeof key === "string" && run.hasNode(key)) || Reflect.has(target, key),
    },
  );
}

class LegacyNode {
  readonly #view: View;
  readonly #name: string;

  static {
    freezeClass(this);
  }

  constructor(view: View, name: string) {
    this.#view = view;
    this.#name = name;
  }

  get json(): unknown {
    return this.#item().json;
  }

  get data(): unknown {
    return this.json;
  }

  get binary(): unknown {
    return this.#item().binary ?? {};
  }

  get context(): unknown {
    return this.#view.run.contextOf(this.#name);
  }

  get parameter(): unknown {
    return this.#view.parametersOf(this.#name);
  }

  /** Number of the last run. */
  get runIndex(): number {
    return this.#view.run.runsOf(this.#name).length - 1;
  }

  #item(): WorkflowItem {
    const { itemIndex } = this.#view.run.data;
    const items = this.#view.run.itemsOf(this.#name);
    const item = items[itemIndex];
    if (item) return item;
    throw createExpressionError(
      `"${this.#name}" node has ${items.length} item(s) but you're trying to access item ${itemIndex}`,
    );
  }
}
