import type { Run } from "./run.ts";

/**
 * Reads host data without running anything of it, as a bridge does: own, enumerable data properties of plain objects and
 * arrays. All else that a bridge knows (dates, instances of classes, functions, getters …) is left to the guest. Values
 * that went through here are text, numbers, booleans, null, undefined, and objects and arrays that are plain.
 */

const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const ObjectPrototype: object = Object.prototype;

/** Steps to copy an element or field. */
const COPY_STEPS = 4;

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Value of a free name in the data, whatever object the data is. */
export function readName(run: Run, name: string): unknown {
  const descriptor = getOwnPropertyDescriptor(run.data, name);
  return descriptor && admitDescribed(run, descriptor);
}

/** `value.name` */
export function readMember(run: Run, value: unknown, name: string): unknown {
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value) ? readOfArray(run, value, name) : readOfRecord(run, value, name);
  }
  if (value === undefined || value === null) return run.fail();
  return typeof value === "string" && name === "length" ? value.length : run.giveUp();
}

/** `value[key]` */
export function readComputed(run: Run, value: unknown, key: unknown): unknown {
  if (typeof key === "number" && isIndex(key)) {
    if (Array.isArray(value)) return readIndex(run, value, key);
    if (typeof value === "string") return value[key];
  }
  if (isObject(key)) return run.giveUp();
  // A nullish value throws before the key becomes a text.
  return typeof key === "string" && !run.spendText(key) ? undefined : readMember(run, value, String(key));
}

/** `array[index]` */
export function readIndex(run: Run, array: readonly unknown[], index: number): unknown {
  return index < lengthOf(run, array) ? readElement(run, array, index) : undefined;
}

/** An element that is there; a hole is left to the guest. */
export function readElement(run: Run, array: readonly unknown[], index: number): unknown {
  const descriptor = getOwnPropertyDescriptor(array, index);
  return descriptor ? admitDescribed(run, descriptor) : run.giveUp();
}

export function lengthOf(run: Run, array: readonly unknown[]): number {
  const { length } = array;
  // That of a Proxy may be anything.
  if (length >>> 0 === length) return length;
  run.giveUp();
  return 0;
}

/** A copy of an array without holes, from one index to another. */
export function copyElements(run: Run, array: readonly unknown[], start = 0, end?: number): unknown[] {
  const last = Math.min(end ?? Infinity, lengthOf(run, array));
  const elements: unknown[] = [];
  if (!run.spend((last - start) * COPY_STEPS)) return elements;
  for (let index = start; index < last && run.isSure; index++) elements.push(readElement(run, array, index));
  return elements;
}

/** A copy of a plain object with nothing in it that code would not see. */
export function copyFields(run: Run, record: object): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  // Listing the keys may take long.
  if (!run.isSure) return fields;
  const keys = Object.keys(record);
  if (!run.spend(keys.length * COPY_STEPS)) return fields;
  for (const key of keys) {
    const descriptor = getOwnPropertyDescriptor(record, key);
    setField(run, fields, key, descriptor ? admitDescribed(run, descriptor) : run.giveUp());
  }
  return fields;
}

/** Gives an object of the evaluation's own a field; what would set its prototype is left to the guest. */
export function setField(run: Run, fields: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") run.giveUp();
  else fields[key] = value;
}

function readOfArray(run: Run, array: readonly unknown[], name: string): unknown {
  return name === "length" ? lengthOf(run, array) : run.giveUp();
}

function readOfRecord(run: Run, record: object, name: string): unknown {
  const descriptor = getOwnPropertyDescriptor(record, name);
  if (descriptor) return admitDescribed(run, descriptor);
  // The guest has an Object.prototype of its own.
  return name in ObjectPrototype ? run.giveUp() : undefined;
}

function admitDescribed(run: Run, descriptor: PropertyDescriptor): unknown {
  if (!descriptor.enumerable || !("value" in descriptor)) return run.giveUp();
  const value: unknown = descriptor.value;
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
    case "undefined":
      return value;
    case "object":
      return value === null || isPlain(value) ? value : run.giveUp();
    default:
      return run.giveUp();
  }
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = getPrototypeOf(value);
  return prototype === ObjectPrototype || prototype === null;
}

function isIndex(key: number): boolean {
  return key >>> 0 === key;
}
