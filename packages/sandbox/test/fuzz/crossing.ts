import { types } from "node:util";

/** A bridge's refusal of what is no data; what the guest has in its place is an error with this code. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string) {
    super("refused");
    this.code = code;
    Object.defineProperty(this, "code", { enumerable: false });
  }
}

/**
 * What of a value leaves a guest, as `docs/bridges.md` says under "Results": written anew, to compare bridges with.
 *
 * @throws Refusal with the given code.
 */
export function cross(value: unknown, code: string, crossed = new Map<object, unknown>()): unknown {
  if (typeof value === "symbol" || typeof value === "function") throw new Refusal(code);
  if (typeof value !== "object" || value === null) return value;
  if (crossed.has(value)) return crossed.get(value);
  const go = (item: unknown): unknown => cross(item, code, crossed);
  const keep = <Copy extends object>(copy: Copy): Copy => {
    crossed.set(value, copy);
    return copy;
  };
  if (Array.isArray(value)) return crossArray(value, keep([]), go);
  if (types.isMap(value)) {
    const copy = keep(new Map<unknown, unknown>());
    for (const [key, item] of value) copy.set(go(key), go(item));
    return copy;
  }
  if (types.isSet(value)) {
    const copy = keep(new Set<unknown>());
    for (const item of value) copy.add(go(item));
    return copy;
  }
  if (isLeaf(value)) return structuredClone(value);
  if (isOpaque(value)) throw new Refusal(code);
  if (value instanceof Error) return keep(crossError(value));
  const copy = keep({});
  for (const key of Object.keys(value)) define(copy, key, go(Reflect.get(value, key)));
  return copy;
}

/** What a guest has in the place of a function of the host: data goes in and out. */
export function crossing(target: (...given: unknown[]) => unknown) {
  return (...given: unknown[]): unknown => {
    const args = cross(given, "BRIDGE_DATA") as unknown[];
    return cross(target(...args), "BRIDGE_DATA");
  };
}

function crossArray(value: readonly unknown[], copy: unknown[], go: (item: unknown) => unknown): unknown[] {
  copy.length = value.length;
  for (const key of Object.keys(value)) {
    if (String(Number(key) >>> 0) === key && Number(key) < value.length)
      copy[Number(key)] = go(value[Number(key)]);
  }
  return copy;
}

function crossError(value: Error): Error {
  const name = typeof value.name === "string" ? value.name : "Error";
  const message = typeof value.message === "string" ? value.message : "";
  return Object.defineProperty(new Error(message), "name", { value: name, enumerable: false });
}

function isLeaf(value: object): boolean {
  return (
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isBoxedPrimitive(value) ||
    types.isArrayBuffer(value) ||
    ArrayBuffer.isView(value)
  );
}

function isOpaque(value: object): boolean {
  return (
    types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value) || value instanceof Iterator
  );
}

function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
