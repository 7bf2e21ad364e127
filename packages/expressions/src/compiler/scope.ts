import type { Identifier } from "acorn";

/** A use of a name. */
export interface Reference {
  readonly node: Identifier;
  readonly isWrite: boolean;
}

/** Where names are declared. `function` scopes take what `var` declares. */
export class Scope {
  readonly #parent: Scope | undefined;
  readonly #isFunction: boolean;
  readonly #names = new Set<string>();
  readonly #references: Reference[] = [];

  constructor(parent: Scope | undefined, kind: "block" | "function") {
    this.#parent = parent;
    this.#isFunction = kind === "function";
  }

  declare(name: string): void {
    this.#names.add(name);
  }

  /** Declares in the function around, as `var` does. */
  declareInFunction(name: string): void {
    if (this.#isFunction || !this.#parent) this.declare(name);
    else this.#parent.declareInFunction(name);
  }

  refer(reference: Reference): void {
    this.#references.push(reference);
  }

  /** What no declaration of this scope is meant by. Declarations count wherever they stand, so ask at its end. */
  unresolved(): readonly Reference[] {
    return this.#references.filter(({ node }) => !this.#names.has(node.name));
  }
}
