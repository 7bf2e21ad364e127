import { reflectDefineProperty, reflectGetOwnPropertyDescriptor } from "../../guest/primordials.ts";
import type { Execution } from "./execution.ts";
import { type LazyNode, findLazyNode, stepAside } from "./lazy-node.ts";
import {
  NativeSet,
  hasOwn,
  reflectDeleteProperty,
  reflectGet,
  reflectHas,
  reflectOwnKeys,
  reflectPreventExtensions,
  reflectSet,
  setHas,
  toIndex,
} from "./primordials.ts";
import { Question } from "./wire.ts";

/** Methods that visit all elements, or most of them: who asks for one is given much at once. */
const WALKERS = new NativeSet<unknown>([
  Array.prototype.map,
  Array.prototype.filter,
  Array.prototype.forEach,
  Array.prototype.reduce,
  Array.prototype.reduceRight,
  Array.prototype.flatMap,
  Array.prototype.flat,
  Array.prototype.join,
  Array.prototype.sort,
  Array.prototype.toSorted,
  Array.prototype.toReversed,
  Array.prototype.values,
  Array.prototype.entries,
]);
/** `JSON.stringify` looks for it before anything else, and will want all that there is. */
const STRINGIFY_KEY = "toJSON";

/** Elements that are not in the target, `to` excluded. */
interface Gap {
  readonly from: number;
  readonly to: number;
}

/**
 * An array of host data, read in chunks. Its length is known from the start; the target's own follows what is in it
 * until all is, because engines make room for a length.
 */
export class LazyArray implements LazyNode {
  readonly execution: Execution;
  readonly node: number;
  readonly length: number;
  isTouched = false;
  isComplete = false;
  readonly #target: unknown[];
  #size: number;
  #isWalked = false;
  /** In ascending order. */
  #gaps: readonly Gap[];

  constructor(execution: Execution, node: number, target: unknown[], length: number) {
    this.execution = execution;
    this.node = node;
    this.length = length;
    this.#target = target;
    this.#gaps = [{ from: 0, to: length }];
    this.#size = length;
    if (length === 0) this.#rest();
  }

  get(target: unknown[], key: PropertyKey, receiver: unknown): unknown {
    if (key === "length") return this.#size;
    // Most elements are here already; asking for the value is quicker than asking whether there is one.
    const item = target[key as number];
    if (item === undefined ? key === STRINGIFY_KEY : typeof item === "function" && setHas(WALKERS, item)) {
      this.#walk();
    }
    if (item !== undefined) return item;
    this.settle(key);
    return reflectGet(target, key, receiver);
  }

  has(target: unknown[], key: PropertyKey): boolean {
    this.settle(key);
    return reflectHas(target, key);
  }

  set(target: unknown[], key: PropertyKey, value: unknown, receiver: unknown): boolean {
    this.isTouched = true;
    this.settle(key);
    // An object that inherits from this one gets a property of its own.
    if (findLazyNode(receiver as object) !== this) return reflectSet(target, key, value, receiver);
    if (key === "length") return this.#defineLength(target, { value });
    const isSet = reflectSet(target, key, value);
    if (target.length > this.#size) this.#size = target.length;
    return isSet;
  }

  deleteProperty(target: unknown[], key: PropertyKey): boolean {
    this.isTouched = true;
    this.settle(key);
    return reflectDeleteProperty(target, key);
  }

  defineProperty(target: unknown[], key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    this.isTouched = true;
    if (key === "length") return this.#defineLength(target, descriptor);
    this.settle(key);
    const isDefined = reflectDefineProperty(target, key, descriptor);
    if (target.length > this.#size) this.#size = target.length;
    return isDefined;
  }

  getOwnPropertyDescriptor(target: unknown[], key: PropertyKey): PropertyDescriptor | undefined {
    this.settle(key);
    const descriptor = reflectGetOwnPropertyDescriptor(target, key);
    if (key === "length" && descriptor) descriptor.value = this.#size;
    return descriptor;
  }

  ownKeys(target: unknown[]): (string | symbol)[] {
    this.#fetchAll();
    return reflectOwnKeys(target);
  }

  preventExtensions(target: unknown[]): boolean {
    this.isTouched = true;
    this.#fetchAll();
    return reflectPreventExtensions(target);
  }

  settle(key: PropertyKey): void {
    if (typeof key !== "string" || hasOwn(this.#target, key)) return;
    const index = toIndex(key);
    if (index < 0) return;
    for (let position = 0; position < this.#gaps.length; position++) {
      const gap = this.#gaps[position] as Gap;
      if (gap.from <= index && index < gap.to) return this.#fetch(gap, index);
    }
  }

  /** Fetches what an answer holds at most, from now on. */
  #walk(): void {
    this.#isWalked = true;
    const [gap] = this.#gaps;
    if (gap) this.#fetch(gap, gap.from);
  }

  #fetch(gap: Gap, index: number): void {
    const { execution, node } = this;
    const known = execution.scope.findChunk(node, index);
    const walk = this.#isWalked ? 1 : 0;
    const text =
      known?.text ?? execution.ask(`[${Question.Elements},${node},${index},${gap.from},${gap.to},${walk}]`);
    const chunk = execution.read(text) as unknown[];
    const from = chunk[0] as number;
    const to = chunk[1] as number;
    if (!known) execution.scope.keepChunk(node, { from, to, text });
    this.isTouched = true;
    const target = this.#target;
    // A chunk that an earlier execution fetched may reach over the gap, where code may have written.
    for (let position = 2; position < chunk.length; position++) {
      const at = from + position - 2;
      const item = chunk[position];
      const isThere = item !== undefined || hasOwn(chunk, position);
      if (isThere && at >= gap.from && at < gap.to) target[at] = item;
    }
    this.#fill(gap, from, to);
  }

  #fill(filled: Gap, from: number, to: number): void {
    const gaps: Gap[] = [];
    for (let position = 0; position < this.#gaps.length; position++) {
      const gap = this.#gaps[position] as Gap;
      if (gap !== filled) gaps[gaps.length] = gap;
      else {
        if (gap.from < from) gaps[gaps.length] = { from: gap.from, to: from };
        if (to < gap.to) gaps[gaps.length] = { from: to, to: gap.to };
      }
    }
    this.#gaps = gaps;
    this.#rest();
  }

  #fetchAll(): void {
    this.#isWalked = true;
    for (let gap = this.#gaps[0]; gap; gap = this.#gaps[0]) this.#fetch(gap, gap.from);
  }

  #defineLength(target: unknown[], descriptor: PropertyDescriptor): boolean {
    // One that says more than a number (`writable`) is for the target to judge, with all that is in it.
    if (!hasOwn(descriptor, "value") || hasOwn(descriptor, "writable")) this.#fetchAll();
    if (!reflectDefineProperty(target, "length", descriptor)) return false;
    this.#size = target.length;
    // Beyond a length that code has set, nothing of the host comes back.
    this.#gaps = clipGaps(this.#gaps, target.length);
    this.#rest();
    return true;
  }

  #rest(): void {
    if (this.#gaps.length > 0) return;
    this.#target.length = this.#size;
    stepAside(this);
  }
}

function clipGaps(gaps: readonly Gap[], length: number): readonly Gap[] {
  const clipped: Gap[] = [];
  for (let position = 0; position < gaps.length; position++) {
    const { from, to } = gaps[position] as Gap;
    if (from < length) clipped[clipped.length] = { from, to: to < length ? to : length };
  }
  return clipped;
}
