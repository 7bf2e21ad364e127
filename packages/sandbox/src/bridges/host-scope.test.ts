import fc from "fast-check";
import { stop as stopEsbuild } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Question } from "./guest/wire.ts";
import { HostScope } from "./host-scope.ts";
import { NodeVmBridge } from "./node-vm-bridge.ts";

describe("host data as a guest reads it", () => {
  const bridge = new NodeVmBridge({ timeoutMs: 20_000 });
  beforeAll(() => bridge.initialize());
  afterAll(async () => {
    await bridge.dispose();
    await stopEsbuild();
  });

  /** Reads everything, in an order of its own, and gives it as new objects. */
  const COPY = `
    const copies = new Map();
    const copy = (value) => {
      if (Object(value) !== value) return value;
      if (copies.has(value)) return copies.get(value);
      if (value instanceof Map) return new Map([...value].map(([key, item]) => [copy(key), copy(item)]));
      if (value instanceof Set) return new Set([...value].map(copy));
      const prototype = Object.getPrototypeOf(value);
      if (prototype !== Object.prototype && prototype !== Array.prototype) return value;
      const made = Array.isArray(value) ? new Array(value.length) : {};
      copies.set(value, made);
      const keys = Object.keys(value);
      if (data.isBackward) keys.reverse();
      for (const key of keys) Object.defineProperty(made, key, { value: copy(value[key]), writable: true, enumerable: true, configurable: true });
      return made;
    };
    return copy(data.value)`;

  /** Sizes around the borders: what fits an answer, what is wide, what is read in chunks. */
  const texts = fc.oneof(
    fc.string(),
    fc.constantFrom(300, 5_000).map((length) => "t".repeat(length)),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(
        texts,
        fc.double(),
        fc.boolean(),
        fc.constantFrom(null, undefined),
        fc.bigInt(),
        fc.date(),
        fc.uint8Array(),
      ),
      fc.array(tie("tree"), { maxLength: 8 }),
      fc.dictionary(
        fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "length")),
        tie("tree"),
        { maxKeys: 8 },
      ),
      fc
        .tuple(fc.constantFrom(257, 1_000), tie("tree"))
        .map(([length, item]) => Array.from({ length }, (_, index) => (index % 100 ? index : item))),
      fc
        .tuple(fc.constantFrom(257, 1_000), tie("tree"))
        .map(([length, item]) =>
          Object.fromEntries(Array.from({ length }, (_, index) => [`k${index}`, index % 100 ? index : item])),
        ),
      fc.array(fc.tuple(tie("tree"), tie("tree")), { maxLength: 3 }).map((entries) => new Map(entries)),
    ),
  }));

  test("is the same as the data, whatever its shape and in whatever order it is read", () => {
    fc.assert(
      fc.property(tree, fc.boolean(), (value, isBackward) => {
        expect(bridge.executeSync(COPY, { value, isBackward })).toEqual(value);
        expect(bridge.executeSync("return data.value", { value })).toEqual(value);
      }),
      { numRuns: 100 },
    );
  });

  test("has the JSON that plain data has, whoever makes it", () => {
    const large = Array.from({ length: 2_000 }, (_, id) => ({
      id,
      name: `row "${id}"`,
      tags: ["é", "\ud800"],
    }));
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const data = { value: [json, large], mixed: { when: new Date(0), json, large } };
        const code =
          "return [JSON.stringify(data.value), JSON.stringify(data.mixed), JSON.stringify(data.value, null, 1), JSON.stringify(data.value, ['id'])]";
        const { value, mixed } = data;
        expect(bridge.executeSync(code, data)).toEqual([
          JSON.stringify(value),
          JSON.stringify(mixed),
          JSON.stringify(value, null, 1),
          JSON.stringify(value, ["id"]),
        ]);
      }),
      { numRuns: 20 },
    );
  });

  test("has the JSON of what code has changed, not of what the host has", () => {
    const rows = Array.from({ length: 1_000 }, (_, id) => ({ id, name: `row ${id}` }));
    const code = "data.rows[999].id = -1; data.rows.push(1); return JSON.stringify(data.rows)";
    expect(bridge.executeSync(code, { rows })).toBe(
      JSON.stringify([...rows.slice(0, -1), { id: -1, name: "row 999" }, 1]),
    );
  });

  test("lists the keys of wide objects as they are after reads, writes and deletions, however large", () => {
    for (const item of [1, "t".repeat(300), new Date(0), [{ x: 1 }]]) {
      const wide = Object.fromEntries(Array.from({ length: 3_000 }, (_, id) => [`k${id}`, item]));
      const read =
        "const w = data.wide; const first = Object.keys(w); w.k5; w.k2999 = 0; delete w.k7; w.added = 1; w.__proto__; return [first, Object.keys(w), Object.entries(w).length, w.k2998, Object.keys(w).length]";
      // oxlint-disable-next-line typescript/no-implied-eval -- what a bridge does, without the bridge
      const plain = new Function("data", read) as (data: unknown) => unknown;
      expect(bridge.executeSync(read, { wide })).toEqual(plain({ wide: structuredClone(wide) }));
    }
  });

  test("keeps which objects of a result are the same, plain ones too", () => {
    const code = "const shared = { n: 1 }; return [shared, [shared], data.rows[0], data.rows]";
    const rows = Array.from({ length: 1_000 }, (_, id) => ({ id }));
    const result = bridge.executeSync(code, { rows }) as [object, [object], object, object[]];
    expect(result[1][0]).toBe(result[0]);
    expect(result[3][0]).toBe(result[2]);
  });

  test("is copied once when untouched parts of it share it, and without what no code sees", () => {
    const order = { items: [] as object[], text: "x".repeat(10_000), [Symbol("unseen")]: 1 };
    for (let id = 0; id < 500; id++) order.items.push({ id, order, unseen: [Symbol("s"), [].values()] });
    const result = bridge.executeSync("return data.order.items.map((item) => item)", { order }) as {
      order: { items: unknown[] };
      unseen: unknown[];
    }[];
    // That of the items which code has touched, and that of all others.
    expect(new Set(result.map((item) => item.order)).size).toBeLessThanOrEqual(2);
    expect(result.at(-1)?.order.items).toHaveLength(500);
    expect(result.at(-1)?.unseen).toEqual([undefined, undefined]);
  });

  test("is not copied with a function in it, and the message says where", () => {
    const data = { rows: [{ text: "x".repeat(10_000), inner: { list: [0, () => 1] } }] };
    expect(() => bridge.executeSync("return [data.rows[0].inner, data.rows[0].text]", data)).toThrow(
      /^the result at .*\[1\] is a function, and only data can cross$/,
    );
  });

  test.each(["", "'", "\0", "a\0b", "\ud800", "\udfffx", "{}", "?", "\u2028é😀".repeat(100)])(
    "gives the text %j as it is",
    (text) => {
      expect(bridge.executeSync(`return ${JSON.stringify(text)}`)).toBe(text);
    },
  );
});

