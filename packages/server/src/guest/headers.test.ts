import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Headers as GuestHeaders, receiveHeaders } from "./headers.ts";

type AnyHeaders = GuestHeaders | Headers;
type Step = (headers: AnyHeaders) => unknown;

const name = fc.oneof(
  fc.constantFrom(
    "a",
    "A",
    "b",
    "Set-Cookie",
    "set-cookie",
    "x-long-name",
    "__proto__",
    "",
    "a b",
    "é",
    "€",
    "a:",
  ),
  fc.string({ maxLength: 3 }),
);
const value = fc.oneof(
  fc.constantFrom("", " x\t", "\r\n x", "a\nb", "a\rb", "a\0b", "é", "€", "a, b", "\x01"),
  fc.string({ maxLength: 6 }),
  fc.integer(),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(name, value).map(
    ([key, text]): Step =>
      (headers) =>
        headers.append(key, text as string),
  ),
  fc.tuple(name, value).map(
    ([key, text]): Step =>
      (headers) =>
        headers.set(key, text as string),
  ),
  name.map(
    (key): Step =>
      (headers) =>
        headers.delete(key),
  ),
  name.map(
    (key): Step =>
      (headers) =>
        headers.get(key),
  ),
  name.map(
    (key): Step =>
      (headers) =>
        headers.has(key),
  ),
);

describe("Headers", () => {
  test("any sequence of steps ends as it does in Node", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        expect(walk(new GuestHeaders(), steps)).toEqual(walk(new Headers(), steps));
      }),
      { numRuns: 3_000 },
    );
  });

  test.for<[string, () => unknown]>([
    ["nothing", () => undefined],
    ["a record", () => ({ "X-B": "2", a: 1, "set-cookie": "c" })],
    ["pairs", () => [["a", "1"], new Set(["A", "2"])]],
    ["a map", () => new Map([["a", "1"]])],
    ["a record with a symbol", () => ({ [Symbol("s")]: "1" })],
    ["an uneven pair", () => [["a"]]],
    ["a pair of text", () => ["ab"]],
    ["null", () => null],
    ["a text", () => "a"],
    ["a bad name in a record", () => ({ "a b": "1" })],
    ["a symbol as value", () => ({ a: Symbol("s") })],
  ])("is made from %s as in Node", ([, init]) => {
    expect(make(GuestHeaders, init())).toEqual(make(Headers, init()));
  });

  test("copies other headers, each cookie on its own", () => {
    const source = new GuestHeaders([
      ["b", "1"],
      ["set-cookie", "x=1"],
      ["Set-Cookie", "y=2"],
    ]);
    const copy = new GuestHeaders(source);
    copy.delete("b");
    expect(copy.getSetCookie()).toEqual(["x=1", "y=2"]);
    expect(source.get("b")).toBe("1");
  });

  test("headers of a received response cannot be changed, and a copy can", () => {
    const headers = receiveHeaders([["a", "1"]], true);
    expect(() => headers.set("a", "2")).toThrow(TypeError);
    expect(() => headers.append("b", "2")).toThrow(TypeError);
    expect(() => headers.delete("a")).toThrow(TypeError);
    expect(headers.get("a")).toBe("1");
    expect(() => new GuestHeaders(headers).set("a", "2")).not.toThrow();
  });
});

function walk(headers: AnyHeaders, steps: readonly Step[]): unknown {
  const answers = steps.map((take) => {
    try {
      return take(headers);
    } catch (error) {
      return (error as Error).name;
    }
  });
  const visited: unknown[] = [];
  headers.forEach((text, key) => visited.push([key, text]));
  return {
    answers,
    visited,
    entries: [...headers],
    keys: [...headers.keys()],
    values: [...headers.values()],
  };
}

function make(Constructor: new (init?: never) => AnyHeaders, init: unknown): unknown {
  try {
    return [...new Constructor(init as never)];
  } catch (error) {
    return (error as Error).name;
  }
}
