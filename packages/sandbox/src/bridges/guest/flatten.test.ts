import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostReader } from "../host-reader.ts";
import { Flattener } from "./flatten.ts";
import type { FlattenPolicy } from "./flatten-policy.ts";
import { restore } from "./restore.ts";
import { PART_DEPTH, type Wire } from "./wire.ts";

const policy: FlattenPolicy = {
  reader: hostReader,
  refuse(what, path) {
    throw new Error(`${path} ${what}`);
  },
};

function never(): never {
  throw new Error("not in this wire");
}

function toText(value: unknown): string {
  const flattener = new Flattener(policy);
  flattener.put(flattener.holder, 0, value);
  return JSON.stringify(flattener.finish());
}

/** What a value is after it went as text. */
function cross(value: unknown): unknown {
  return restore(JSON.parse(toText(value)) as Wire, { node: never, function: never, pending: never });
}

/** Everything that a wire carries, objects without a prototype left out: those arrive as plain ones. */
const values = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
  maxDepth: 6,
});

/** Objects that refer to each other at random, cycles included. */
const graphs = fc
  .array(fc.record({ isList: fc.boolean(), links: fc.array(fc.nat(), { maxLength: 4 }) }), {
    minLength: 1,
    maxLength: 20,
  })
  .map((specs) => {
    const nodes = specs.map(({ isList }, index): object => (isList ? [] : index % 3 ? {} : new Map()));
    for (const [index, { links }] of specs.entries()) {
      const node = nodes[index];
      for (const link of links) {
        const target = nodes[link % nodes.length];
        if (Array.isArray(node)) node.push(target);
        else if (node instanceof Map) node.set(node.size, target);
        else Object.assign(node ?? {}, { [`k${link}`]: target });
      }
    }
    return nodes[0];
  });

/** Names each object in the order of its first visit: two graphs of the same shape read the same. */
function describeShape(root: unknown): string {
  const names = new Map<unknown, number>();
  const visit = (value: unknown): string => {
    if (names.has(value)) return `#${names.get(value)}`;
    names.set(value, names.size);
    const kind = Array.isArray(value) ? "list" : value instanceof Map ? "map" : "record";
    const entries = value instanceof Map ? [...value] : Object.entries(value as object);
    return `${kind}(${entries.map(([key, item]) => `${String(key)}:${visit(item)}`).join()})`;
  };
  return visit(root);
}

describe("a wire", () => {
  test("carries any data as it is", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(cross(value)).toEqual(value);
      }),
      { numRuns: 2_000 },
    );
  });

  test("carries any text as a value and as a key", () => {
    const texts = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, texts)), (entries) => {
        const value = Object.fromEntries(entries);
        expect(cross(value)).toStrictEqual(value);
        expect(Object.keys(cross(value) as object)).toEqual(Object.keys(value));
      }),
    );
  });

  test("keeps which objects are the same", () => {
    fc.assert(
      fc.property(graphs, (root) => {
        expect(describeShape(cross(root))).toBe(describeShape(root));
      }),
      { numRuns: 2_000 },
    );
  });

  test("says by a path what it refuses", () => {
    expect(() => toText({ a: [0, { "b c": () => 1 }] })).toThrow(".a[1].b c a function");
    expect(() => toText(new Map([["k", Symbol("s")]]))).toThrow("[1] a symbol");
  });

  test("nests no deeper than its parts, whatever the value", () => {
    let value: object = [];
    for (let level = 1; level < 5_000; level++) value = level % 2 ? { value } : [value];
    const depths = toText(value)
      .split("")
      .reduce(
        ({ at, max }, char) => {
          const next = at + ("[{".includes(char) ? 1 : "]}".includes(char) ? -1 : 0);
          return { at: next, max: Math.max(max, next) };
        },
        { at: 0, max: 0 },
      );
    expect(depths.max).toBeLessThan(PART_DEPTH + 5);
  });

  test("is as long as what it carries: keys above do not count for each thing below", () => {
    const long = "k".repeat(100_000);
    const value = { [long]: { [long]: Array.from({ length: 10_000 }, () => new Date(0)) } };
    expect(toText(value).length).toBeLessThan(600_000);
  });
});
