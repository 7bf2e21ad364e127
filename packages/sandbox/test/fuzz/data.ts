import fc from "fast-check";
import { type Text, anyString, quote, word } from "./text.ts";

/**
 * Source text of host data, twice: as the host has it, and as code must see it by `docs/bridges.md`. The second one may
 * call `crossing(f)`, which makes of a function of the host what the guest has in its place.
 */
export interface DataText {
  readonly host: string;
  readonly guest: string;
}

type Data = fc.Arbitrary<DataText>;

const MAX_DEPTH = 4;
const KEYS = ["a", "b", "c", "d", "0", "1", "id", "tags", "x y", "", "length", "size", "then", "toString"];
const SPECIAL_KEYS = ["constructor", "hasOwnProperty", "valueOf", "toJSON"];

const key = word(...KEYS, ...SPECIAL_KEYS).map((name) => `[${quote(name)}]`);

/** An own property that `Object.assign` would make a prototype of: of nothing that the realm freezes. */
const prototypeKey: Data = word("1", "{ a: 1 }", "null").map((value) => same(`["__proto__"]: ${value}`));

const leaf: Data = fc
  .oneof(
    word(
      "0",
      "1",
      "null",
      "undefined",
      "true",
      "NaN",
      "-0",
      "Infinity",
      "-1.5",
      "1e21",
      "5e-324",
      "2n ** 70n",
      "-1n",
    ),
    anyString,
    fc.double().map((value) => (Object.is(value, -0) ? "-0" : String(value))),
    word(
      "new Date(0)",
      "new Date(1e12)",
      "new Date(NaN)",
      "/a+/gi",
      "/\\//",
      "new RegExp('')",
      "/(?<n>x)|[/]/u",
    ),
    word(
      "new Error('e')",
      "new TypeError('')",
      "new RangeError('\\ud800')",
      "Object(1)",
      "Object('text')",
      "Object(2n)",
    ),
    word(
      "new Uint8Array([1, 255])",
      "new Float64Array([0.5, NaN, -0])",
      "new BigInt64Array([-1n])",
      "new Uint16Array([1, 2, 3]).subarray(1)",
      "new Uint8Array([9, 8]).buffer",
      "new DataView(new ArrayBuffer(3))",
    ),
    // Long enough to travel alone.
    word('"long ".repeat(2000)', "new Uint8Array(5000)"),
  )
  .map(same);

/** Element number `i` of something long. */
const item = word(
  "i",
  '"row " + i',
  '({ id: i, name: "row " + i, tags: [i, { deep: [i] }] })',
  "[i, [i]]",
  "i % 7 ? i : undefined",
  '"x".repeat((i * 7) % 300)',
  "i % 5 ? { a: i } : [i]",
  "new Date(i)",
  "i % 2 ? NaN : -0",
  "({ a: { b: { c: { d: i } } } })",
);
const length = word("0", "1", "5", "60", "255", "256", "257", "600");

/** Kinds of host data that code does not see as they are. */
const strange: Data = fc.constantFrom<DataText>(
  {
    host: "{ get a() { throw 1 }, set b(v) {}, [Symbol('c')]: 1, d: Symbol('d'), id: 1 }",
    guest: "{ id: 1 }",
  },
  {
    host: "Object.create({ a: 1 }, { b: { value: 2 }, c: { value: 3, enumerable: true } })",
    guest: "{ c: 3 }",
  },
  { host: "new (class { a = 1; #b = 2; get c() { return 3 } d() {} })()", guest: "{ a: 1 }" },
  { host: "Object.assign(Object.create(null), { a: [1] })", guest: "{ a: [1] }" },
  { host: "new (class extends Array {})(1, 2, 3)", guest: "[1, 2, 3]" },
  { host: "new (class extends Map {})([[1, 2]])", guest: "new Map([[1, 2]])" },
  { host: "new (class extends Date {})(5)", guest: "new Date(5)" },
  { host: "Object.assign([1, 2], { extra: 3 })", guest: "[1, 2]" },
  { host: "new Proxy({ a: 1, b: { c: [2] } }, {})", guest: "{ a: 1, b: { c: [2] } }" },
  { host: "new Proxy([1, { a: 2 }], {})", guest: "[1, { a: 2 }]" },
  { host: "new Proxy({ a: 1 }, { ownKeys() { throw 1 } })", guest: "{}" },
  { host: "{ a: Promise.resolve(1), b: new WeakMap(), c: (function* () {})(), id: 1 }", guest: "{ id: 1 }" },
  { host: "[Symbol('s'), [].values(), 1]", guest: "[undefined, undefined, 1]" },
  { host: "Object.freeze({ a: Object.freeze([1]) })", guest: "{ a: [1] }" },
  { host: "Object.create(Date.prototype)", guest: "{}" },
  {
    host: "{ toJSON: () => 'json', toString: () => 'text' }",
    guest: "{ toJSON: crossing(() => 'json'), toString: crossing(() => 'text') }",
  },
);

