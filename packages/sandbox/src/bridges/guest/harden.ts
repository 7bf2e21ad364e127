import {
  objectFreeze,
  reflectApply,
  reflectDefineProperty,
  reflectGetOwnPropertyDescriptor,
} from "../../guest/primordials.ts";
import {
  NativeSet,
  arrayPush,
  objectGetPrototypeOf,
  objectIsFrozen,
  reflectDeleteProperty,
  reflectOwnKeys,
  setAdd,
  setHas,
} from "./primordials.ts";

/**
 * Properties of prototypes that ordinary code overrides by assignment on its own objects (`error.name = "X"`). A frozen
 * data property would forbid that (ECMA-262 10.1.9.2: an inherited property that is not writable cannot be shadowed by
 * assignment), so these become accessors that define on the receiver.
 */
const OVERRIDDEN: ReadonlyArray<readonly [prototype: object, keys: readonly PropertyKey[] | "all"]> = [
  [Object.prototype, "all"],
  [Function.prototype, ["constructor", "toString", "bind"]],
  [Array.prototype, ["toString", "push", "concat"]],
  [Promise.prototype, ["constructor", "then"]],
  [Date.prototype, ["constructor", "toString", "valueOf", "toJSON"]],
  [Map.prototype, ["constructor"]],
  [Set.prototype, ["constructor"]],
  ...[Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map(
    ({ prototype }) => [prototype, ["constructor", "name", "message", "toString"]] as const,
  ),
];

/** What a RegExp constructor has by the standard; all else tells of the last match, which another execution made. */
const REGEXP_KEYS = new NativeSet<PropertyKey>(["length", "name", "prototype", "escape", Symbol.species]);

/**
 * Makes the realm unchangeable: every object that code can reach without making it, and the global object itself.
 * Whatever an execution leaves behind, it leaves on objects of its own.
 */
export function hardenRealm(): void {
  removeHiddenState();
  if (typeof Intl === "object" && Intl.Segmenter) freezeSegmentsLater(Intl.Segmenter.prototype);
  for (const [prototype, keys] of OVERRIDDEN)
    allowOverride(prototype, keys === "all" ? reflectOwnKeys(prototype) : keys);
  freezeReachable([globalThis, ...hiddenIntrinsics()]);
}

/** Takes away what remembers something behind accessors: freezing does not reach that. */
function removeHiddenState(): void {
  for (const key of reflectOwnKeys(RegExp)) {
    if (!setHas(REGEXP_KEYS, key)) reflectDeleteProperty(RegExp, key);
  }
  for (const key of reflectOwnKeys(Error)) {
    if (reflectGetOwnPropertyDescriptor(Error, key)?.set) reflectDeleteProperty(Error, key);
  }
}

function allowOverride(prototype: object, keys: readonly PropertyKey[]): void {
  for (const key of keys) {
    const descriptor = reflectGetOwnPropertyDescriptor(prototype, key);
    if (!descriptor?.configurable || !("value" in descriptor)) continue;
    const value = descriptor.value as unknown;
    // Written as methods so that they are no constructors.
    const { get, set } = {
      get(): unknown {
        return value;
      },
      set(this: unknown, own: unknown): void {
        if (this === prototype || (typeof this !== "object" && typeof this !== "function") || this === null) {
          throw new TypeError(`Cannot assign to read only property '${String(key)}'`);
        }
        reflectDefineProperty(this, key, {
          value: own,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      },
    };
    reflectDefineProperty(prototype, key, {
      get,
      set,
      enumerable: descriptor.enumerable ?? false,
      configurable: false,
    });
  }
}

/**
 * The prototypes of segments are met with the first of them only, and making one loads Intl's data: that takes longer
 * than all the rest of a realm's start.
 */
function freezeSegmentsLater(prototype: Intl.Segmenter): void {
  const { segment } = prototype;
  let isFrozen = false;
  // Written as a method so that it is no constructor.
  const { segment: replacement } = {
    segment(this: Intl.Segmenter, text: string): Intl.Segments {
      const segments = reflectApply(segment, this, [text]);
      if (!isFrozen) {
        isFrozen = true;
        const prototypes = [segments, segments[Symbol.iterator]()].map(objectGetPrototypeOf) as object[];
        freezeReachable(prototypes);
      }
      return segments;
    },
  };
  reflectDefineProperty(prototype, "segment", { value: replacement, writable: true, configurable: true });
}

/** Built-ins that no global names. */
function hiddenIntrinsics(): object[] {
  const found: object[] = [];
  const add = (value: object | null): void => {
    if (value) found.push(value);
  };
  const functions = [async () => {}, function* () {}, async function* () {}];
  for (const example of functions) add(objectGetPrototypeOf(example));
  const iterators = [
    [].values(),
    new Map().entries(),
    new Set().values(),
    "".matchAll(/x/g),
    ""[Symbol.iterator](),
  ];
  for (const example of iterators) add(objectGetPrototypeOf(example));
  if (typeof Iterator === "function") {
    add(objectGetPrototypeOf(Iterator.from({ next: () => ({ done: true, value: undefined }) })));
    add(objectGetPrototypeOf([].values().map((item) => item)));
  }
  return found;
}

/** Freezes every object that can be reached from some, by properties and prototypes. */
export function freezeReachable(roots: readonly object[]): void {
  const seen = new NativeSet<object>();
  const queue: object[] = [];
  const visit = (value: unknown): void => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || setHas(seen, value))
      return;
    setAdd(seen, value);
    arrayPush(queue, value);
  };
  for (const root of roots) visit(root);
  for (let index = 0; index < queue.length; index++) {
    const object = queue[index] as object;
    if (!objectIsFrozen(object)) freeze(object);
    visit(objectGetPrototypeOf(object));
    const keys = reflectOwnKeys(object);
    for (let position = 0; position < keys.length; position++) {
      const descriptor = reflectGetOwnPropertyDescriptor(object, keys[position] as PropertyKey);
      visit(descriptor?.value);
      visit(descriptor?.get);
      visit(descriptor?.set);
    }
  }
}

function freeze(object: object): void {
  // Elements of typed arrays cannot be frozen; one that a bundle left is fixed in all else.
  if (ArrayBuffer.isView(object)) Object.preventExtensions(object);
  else objectFreeze(object);
}
