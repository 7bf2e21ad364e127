import { objectKeys, ownValue, reflectDefineProperty, toText } from "../../guest/primordials.ts";
import type { Execution } from "./execution.ts";
import {
  NativeWeakMap,
  hasOwn,
  objectAssign,
  reflectHas,
  reflectOwnKeys,
  weakMapGet,
  weakMapSet,
} from "./primordials.ts";

/**
 * The handler behind an object of host data. Its target is an ordinary object of the execution that is filled as it is
 * touched; once all is there, the traps step aside.
 */
export interface LazyNode extends ProxyHandler<object> {
  readonly execution: Execution;
  /** Number and array length, as the host knows them. */
  readonly node: number;
  readonly length: number;
  /** Anything of it has been read, and so may have been changed. */
  readonly isTouched: boolean;
  /** All is in the target, and the traps have stepped aside. */
  isComplete: boolean;
  /** What `Object.keys` gives, without the values. Where it is missing, the traps are good enough. */
  listKeys?(): string[];
  /** Sees to it that a property stands in the target with its value, if there is one. */
  settle(key: string): void;
}

const nodes = new NativeWeakMap<object, LazyNode>();

export function registerLazyNode(proxy: object, lazy: LazyNode): void {
  weakMapSet(nodes, proxy, lazy);
}

export function findLazyNode(proxy: object): LazyNode | undefined {
  return weakMapGet(nodes, proxy);
}

/** Traps that need no value of a property, and those that do. */
const KEY_TRAPS = ["has", "getOwnPropertyDescriptor", "ownKeys"] as const;
const VALUE_TRAPS = ["get", "set", "deleteProperty", "defineProperty", "preventExtensions"] as const;

/** All keys are in the target: for them the engine may go there itself. */
export function stepAsideForKeys(lazy: ProxyHandler<object>): void {
  removeTraps(lazy, KEY_TRAPS);
}

/** All is in the target. */
export function stepAside(lazy: LazyNode): void {
  lazy.isComplete = true;
  removeTraps(lazy, KEY_TRAPS);
  removeTraps(lazy, VALUE_TRAPS);
}

/** An own property that is undefined hides the method of the class, and counts as no trap (ECMA-262 7.3.11). */
function removeTraps(lazy: ProxyHandler<object>, names: readonly (keyof ProxyHandler<object>)[]): void {
  for (let index = 0; index < names.length; index++) {
    (lazy as Record<string, undefined>)[names[index] as string] = undefined;
  }
}

/** Gives an object an ordinary property of its own, whatever its name. */
export function putOwn(target: object, key: PropertyKey, value: unknown): void {
  if (reflectHas(target, key)) {
    reflectDefineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else (target as Record<PropertyKey, unknown>)[key] = value;
}

/** Gives an empty object all properties of a plain one. */
export function putAll(target: object, content: object): void {
  // Assignment, which is quicker, would set the prototype.
  if (!hasOwn(content, "__proto__")) {
    objectAssign(target, content);
    return;
  }
  const keys = objectKeys(content);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    putOwn(target, key, ownValue(content, key));
  }
}

/**
 * Makes the functions that show a property's descriptor fetch its value first. Everything else that looks at
 * descriptors (`Object.keys`, `in`, `Object.hasOwn`, `for in`) only wants to know that there is one, and must not
 * cost a fetch for each.
 */
export function installDescriptors(): void {
  const settle = (target: unknown, key: unknown): PropertyKey => {
    const name = typeof key === "symbol" ? key : toText(key);
    const lazy = typeof target === "object" && target !== null ? findLazyNode(target) : undefined;
    if (lazy && typeof name === "string") lazy.settle(name);
    return name;
  };
  replace(Object, "getOwnPropertyDescriptor", (native) => ({
    getOwnPropertyDescriptor(target: unknown, key: unknown): unknown {
      return native(target, settle(target, key));
    },
  }));
  replace(Reflect, "getOwnPropertyDescriptor", (native) => ({
    getOwnPropertyDescriptor(target: unknown, key: unknown): unknown {
      return native(target, settle(target, key));
    },
  }));
  replace(Object, "getOwnPropertyDescriptors", (native) => ({
    getOwnPropertyDescriptors(target: unknown): unknown {
      if (typeof target === "object" && target !== null && findLazyNode(target)) {
        const keys = reflectOwnKeys(target);
        for (let index = 0; index < keys.length; index++) settle(target, keys[index]);
      }
      return native(target);
    },
  }));
}

/** Makes `Object.keys` ask for keys alone: through a Proxy it would want to see every property. */
export function installKeys(): void {
  replace(Object, "keys", (native) => ({
    keys(target: unknown): unknown {
      const lazy = typeof target === "object" && target !== null ? findLazyNode(target) : undefined;
      return lazy?.listKeys?.() ?? native(target);
    },
  }));
}

/**
 * Lets the host make the JSON of its own data that was not touched, where it would say the same: that spares the guest
 * from parsing it first. Texts with white space or a replacer are made here.
 */
export function installJson(): void {
  replace(JSON, "stringify", (native) => ({
    stringify(value: unknown, replacer: unknown, space: unknown): unknown {
      const lazy = typeof value === "object" && value !== null ? findLazyNode(value) : undefined;
      const isPlainCall = (replacer ?? undefined) === undefined && (space ?? undefined) === undefined;
      const json = lazy && isPlainCall ? lazy.execution.describeJson(lazy) : undefined;
      return json ?? native(value, replacer, space);
    },
  }));
}

/** Methods written in an object literal are no constructors, as built-in functions are none. */
function replace(
  owner: object,
  name: string,
  wrap: (native: (...args: unknown[]) => unknown) => Record<string, unknown>,
): void {
  const native = (owner as Record<string, unknown>)[name] as (...args: unknown[]) => unknown;
  const wrapped = wrap(native);
  const [key] = objectKeys(wrapped);
  if (key === undefined) return;
  reflectDefineProperty(owner, key, {
    value: wrapped[key],
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
