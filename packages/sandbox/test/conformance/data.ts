import { expect } from "vitest";
import type { HostData } from "../../src/bridges/host-data.ts";
import { type BridgeCase, both } from "./subject.ts";

/** Enough that reading them takes answers of all sizes. */
const rows = Array.from({ length: 4_000 }, (_, id) => ({
  id,
  name: `row ${id}`,
  tags: ["a", { deep: [id] }],
}));
const wide = Object.fromEntries(rows.map((row) => [`key${row.id}`, row]));

/** What code does to data, which gives the same over lazy data as over a plain copy of it. */
const PROGRAMS: readonly string[] = [
  "return [Array.isArray(data.rows), Array.isArray(data), typeof data.rows, data.rows.length, data.rows[4000], data.rows[-1], data.rows.x]",
  "return [data.rows[0], data.rows.at(-1), data.rows[2000].tags[1].deep[0]]",
  "let sum = 0; for (const row of data.rows) sum += row.id; return sum",
  "let sum = 0; for (let i = data.rows.length; i-- > 0; ) sum += data.rows[i].id * i; return sum",
  "return data.rows.map((row) => row.id).filter((id) => id % 1000 === 0)",
  "return data.rows.slice(1990, 2010).concat(data.rows.slice(-2))",
  "return [data.rows.find((row) => row.id === 3777), data.rows.findLastIndex((row) => row.id < 3), data.rows.some((row) => row.no)]",
  "return data.rows.sort((a, b) => b.id - a.id).slice(0, 3)",
  "return JSON.stringify(data.rows) + JSON.stringify(data.wide)",
  "const [first, , third, ...rest] = data.rows; const { wide: { key7, ...others }, ...left } = data; return [first, third, rest.length, key7, Object.keys(others).length, Object.keys(left)]",
  "return [Object.keys(data.wide), Object.keys(data.rows).length, Object.keys(data)]",
  "return [data.wide.key2000.name, 'key1' in data.wide, 'nope' in data.wide, data.wide.nope, Object.hasOwn(data.wide, 'key3999')]",
  "return Object.entries(data.wide).map(([key, value]) => key.length + value.id).reduce((a, b) => a + b)",
  "const keys = []; for (const key in data.wide) keys.push(key); return keys",
  "return Object.values({ ...data.wide }).length + Object.assign([], data.rows).length",
  "return [data.text.length, data.text.slice(-3), Object.keys(data), data.text === data['text']]",
  "const d = Object.getOwnPropertyDescriptor(data, 'text'); return [d.value.length, d.writable, d.enumerable, d.configurable, Object.keys(Object.getOwnPropertyDescriptors(data.nested))]",
  "return [data.nested.a === data.nested.a, data.rows === data.rows, data.rows[9] === data.rows[9], data === data.self, data.self.self.nested.a.b]",
  "return [data.nested.constructor === Object, data.nested.hasOwnProperty('a'), data.nested.toString(), `${data.rows.slice(0, 0)}`, data.nested.missing?.x]",
  "return [delete data.nested.a, 'a' in data.nested, data.nested, delete data.rows[3], 3 in data.rows, data.rows.length]",
  "data.nested.a = 1; data.nested.fresh = [2]; data.rows[1] = 'one'; data.rows.push('last'); data.wide.key3 = 3; delete data.wide.key4; data.wide.added = 4; return [data.nested, data.rows[1], data.rows[4000], data.rows.length, data.wide.key3, data.wide.key4, Object.keys(data.wide).slice(3, 6), Object.keys(data.wide).at(-1)]",
  "data.rows.length = 2; return [data.rows, data.rows.pop(), data.rows.length, data.rows.unshift(0), data.rows]",
  "data.rows.length = 3; data.rows.length = 5; return data.rows",
  "for (const row of data.rows) row.id; data.rows.push(1); data.rows.length = 2; data.rows[4] = 3; return data.rows",
  "return [data.rows.splice(1, 3997), data.rows]",
  "return [Object.isFrozen(Object.freeze(data.nested)), (() => { data.nested.a = 1; return data.nested.a })(), Object.isFrozen(Object.freeze(data.rows)), Object.isExtensible(Object.preventExtensions(data.wide)), Object.keys(data.wide).length]",
  "Object.defineProperty(data.nested, 'a', { enumerable: false }); Object.defineProperty(data, 'text', { enumerable: false }); return [data.nested, data.nested.a, data.text.length, Object.keys(data)]",
  "return [data.rows.includes(data.rows[42]), data.rows.indexOf(data.rows[77]), data.rows.flatMap((row) => row.tags).length, data.rows.toSorted((a, b) => a.id - b.id)[1], data.rows.with(0, 0)[0]]",
  "const child = Object.create(data.nested); child.a = 5; return [child.a, data.nested.a, Object.keys(child)]",
  "return structure(data.nested); function structure(v) { return Object(v) === v ? Object.keys(v).map((key) => [key, structure(v[key])]) : v }",
];

