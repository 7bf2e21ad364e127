import { expect } from "vitest";
import { type BridgeCase, both } from "./subject.ts";

/** A value, a hole, a value, a hole. */
export function withHoles(first: unknown, second: unknown): unknown[] {
  const list: unknown[] = [];
  list[0] = first;
  list[2] = second;
  list.length = 4;
  return list;
}

/** Values that cross in every direction as they are: code that makes one, and what it is. */
const VALUES: ReadonlyArray<readonly [code: string, value: unknown]> = [
  ["undefined", undefined],
  ["null", null],
  [
    "[NaN, Infinity, -Infinity, -0, 0, 5e-324, 1.7976931348623157e308]",
    [NaN, Infinity, -Infinity, -0, 0, 5e-324, Number.MAX_VALUE],
  ],
  ["[2n ** 200n, -(2n ** 65n), 0n]", [2n ** 200n, -(2n ** 65n), 0n]],
  [
    String.raw`["", "\u0000", "é😀", "\ud800", "\udfff x", "\u2028"]`,
    ["", "\u0000", "é😀", "\ud800", "\udfff x", "\u2028"],
  ],
  ["[undefined, [], {}, { a: undefined }]", [undefined, [], {}, { a: undefined }]],
  ["[new Date(5), new Date(NaN)]", [new Date(5), new Date(NaN)]],
  [String.raw`[/a\/b[/]/giu, new RegExp("")]`, [/a\/b[/]/giu, new RegExp("")]],
  [
    "new Map([[{ k: 1 }, new Set([1, undefined])], [NaN, new Map()]])",
    new Map<unknown, unknown>([
      [{ k: 1 }, new Set([1, undefined])],
      [NaN, new Map()],
    ]),
  ],
  ["[new TypeError('m'), new Error('')]", [new TypeError("m"), new Error("")]],
  [
    "[new Uint8Array([0, 127, 255]), new Float64Array([1.5, -0]), new BigInt64Array([-1n])]",
    [new Uint8Array([0, 127, 255]), new Float64Array([1.5, -0]), new BigInt64Array([-1n])],
  ],
  [
    "[new Uint8Array([1, 2, 3, 4]).buffer, new DataView(new ArrayBuffer(2))]",
    [new Uint8Array([1, 2, 3, 4]).buffer, new DataView(new ArrayBuffer(2))],
  ],
  ["new Uint16Array([1, 2, 3]).subarray(1)", new Uint16Array([2, 3])],
  [
    "[Object(1), Object('s'), Object(false), Object(1n)]",
    [Object(1), Object("s"), Object(false), Object(1n)],
  ],
  ["[1, , 3, ,]", withHoles(1, 3)],
  [
    'JSON.parse(\'{"__proto__": { "x": 1 }, "constructor": 2, "toString": 3, "": 4}\')',
    JSON.parse('{"__proto__": {"x": 1}, "constructor": 2, "toString": 3, "": 4}'),
  ],
  ["({ b: 1, 2: 'two', a: { 1: [] } })", { b: 1, 2: "two", a: { 1: [] } }],
];

export const valueCases: readonly BridgeCase[] = [
  ...VALUES.map(crossEveryWay),
  {
    title: "keeps the prototypes of the host: what arrives is the host's own kind",
    async run({ bridge }) {
      const value = (await bridge.execute(
        "return [new Map(), new Date(0), /x/, new RangeError('r'), new Int8Array(1), {}]",
      )) as object[];
      const types = [Map, Date, RegExp, RangeError, Int8Array, Object];
      expect(value.map((item, index) => Object.getPrototypeOf(item) === types[index]?.prototype)).toEqual(
        types.map(() => true),
      );
    },
  },
  {
    title: "keeps the identity of objects inside a result, cycles included",
    async run({ bridge }) {
      const code = `
        const shared = { n: 1 };
        const list = [shared, { shared }];
        const map = new Map([[shared, list]]);
        list.push(list, map);
        return { list, map, again: map };`;
      const { list, map, again } = (await bridge.execute(code)) as {
        list: unknown[];
        map: Map<unknown, unknown>;
        again: unknown;
      };
      expect(list[2]).toBe(list);
      expect((list[1] as { shared: unknown }).shared).toBe(list[0]);
      expect(list[3]).toBe(map);
      expect(again).toBe(map);
      expect(map.get(list[0])).toBe(list);
    },
  },
  {
    title: "evaluates getters and takes the own properties of instances",
    async run({ evaluate }) {
      const code = `
        class Point { #hidden = 1; x = 1; get y() { return 2 } toJSON() { return "never" } }
        return [new Point(), { get z() { return [3] } }, Object.create({ inherited: 1 }), Object.create(null), new (class extends Map {})([[1, 2]])]`;
      expect(await evaluate(code)).toEqual(both([{ x: 1 }, { z: [3] }, {}, {}, new Map([[1, 2]])]));
    },
  },
  {
    title: "carries 10,000 levels, and says where it ends beyond",
    async run({ evaluate, fail }) {
      const nest = (levels: number): string =>
        `let v = []; for (let i = 1; i < ${levels}; i++) v = i % 2 ? { v } : [v]; return v`;
      const [value] = (await evaluate(nest(10_000))) as [unknown];
      let depth = 0;
      for (let at: unknown = value; at !== undefined; depth++) at = Object.values(at as object)[0];
      expect(depth).toBe(10_000);
      for (const { code, message } of await fail(nest(10_001))) {
        expect(code).toBe("BRIDGE_RESULT");
        expect(message).toMatch(/^the result at …\S{50,200} is nested deeper than 10000 levels$/);
      }
    },
  },
  {
    title: "refuses what is no data, with its path",
    async run({ fail }) {
      const refused: ReadonlyArray<readonly [code: string, message: string]> = [
        ["() => 1", "the result is a function, and only data can cross"],
        ["{ rows: [0, { f() {} }] }", "the result at .rows[1].f is a function, and only data can cross"],
        ["[Symbol('s')]", "the result at [0] is a symbol, and only data can cross"],
        ["({ p: Promise.resolve(1) })", "the result at .p is a promise: await it"],
        ["[new WeakMap()]", "the result at [0] is a WeakMap"],
        ["(function* () {})()", "the result is an iterator: use [...iterator]"],
        ["[1].values()", "the result is an iterator: use [...iterator]"],
        ["data.host", "the result is a function, and only data can cross"],
      ];
      for (const [code, message] of refused) {
        const expected = { code: "BRIDGE_RESULT", message, guestName: undefined };
        expect(await fail(`return (${code})`, { host() {} })).toEqual(both(expected));
      }
    },
  },
];

function crossEveryWay([code, value]: (typeof VALUES)[number]): BridgeCase {
  return {
    title: `crosses out, in as data, in as an argument and back: ${code}`,
    async run({ evaluate, bridge }) {
      expect(await evaluate(`return ${code}`)).toEqual(both(value));
      expect(await bridge.execute("return data.value", { value })).toEqual(value);
      // Touched, so that it travels back instead of going as what the host has already.
      const touched =
        "const touch = (v) => (Object(v) === v && Object.values(v).forEach(touch), v); return touch(data).value";
      expect(await bridge.execute(touched, { value })).toEqual(value);
      expect(
        await bridge.execute("return data.echo(data.value)", { value, echo: (given: unknown) => given }),
      ).toEqual(value);
      const given: unknown[] = [];
      await bridge.execute(`data.take(${code})`, { take: (item: unknown) => void given.push(item) });
      expect(given).toEqual([value]);
    },
  };
}