describe("a question", () => {
  const scope = new HostScope(1, {
    list: Array.from({ length: 100_000 }, (_, id) => ({ id, text: "x".repeat(50) })),
    wide: Object.fromEntries(Array.from({ length: 100_000 }, (_, id) => [`k${id}`, id])),
    call: Object.assign((...args: unknown[]) => args, { secret: "own property of a function" }),
    holder: Object.defineProperty(
      {
        // Too long to go along.
        text: "x".repeat(10_000),
        get length(): number {
          throw new Error("a getter ran");
        },
      },
      "hidden",
      { value: 1 },
    ),
  });
  // list, wide, call and holder become the nodes 1 to 4.
  scope.describeRoot();

  test("is answered with a bounded part of the data", () => {
    let next = 0;
    for (let count = 0; next < 100_000; count++) {
      const answer = scope.answer(JSON.stringify([Question.Elements, 1, next, next, 100_000]));
      expect(answer.length).toBeLessThan(400_000);
      next = (JSON.parse(answer) as [[number, number]])[0][1];
      expect(count).toBeLessThan(60);
    }
  });

  test("that no kernel of ours would ask gets an error or nothing, never the host's", () => {
    const strange = fc.oneof(
      fc.integer({ min: -2, max: 8 }),
      fc.constantFrom<unknown>("constructor", "__proto__", "length", null, 1e17, -1, 0.5, [], {}),
    );
    const questions = fc.oneof(
      fc.string(),
      fc.array(strange).map((parts) => JSON.stringify(parts)),
      fc.tuple(fc.array(strange), fc.json()).map(([parts, json]) => `${JSON.stringify(parts)}\n${json}`),
    );
    fc.assert(
      fc.property(questions, (question) => {
        const answer = scope.answer(question);
        expect(answer).not.toMatch(/own property of a function|a getter ran|packages\//);
        expect(answer.length).toBeLessThan(3_000_000);
      }),
      { numRuns: 3_000 },
    );
  });

  test("about what is data is answered with it", () => {
    expect(scope.answer(JSON.stringify([Question.Property, 4, "text"]))).toContain("xxx");
  });

  test.each([
    [Question.Object, 3],
    [Question.Keys, 3],
    [Question.Listing, 3],
    [Question.Json, 3],
    [Question.Property, 3, "secret"],
    [Question.Elements, 4, 0, 0, 5],
    [Question.Property, 4, "length"],
    [Question.Property, 4, "hidden"],
    [Question.Property, 0, "__proto__"],
    [Question.Property, 0, "constructor"],
  ])("does not reach what is no data: %j %j %j", (...question) => {
    expect(scope.answer(JSON.stringify(question))).toMatch(
      /^$|^\{"code":"","name":"RangeError"|^\[\[0,0\]\]$/,
    );
  });
});