function createData(): HostData {
  const data: Record<string, unknown> = {
    rows,
    wide,
    text: "x".repeat(100_000) + "end",
    nested: { a: { b: { c: [1, [2, [3]]] } }, when: new Date(1), set: new Set([1]) },
  };
  data["self"] = data;
  return data;
}

export const dataCases: readonly BridgeCase[] = [
  ...PROGRAMS.map(comparePlain),
  {
    title: "is fetched once in a scope, and never what is not touched",
    async run({ bridge }) {
      let reads = 0;
      const watched = new Proxy<object>(
        { deep: { deeper: [1, 2, 3] } },
        {
          ownKeys(target) {
            reads++;
            return Reflect.ownKeys(target);
          },
        },
      );
      const padding = Object.fromEntries(
        Array.from({ length: 100 }, (_, index): [string, string] => [`k${index}`, "x".repeat(200)]),
      );
      using scope = bridge.openScope({
        ...padding,
        watched: { ...padding, watched },
      });
      expect(await scope.execute("return Object.keys(data).length")).toBe(101);
      expect(reads).toBe(0);
      expect(await scope.execute("return data.watched.watched.deep.deeper[2]")).toBe(3);
      const readsOnce = reads;
      expect(readsOnce).toBeGreaterThan(0);
      expect(await scope.execute("return data.watched.watched.deep.deeper[1]")).toBe(2);
      expect(reads).toBe(readsOnce);
    },
  },
  {
    title: "is never changed by code, and starts anew for each execution of a scope",
    async run({ bridge }) {
      const data = { rows: [{ n: 1 }, { n: 2 }], nested: { a: 1 } };
      const before = structuredClone(data);
      using scope = bridge.openScope(data);
      const code =
        "const seen = JSON.stringify(data); data.rows[0].n = 9; data.rows.push(3); delete data.nested; data.extra = 1; return seen";
      for (let round = 0; round < 3; round++) expect(await scope.execute(code)).toBe(JSON.stringify(before));
      expect(data).toEqual(before);
    },
  },
  {
    title: "comes back as a copy: untouched, touched and changed",
    async run({ evaluate }) {
      const data = { a: { list: [{ n: 1 }], when: new Date(7) } };
      const results = (await evaluate("return [data, data.a, data.a.list]", data)) as unknown[][];
      for (const result of results) {
        expect(result).toEqual([data, data.a, data.a.list]);
        expect((result[1] as typeof data.a).list).not.toBe(data.a.list);
      }
      expect(await evaluate("data.a.list[0].n = 2; return data", data)).toEqual(
        both({ a: { list: [{ n: 2 }], when: new Date(7) } }),
      );
      expect(data.a.list[0]?.n).toBe(1);
    },
  },
  {
    title: "is not reachable any more when the execution is over",
    async run({ evaluate }) {
      // A promise reaction runs when the result has gone.
      const data = { big: rows, call: (): number => 1, calls: [] as unknown[] };
      await evaluate(
        "const later = () => { try { data.call() } catch {} data.big[0] }; Promise.resolve().then(later).catch(() => {}); return 1",
        {
          ...data,
          call: () => data.calls.push(1),
        },
      );
      expect(await evaluate("return 1")).toEqual(both(1));
      expect(data.calls).toEqual([]);
    },
  },
  {
    title: "of 100 MB is usable from a guest of 8 MB",
    async run({ create }) {
      await using bridge = create({ memoryLimitMb: 8 });
      const text = "x".repeat(1_000_000);
      const items = Array.from({ length: 100 }, (_, id) => ({ id, text, deep: { a: { b: { c: id } } } }));
      using scope = bridge.openScope({
        items,
        index: Object.fromEntries(items.map((item) => [`i${item.id}`, item])),
      });
      const code =
        "return [data.items[99].deep.a.b.c, data.index.i50.id, data.items.length, data.items[3].text.length]";
      for (let round = 0; round < 2; round++)
        expect(await scope.execute(code)).toEqual([99, 50, 100, 1_000_000]);
    },
  },
];

function comparePlain(code: string): BridgeCase {
  return {
    title: `reads as plain data: ${code.length > 90 ? `${code.slice(0, 90)}…` : code}`,
    async run({ evaluate }) {
      // oxlint-disable-next-line typescript/no-implied-eval -- what a bridge does, without the bridge
      const program = new Function("data", code) as (data: unknown) => unknown;
      const expected = both(createData()).map((data) => program(structuredClone(data)));
      expect(await evaluate(code, createData())).toEqual(expected);
    },
  };
}
