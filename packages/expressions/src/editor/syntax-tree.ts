import type { AnyNode } from "acorn";
import { visitChildren } from "../compiler/nodes.ts";

/** A tree whose nodes know what they are part of. */
export class SyntaxTree {
  /** All nodes, each before what it holds. */
  readonly nodes: readonly AnyNode[];
  readonly #parents = new Map<AnyNode, AnyNode>();

  constructor(root: AnyNode) {
    const nodes = [root];
    for (let index = 0; index < nodes.length; index++) {
      const node = nodes[index] as AnyNode;
      visitChildren(node, (child) => {
        this.#parents.set(child, node);
        nodes.push(child);
      });
    }
    this.nodes = nodes;
  }

  parentOf(node: AnyNode): AnyNode | undefined {
    return this.#parents.get(node);
  }

  /** What a node is part of, from the inside out. */
  *ancestorsOf(node: AnyNode): Iterable<AnyNode> {
    for (let parent = this.parentOf(node); parent; parent = this.parentOf(parent)) yield parent;
  }
}
