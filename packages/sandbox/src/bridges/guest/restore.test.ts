import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { restore } from "./restore.ts";
import { PartKind, Slot, type Wire } from "./wire.ts";

const hooks = { node: (number: number) => ({ number }), function: () => () => 1, pending: () => undefined };

/** What a kernel that is no longer ours could send: the right shape with wrong numbers and names in it. */
const keys = fc.constantFrom<unknown>(
  "__proto__",
  "constructor",
  "length",
  "prototype",
  "toString",
  0,
  1,
  -1,
  1e9,
  0.5,
  null,
  "0",
  "a",
);
const kinds = fc.constantFrom<unknown>(...Object.values(Slot), ...Object.values(PartKind), 0, 99, "8", null);
const payloads = fc.oneof(
  keys,
  fc.json().map((text) => JSON.parse(text) as unknown),
);
const specials = fc.array(fc.oneof(fc.tuple(kinds, keys, keys, payloads, payloads), payloads));
const parts = fc.constantFrom<unknown>(
  [],
  {},
  [0],
  [0, 0],
  { a: 0 },
  JSON.parse('{"__proto__": 0}'),
  { name: "n", message: "m" },
  0,
  null,
  "text",
);

describe("a wire that breaks the format", () => {
  test("throws a RangeError or gives some value, and changes nothing else", () => {
    const before = countBuiltIns();
    fc.assert(
      fc.property(parts, fc.oneof(specials, payloads), fc.array(parts), (root, list, rest) => {
        const wire = structuredClone([root, list, ...rest]) as Wire;
        try {
          restore(wire, hooks);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect((error as Error).name).toMatch(/^(RangeError|TypeError|SyntaxError)$/);
        }
        expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
      }),
      { numRuns: 5_000 },
    );
    expect(countBuiltIns()).toEqual(before);
  });

  test.each<[string, unknown[]]>([
    ["a slot on the prototype", [{}, [[Slot.Undefined, 1, "__proto__"]], {}]],
    ["a slot behind the prototype", [{}, [[Slot.Date, 1, "toString", 5]], {}]],
    ["the length of an array", [[], [[Slot.Number, 1, "length", "5"]], []]],
    ["an element far away", [[], [[Slot.Undefined, 1, 4_294_967_294]], []]],
    ["a part that does not exist", [0, [[Slot.Undefined, 7, 0]]]],
    ["a part by a name", [0, [[Slot.Undefined, "constructor", "name"]]]],
    ["a method of a built-in, by names", [0, [[Slot.Undefined, "constructor", "of"]]]],
    ["a link to nowhere", [0, [[Slot.Link, 0, 0, 3]]]],
    ["a link by a name", [0, [[Slot.Link, 0, 0, "map"]]]],
    ["an unknown kind", [0, [[31, 0, 0]]]],
    ["bytes of an unknown kind", [0, [[Slot.Bytes, 0, 0, "Function", "AAAA"]]]],
    ["bytes that do not fill their elements", [0, [[Slot.Bytes, 0, 0, "Float64Array", "AAAA"]]]],
    ["a number as the source of a pattern", [0, [[Slot.RegExp, 0, 0, 5, "g"]]]],
    ["an array of a length that none has", [0, [[PartKind.Sparse, 1, -1]], {}]],
    ["an error without text", [0, [[PartKind.Error, 1]], {}]],
    ["specials that are no list", [0, { length: 1 }]],
    ["a part that is no container", [0, [], "text"]],
  ])("is refused: %s", (_, wire) => {
    expect(() => restore(wire as unknown as Wire, hooks)).toThrow(Error);
  });
});

/** Properties of what a wire could reach by names. */
function countBuiltIns(): number[] {
  return [
    Object,
    Object.prototype,
    Array,
    Array.prototype,
    Function.prototype,
    Map.prototype,
    Date.prototype,
  ].map((builtIn) => Reflect.ownKeys(builtIn).length);
}
