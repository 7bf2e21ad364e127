import {
  NativeMap,
  NativeTypeError,
  jsonParse,
  mapGet,
  mapSet,
  stringSlice,
} from "../../guest/primordials.ts";
import { createCodedError } from "./errors.ts";
import type { NodeReference } from "./flatten-policy.ts";
import { LazyArray } from "./lazy-array.ts";
import { LazyObject } from "./lazy-object.ts";
import { type LazyNode, findLazyNode, registerLazyNode } from "./lazy-node.ts";
import { NativeProxy } from "./primordials.ts";
import { type RestoreHooks, restore } from "./restore.ts";
import type { GuestScope } from "./scope.ts";
import { realmTypes } from "./transfer-types.ts";
import { type Failure, Question, RAW_TEXT, ROOT_NODE, type Wire } from "./wire.ts";
import { writeWire } from "./writer.ts";

/** Where what was left out of an answer is noted. */
type PendingHook = (key: string | number) => void;

const noPending: PendingHook = () => {};

/** One run of code over a scope: its objects, and its way to the host. */
export class Execution {
  readonly scope: GuestScope;
  /** What the code knows as `data`. */
  readonly root: object;
  readonly #ask: (question: string) => string;
  #nodes: Map<number, object> | undefined;
  #functions: Map<number, unknown> | undefined;
  #isOver = false;

  constructor(scope: GuestScope, ask: (question: string) => string) {
    this.scope = scope;
    this.#ask = ask;
    this.root = this.#create(ROOT_NODE, scope.length);
  }

  /** The object that stands for a node, the same one each time. */
  node(node: number, length: number): object {
    if (node === ROOT_NODE) return this.root;
    this.#nodes ??= new NativeMap();
    let proxy = mapGet(this.#nodes, node);
    if (!proxy) {
      proxy = this.#create(node, length);
      mapSet(this.#nodes, node, proxy);
    }
    return proxy;
  }

  /** The host's answer to a question. Throws what the host answers with a failure. */
  readonly ask = (question: string): string => {
    if (this.#isOver) throw new NativeTypeError("the execution that this data belongs to is over");
    const answer = this.#ask(question);
    if (answer[0] === "{") throw createCodedError(jsonParse(answer) as Failure);
    return answer;
  };

  /** The answer to a question about data, asked at most once per scope. */
  recall(question: string): string {
    return this.scope.recall(question, this.ask);
  }

  /** JSON of an object of the host, if it was not touched and the host can say it. */
  describeJson(lazy: LazyNode): string | undefined {
    if (lazy.isTouched) return undefined;
    const answer = this.recall(`[${Question.Json},${lazy.node}]`);
    return answer === "" ? undefined : stringSlice(answer, RAW_TEXT.length);
  }

  /** The value of an answer. */
  read(answer: string, pending: PendingHook = noPending): unknown {
    const hooks: RestoreHooks = {
      node: (node, length) => this.node(node, length),
      function: (number) => this.#function(number),
      typed: realmTypes.restore,
      pending,
    };
    return restore(jsonParse(answer) as Wire, hooks);
  }

  /** What the host knows an object by, if it is the host's and was not touched. */
  refer(object: object): NodeReference | undefined {
    const lazy = findLazyNode(object);
    return lazy && !lazy.isTouched && lazy.execution === this ? lazy : undefined;
  }

  /** Nothing of it can reach the host from now on. */
  end(): void {
    this.#isOver = true;
  }

  #create(node: number, length: number): object {
    const target: unknown[] | object = length < 0 ? {} : [];
    const lazy: LazyNode =
      length < 0
        ? new LazyObject(this, node, target)
        : new LazyArray(this, node, target as unknown[], length);
    const proxy = new NativeProxy(target, lazy);
    registerLazyNode(proxy, lazy);
    return proxy;
  }

  #function(number: number): unknown {
    this.#functions ??= new NativeMap();
    const known = mapGet(this.#functions, number);
    if (known) return known;
    // An arrow function: without `this`, without a prototype, and no constructor.
    const call = (...args: unknown[]): unknown => {
      const wire = writeWire(args, this, "BRIDGE_DATA", "the arguments of a host function: the value");
      return this.read(this.ask(`[${Question.Call},${number}]\n${wire}`));
    };
    mapSet(this.#functions, number, call);
    return call;
  }
}
