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
});

describe("a question", () => {
  const scope = new HostScope(1, {
    list: Array.from({ length: 100_000 }, (_, id) => ({ id, text: "x".repeat(50) })),
    wide: Object.fromEntries(Array.from({ length: 100_000 }, (_, id) => [`k${id}`, id])),
    call: Object.assign((...args: unknown[]) => args, { secret: "own property of a function" }),
    holder: {
      get length(): number {
        throw new Error("a getter ran");
      },
    },
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

  test.each([
    [Question.Object, 3],
    [Question.Keys, 3],
    [Question.Property, 3, "secret"],
    [Question.Elements, 4, 0, 0, 5],
    [Question.Property, 0, "__proto__"],
    [Question.Property, 0, "constructor"],
  ])("does not reach what is no data: %j %j %j", (...question) => {
    expect(scope.answer(JSON.stringify(question))).toMatch(
      /^$|^\{"code":"","name":"RangeError"|^\[\[0,0\]\]$/,
    );
  });
});
