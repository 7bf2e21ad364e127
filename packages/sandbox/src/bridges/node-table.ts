import type { NodeReference } from "./guest/flatten-policy.ts";
import type { TransferTypes } from "./guest/transfer-types.ts";
import { hostReader } from "./host-reader.ts";

/** One object or function of the host that a guest may ask about. */
export interface Node {
  readonly value: object;
  /** Characters of the last answer about its content, and the position where the next goes on: for reading ahead. */
  budget: number;
  next: number;
  /** It has more than {@link WIDE_KEYS} keys; when false, nobody has counted. */
  isWide: boolean;
  /** Own enumerable keys in order, once they were needed: listing a million takes a while. */
  ownKeys: readonly string[] | undefined;
  /** Those that a guest can see, and the position of each. */
  keys: readonly string[] | undefined;
  positions: ReadonlyMap<string, number> | undefined;
}

/** The objects of one scope by number, both ways. The same object has the same number. Number 0 is the root. */
export class NodeTable {
  /** Objects may be given to `JSON.stringify` as they are. Not when one of them turned out to be a Proxy that throws. */
  canBorrow = true;
  readonly types: TransferTypes;
  readonly #nodes: Node[] = [];
  readonly #numbers = new Map<object, number>();

  /** @param types Classes of objects that cross as what they are, and are no nodes. */
  constructor(root: object, types: TransferTypes) {
    this.types = types;
    this.add(root);
  }

  /** @throws RangeError for what is no number that this table gave. */
  get(number: unknown): Node {
    const node = typeof number === "number" ? this.#nodes[number] : undefined;
    if (!node) throw new RangeError(`node ${String(number)} does not exist`);
    return node;
  }

  has(value: object): boolean {
    return this.#numbers.has(value);
  }

  /** Adds an object that turned out to have many keys. */
  readonly addWide = (value: object): void => {
    this.get(this.add(value).node).isWide = true;
  };

  find(value: object): NodeReference | undefined {
    const node = this.#numbers.get(value);
    return node === undefined ? undefined : { node, length: lengthOf(value) };
  }

  add(value: object): NodeReference {
    let node = this.#numbers.get(value);
    if (node === undefined) {
      node = this.#nodes.length;
      this.#numbers.set(value, node);
      this.#nodes.push({
        value,
        budget: 0,
        next: 0,
        isWide: false,
        ownKeys: undefined,
        keys: undefined,
        positions: undefined,
      });
    }
    return { node, length: lengthOf(value) };
  }
}

/** Length of an array, -1 of other objects. */
export function lengthOf(value: object): number {
  return isArray(value) ? hostReader.length(value) : -1;
}

function isArray(value: object): boolean {
  try {
    return Array.isArray(value);
  } catch {
    // A revoked Proxy.
    return false;
  }
}
