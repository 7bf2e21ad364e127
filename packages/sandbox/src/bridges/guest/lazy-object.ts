import {
  jsonStringify,
  objectKeys,
  ownValue,
  reflectDefineProperty,
  reflectGetOwnPropertyDescriptor,
} from "../../guest/primordials.ts";
import type { Execution } from "./execution.ts";
import { type LazyNode, putAll, putOwn, stepAside, stepAsideForKeys } from "./lazy-node.ts";
import {
  NativeSet,
  hasOwn,
  reflectDeleteProperty,
  reflectGet,
  reflectHas,
  reflectOwnKeys,
  reflectPreventExtensions,
  reflectSet,
  setAdd,
  setDelete,
  setHas,
  setSize,
} from "./primordials.ts";
import { Question, WIDE } from "./wire.ts";

/** Stands for a set until something is put into it: most objects need none. */
const NONE: Set<string> = new NativeSet();

/**
 * An object of host data that is no array. A narrow one is read as a whole at the first touch, save for long texts and
 * bytes; a wide one key by key, until somebody wants all keys: they come with as much as one answer holds.
 */
export class LazyObject implements LazyNode {
  readonly execution: Execution;
  readonly node: number;
  readonly length = -1;
  isTouched = false;
  isComplete = false;
  readonly #target: object;
  #isWide = false;
  /** All keys are in the target. */
  #isListed = false;
  /** Keys in the target without their value. */
  #pending = NONE;
  /** Keys of a wide object that are not there, or no longer. */
  #missing = NONE;

  constructor(execution: Execution, node: number, target: object) {
    this.execution = execution;
    this.node = node;
    this.#target = target;
  }

  get(target: object, key: PropertyKey, receiver: unknown): unknown {
    this.settle(key);
    return reflectGet(target, key, receiver);
  }

  has(target: object, key: PropertyKey): boolean {
    this.#find(key);
    return reflectHas(target, key);
  }

  set(target: object, key: PropertyKey, value: unknown, receiver: unknown): boolean {
    this.#find(key);
    return reflectSet(target, key, value, receiver);
  }

  deleteProperty(target: object, key: PropertyKey): boolean {
    this.#find(key);
    if (typeof key === "string") {
      setDelete(this.#pending, key);
      this.#addMissing(key);
    }
    return reflectDeleteProperty(target, key);
  }

  defineProperty(target: object, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    // A new value needs no old one; new attributes alone do.
    if (hasOwn(descriptor, "value") && typeof key === "string") {
      this.#find(key);
      setDelete(this.#pending, key);
      this.#rest();
    } else this.settle(key);
    return reflectDefineProperty(target, key, descriptor);
  }

  getOwnPropertyDescriptor(target: object, key: PropertyKey): PropertyDescriptor | undefined {
    this.#find(key);
    return reflectGetOwnPropertyDescriptor(target, key);
  }

  ownKeys(target: object): (string | symbol)[] {
    this.#list();
    return reflectOwnKeys(target);
  }

  preventExtensions(target: object): boolean {
    this.#list();
    return reflectPreventExtensions(target);
  }

  listKeys(): string[] {
    this.#touch();
    if (!this.#isListed && this.#isUnchanged()) {
      return this.execution.read(this.execution.recall(`[${Question.Keys},${this.node}]`)) as string[];
    }
    this.#list();
    return objectKeys(this.#target);
  }

  settle(key: PropertyKey): void {
    this.#find(key);
    if (typeof key === "string" && setHas(this.#pending, key)) this.#fetch(key);
  }

  /** Sees to it that a property stands in the target if there is one, with or without its value. */
  #find(key: PropertyKey): void {
    this.#touch();
    if (this.#isListed || typeof key !== "string") return;
    if (!hasOwn(this.#target, key) && !setHas(this.#missing, key)) this.#fetch(key);
  }

  #touch(): void {
    if (this.isTouched) return;
    const answer = this.execution.recall(`[${Question.Object},${this.node}]`);
    this.isTouched = true;
    this.#isWide = answer === WIDE;
    if (this.#isWide) return;
    const content = this.execution.read(answer, (key) => this.#addPending(key as string)) as object;
    putAll(this.#target, content);
    this.#isListed = true;
    this.#rest();
  }

  /** Brings all keys into the target, in the host's order, and what code has added after them. */
  #list(): void {
    this.#touch();
    if (this.#isListed) return;
    const listing = this.execution.recall(`[${Question.Listing},${this.node}]`);
    const [content, rest] = this.execution.read(listing) as [object, string[]];
    for (let index = 0; index < rest.length; index++) {
      const key = rest[index] as string;
      putOwn(content, key, undefined);
      if (!hasOwn(this.#target, key) && !setHas(this.#missing, key)) this.#addPending(key);
    }
    if (this.#isUnchanged()) putAll(this.#target, content);
    else this.#merge(content);
    this.#isListed = true;
    this.#rest();
  }

  /** Nothing of a wide object is in the target, nor was anything deleted. */
  #isUnchanged(): boolean {
    return setSize(this.#missing) === 0 && reflectOwnKeys(this.#target).length === 0;
  }

  /** Puts what the host has around what is in the target already. */
  #merge(content: object): void {
    const target = this.#target;
    const present = {};
    moveAll(target, present);
    const keys = objectKeys(content);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      if (hasOwn(present, key)) moveProperty(present, target, key);
      else if (!setHas(this.#missing, key)) putOwn(target, key, ownValue(content, key));
    }
    moveAll(present, target);
  }

  #fetch(key: string): void {
    const isPending = setHas(this.#pending, key);
    // In an object whose keys are listed, the next ones will be read as well.
    const kind = isPending && this.#isWide ? Question.Properties : Question.Property;
    const answer = this.execution.recall(`[${kind},${this.node},${jsonStringify(key)}]`);
    const content = (answer === "" ? {} : this.execution.read(answer)) as object;
    const keys = objectKeys(content);
    for (let index = 0; index < keys.length; index++) {
      const name = keys[index] as string;
      // What code has written or deleted meanwhile stays as it is.
      if (isPending ? setDelete(this.#pending, name) : name === key)
        putOwn(this.#target, name, ownValue(content, name));
    }
    setDelete(this.#pending, key);
    if (keys.length === 0) this.#addMissing(key);
    this.#rest();
  }

  #addPending(key: string): void {
    if (this.#pending === NONE) this.#pending = new NativeSet();
    setAdd(this.#pending, key);
  }

  #addMissing(key: string): void {
    if (this.#missing === NONE) this.#missing = new NativeSet();
    setAdd(this.#missing, key);
  }

  #rest(): void {
    if (!this.#isListed) return;
    if (setSize(this.#pending) === 0) stepAside(this);
    else stepAsideForKeys(this);
  }
}

function moveAll(from: object, to: object): void {
  const keys = reflectOwnKeys(from);
  for (let index = 0; index < keys.length; index++) moveProperty(from, to, keys[index] as string);
}

function moveProperty(from: object, to: object, key: PropertyKey): void {
  reflectDefineProperty(to, key, reflectGetOwnPropertyDescriptor(from, key) as PropertyDescriptor);
  reflectDeleteProperty(from, key);
}
