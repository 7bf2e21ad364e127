import {
  NativeMap,
  NativeRangeError,
  mapGet,
  mapSet,
  reflectDefineProperty,
} from "../../guest/primordials.ts";
import { ObjectPrototype, mapForEach, objectGetPrototypeOf, reflectDeleteProperty } from "./primordials.ts";
import type { Json } from "./wire.ts";

/** What crosses in place of an object: the name of its type, and JSON data. */
export type TypedPayload = readonly [name: string, payload: Json];

/** Classes whose objects cross as what they are; one side's half of each. */
export interface TransferTypes {
  /** @returns undefined for an object of no such class. */
  readonly describe: (value: object) => TypedPayload | undefined;
  /** Throws for a type or payload that is not known. */
  readonly restore: (name: string, payload: Json) => object;
}

/** Gives the data, or undefined for an object of another class. */
type Describe = (value: object) => Json | undefined;
type Restore = (payload: Json) => object;

const REGISTER = "__registerTransferType";

const describers = new NativeMap<string, Describe>();
const restorers = new NativeMap<string, Restore>();

/** Those that guest bundles of this realm have registered. */
export const realmTypes: TransferTypes = {
  describe(value) {
    if (isPlainPrototype(objectGetPrototypeOf(value))) return undefined;
    let found: TypedPayload | undefined;
    mapForEach(describers, (describe, name) => {
      const payload = found ? undefined : describe(value);
      if (payload !== undefined) found = [name, payload];
    });
    return found;
  },
  restore(name, payload) {
    const restore = mapGet(restorers, name);
    if (!restore) throw new NativeRangeError(`a value of type ${name}, which nobody registered here`);
    return restore(payload);
  },
};

/** Gives guest bundles the global `__registerTransferType(name, describe, restore)`. */
export function openRegistration(): void {
  const register = (name: string, describe: Describe, restore: Restore): void => {
    mapSet(describers, name, describe);
    mapSet(restorers, name, restore);
  };
  reflectDefineProperty(globalThis, REGISTER, { value: register, configurable: true });
}

export function closeRegistration(): void {
  reflectDeleteProperty(globalThis, REGISTER);
}

/** Whether no class made an object with this prototype. */
export function isPlainPrototype(prototype: object | null): boolean {
  return prototype === null || prototype === ObjectPrototype;
}
