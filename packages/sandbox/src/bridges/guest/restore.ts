import {
  NativeError,
  NativeMap,
  NativeRangeError,
  arrayIsArray,
  mapGet,
  mapSet,
  objectKeys,
  ownValue,
  reflectConstruct,
  reflectDefineProperty,
} from "../../guest/primordials.ts";
import { restoreLeaf } from "./leaves.ts";
import { NativeSet, hasOwn, isSafeInteger, reflectDeleteProperty, setAdd } from "./primordials.ts";
import { type Json, PartKind, Slot, type Special, type Wire } from "./wire.ts";

/** What this side has behind the numbers in a wire. Throw for a number that nobody gave. */
export interface RestoreHooks {
  node(node: number, length: number): unknown;
  function(number: number): unknown;
  /** The object of a class that both sides know. */
  typed(name: string, payload: Json): unknown;
  /** A property was left out; the value stands in its place. */
  pending(key: string | number): unknown;
}

type Container = Json[] | Record<string, Json>;

/** Errors that keep their class; others become an Error with their name. */
const ERRORS = new NativeMap<string, ErrorConstructor>();
for (const name of [
  "Error",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
]) {
  mapSet(ERRORS, name, ownValue(globalThis, name) as ErrorConstructor);
}

/**
 * The value that a wire describes. The wire's own objects become those of the value. Trusts nothing in it: a wire
 * that breaks the format throws and reaches no object but its own.
 */
export function restore(wire: Wire, hooks: RestoreHooks): unknown {
  const specials: unknown = wire[1];
  if (specials === undefined) return wire[0];
  if (!arrayIsArray(specials)) throw malformed("specials are not a list");
  // Part 0 is the wire itself: its key 0 is the root.
  const parts: Container[] = [[wire[0]]];
  for (let index = 2; index < wire.length; index++) parts[index - 1] = container(wire[index] as Json);
  const values: unknown[] = [];
  for (let index = 0; index < parts.length; index++) values[index] = parts[index];
  for (let index = 0; index < specials.length; index++) {
    const [kind, part, payload] = specials[index] as Special;
    if (isPartKind(kind)) values[part] = createPart(kind, partOf(parts, part), payload);
  }
  for (let index = 0; index < specials.length; index++) {
    const [kind, part, key, a, b] = specials[index] as Special;
    if (isPartKind(kind)) continue;
    const slots = partOf(parts, part);
    assign(slots, key, kind === Slot.Hole ? undefined : restoreSlot(kind, key, a, b, values, hooks));
    if (kind === Slot.Hole) reflectDeleteProperty(slots, key as number);
  }
  for (let index = 0; index < specials.length; index++) {
    const [kind, part] = specials[index] as Special;
    if (isPartKind(kind)) fillPart(kind, values[part], partOf(parts, part));
  }
  return (parts[0] as Json[])[0];
}

/** A new error of the class that its name says, where it is a built-in one. */
export function restoreError(name: string, message: string): Error {
  const constructor = mapGet(ERRORS, name) ?? NativeError;
  const error = reflectConstruct(constructor, [message]);
  if (constructor === NativeError && name !== "Error") define(error, "name", name);
  // That of the code here would tell of this side, and is not where the error comes from.
  define(error, "stack", `${name}: ${message}`);
  return error;
}

function restoreSlot(
  kind: number,
  key: Json | undefined,
  a: Json | undefined,
  b: Json | undefined,
  values: readonly unknown[],
  hooks: RestoreHooks,
): unknown {
  switch (kind) {
    case Slot.Link:
      if (!hasOwn(values, a as number)) throw malformed("a link to no part");
      return values[a as number];
    case Slot.Node:
      return hooks.node(a as number, b as number);
    case Slot.Function:
      return hooks.function(a as number);
    case Slot.Typed:
      return hooks.typed(a as string, b as Json);
    case Slot.Pending:
      return hooks.pending(key as string | number);
    default:
      return restoreLeaf(kind, a, b);
  }
}

function createPart(kind: number, content: Container, payload: Json | undefined): unknown {
  switch (kind) {
    case PartKind.Map:
      return new NativeMap();
    case PartKind.Set:
      return new NativeSet();
    case PartKind.Sparse: {
      const array: unknown[] = [];
      array.length = payload as number;
      return array;
    }
    default: {
      const { name, message } = content as { name?: Json; message?: Json };
      if (typeof name !== "string" || typeof message !== "string") throw malformed("an error without text");
      return restoreError(name, message);
    }
  }
}

function fillPart(kind: number, value: unknown, content: Container): void {
  const items = content as Json[];
  switch (kind) {
    case PartKind.Map:
      for (let index = 0; index + 1 < items.length; index += 2) {
        mapSet(value as Map<unknown, unknown>, items[index], items[index + 1]);
      }
      break;
    case PartKind.Set:
      for (let index = 0; index < items.length; index++) setAdd(value as Set<unknown>, items[index]);
      break;
    case PartKind.Sparse: {
      const keys = objectKeys(content);
      for (let index = 0; index < keys.length; index++) {
        const key = keys[index] as string;
        (value as unknown[])[key as unknown as number] = (content as Record<string, Json>)[key];
      }
      break;
    }
    default:
  }
}

/** Only slots that the part has: never a prototype, never another length. */
function assign(part: Container, key: Json | undefined, value: unknown): void {
  const isSlot = arrayIsArray(part)
    ? isSafeInteger(key) && hasOwn(part, key as number)
    : (typeof key === "string" || typeof key === "number") && hasOwn(part, key);
  if (!isSlot) throw malformed("a value for no slot");
  (part as Record<string, unknown>)[key as string] = value;
}

function isPartKind(kind: number): boolean {
  return kind >= PartKind.Map;
}

function partOf(parts: readonly Container[], part: unknown): Container {
  const found = isSafeInteger(part) && hasOwn(parts, part as number) ? parts[part as number] : undefined;
  if (!found) throw malformed("a number of no part");
  return found;
}

function container(part: Json): Container {
  if (typeof part !== "object" || part === null) throw malformed("a part that is no container");
  return part;
}

function define(target: object, key: string, value: string): void {
  reflectDefineProperty(target, key, { value, writable: true, enumerable: false, configurable: true });
}

function malformed(what: string): Error {
  return new NativeRangeError(`a wire with ${what}`);
}