/** Apart, because engines list an error's own names in different orders. */
const strangeError: Data = fc.constant({
  host: "new (class Odd extends Error { name = 'Odd'; extra = 1 })('m', { cause: 1 })",
  guest:
    "Object.defineProperty(new Error('m'), 'name', { value: 'Odd', writable: true, configurable: true })",
});

/** Data that leads back into itself. */
const ring: Data = fc
  .constantFrom(
    "{ list: [] }",
    "(() => { const o = { a: 1, list: [1] }; o.self = o; return o })()",
    "(() => { const list = [1]; list.push(list); return { list } })()",
    "(() => { const o = { list: [{ a: 1 }] }; o.list[0].c = o; return o })()",
    "(() => { const o = { b: new Map(), list: [] }; o.b.set('a', o.b); o.b.set(o, 1); return o })()",
    "(() => { const o = { list: [], a: 'x'.repeat(9000) }; for (let i = 0; i < 300; i++) o.list.push({ id: i, tags: o }); return o })()",
  )
  .map(same);

const tree = fc.letrec<Record<"value" | "record" | "list", DataText>>((tie) => {
  const [value, record, list] = [tie("value"), tie("record"), tie("list")];
  return {
    value: fc.oneof(
      { maxDepth: MAX_DEPTH, depthIdentifier: "data", withCrossShrink: true },
      leaf,
      record,
      list,
      data`new Map([${joinedData(data`[${value}, ${value}]`, 3)}])`,
      data`new Set([${joinedData(value, 3)}])`,
      data`(${fc.oneof(strange, strangeError)})`,
    ),
    record: data`({ ${joinedData(fc.oneof({ weight: 9, arbitrary: data`${key}: ${value}` }, prototypeKey), 5)} })`,
    list: data`[${joinedData(fc.oneof({ weight: 5, arbitrary: value }, fc.constant(same(""))), 5)}]`,
  };
});

/** What all programs have as `data`. */
export const hostData: Data = data`({
    any: ${tree.value},
    record: ${tree.record},
    tree: { a: ${tree.value}, b: ${tree.record}, c: { a: { b: ${tree.record} } } },
    list: ${tree.list},
    rows: Array.from({ length: ${length} }, (_, i) => ${item}),
    wide: Object.fromEntries(Array.from({ length: ${length} }, (_, i) => ["k" + i, ${item}])),
    sized: { a: ${tree.value}, b: "x".repeat(${length}), c: ${tree.value}, d: Array.from({ length: ${length} }, (_, i) => ${item}) },
    sparse: ${word("[]", "[1, , 3, ,]", "Object.assign([], { length: 5000, 7: 7 })")},
    map: new Map([${joinedData(data`[${tree.value}, ${tree.value}]`, 4)}]),
    set: new Set([${joinedData(tree.value, 4)}]),
    text: ${anyString},
    when: new Date(${word("0", "1e12", "-1", "NaN")}),
    pattern: ${word("/a/", "/[a-z]/gi", "/\\d|./s")},
    bytes: new ${word("Uint8Array", "Uint8ClampedArray", "Int16Array", "Float32Array")}([1, 300, -1]),
    fault: new ${word("Error", "TypeError")}("fault"),
    n: ${word("0", "-0", "1.5", "NaN")},
    strange: ${strange},
    ring: ${ring},
    ${hostFunction("echo", "(first, second) => first")},
    ${hostFunction("count", "(...given) => given.length")},
    ${hostFunction("fail", "() => { throw new RangeError('failed') }")},
    ${hostFunction("give", "(first) => ({ first, list: [1, , -0], map: new Map([[first, 1n]]) })")},
  })`;

function hostFunction(name: string, source: string): Data {
  return fc.constant({ host: `${name}: ${source}`, guest: `${name}: crossing(${source})` });
}

/** A template of data; its gaps are data, or text that is the same on both sides. */
function data(pieces: TemplateStringsArray, ...gaps: readonly (Data | Text)[]): Data {
  return fc.tuple(...gaps).map((texts) => {
    const both = texts.map((text) => (typeof text === "string" ? same(text) : text));
    const fill = (side: keyof DataText): string =>
      String.raw({ raw: pieces }, ...both.map((text) => text[side]));
    return { host: fill("host"), guest: fill("guest") };
  });
}

function joinedData(item: Data, maxLength: number): Data {
  return fc.array(item, { maxLength }).map((texts) => ({
    host: texts.map(({ host }) => host).join(", "),
    guest: texts.map(({ guest }) => guest).join(", "),
  }));
}

function same(text: string): DataText {
  return { host: text, guest: text };
}
