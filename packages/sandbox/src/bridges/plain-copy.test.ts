import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { copyPlainData } from "./plain-copy.ts";

test("copies plain data, whatever its keys and numbers are", () => {
  const data = JSON.parse(
    '{"z": 1, "5": [{"a": null}], "__proto__": {"b": "x"}, "constructor": [[]]}',
  ) as object;
  const bare = Object.assign(Object.create(null) as object, { c: true });
  const value = Object.assign(data, { undefined, nan: NaN, zero: -0, big: 1n, bare });
  const copy = copyPlainData([value])?.[0] ?? {};
  expect(isDeepStrictEqual(copy, { ...value, bare: { c: true } })).toBe(true);
  expect(Object.keys(copy)).toEqual(Object.keys(data));
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  const inner = Object.getOwnPropertyDescriptor(copy, "__proto__")?.value as object;
  expect(inner).toEqual({ b: "x" });
  expect(inner).not.toBe(Object.getOwnPropertyDescriptor(data, "__proto__")?.value);
});

test("leaves out what code of a guest would not see", () => {
  const hidden = Object.defineProperty(Object.create({ inherited: 1 }) as object, "hidden", { value: 1 });
  Object.setPrototypeOf(hidden, Object.prototype);
  expect(copyPlainData([hidden])).toEqual([{}]);
  expect(copyPlainData([Object.assign([1], { named: 2 })])).toEqual([[1]]);
});

test.each<[string, () => unknown]>([
  [
    "an accessor",
    () => Object.defineProperty({}, "a", { enumerable: true, get: () => expect.unreachable() }),
  ],
  [
    "an accessor in an array",
    () => Object.defineProperty([1], 0, { enumerable: true, get: () => expect.unreachable() }),
  ],
  ["a function", () => () => expect.unreachable()],
  ["a symbol", () => Symbol("s")],
  ["a symbol key", () => ({ [Symbol("s")]: 1 })],
  ["a date", () => new Date()],
  [
    "an instance",
    () =>
      new (class {
        a = 1;
      })(),
  ],
  ["a hole", () => Object.assign([], { length: 2 })],
  ["what throws", () => new Proxy({}, { getPrototypeOf: () => expect.unreachable() })],
  ["an object that is there twice", () => [DATA, DATA]],
  ["a cycle", () => Object.assign(DATA, { self: DATA })],
  ["depth", () => Array.from({ length: 200 }).reduce<unknown>((inner) => [inner], 1)],
])("gives undefined for %s", (_, make) => {
  expect(copyPlainData([{ a: [1, { b: make() }] }])).toBeUndefined();
});

const DATA: Record<string, unknown> = {};
