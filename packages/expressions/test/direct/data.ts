import fc from "fast-check";
import type { HostData } from "@skerry/sandbox/bridges";

/** Keys of generated data. Some mean something in JavaScript. */
export const KEYS = [
  "a",
  "b",
  "list",
  "name",
  "n",
  "length",
  "constructor",
  "__proto__",
  "toString",
  "0",
] as const;

/** Counts what it should never count. */
export interface Alarm {
  rings: number;
}

/** A fresh value of some kind each time. */
type Make = (alarm: Alarm) => unknown;

/** What only a guest can tell about, or nobody. */
const STRANGE: readonly Make[] = [
  (alarm) =>
    Object.defineProperty({ a: 1 }, "b", {
      enumerable: true,
      get: () => ++alarm.rings,
    }),
  (alarm) => Object.defineProperty([1, 2, 3], 1, { enumerable: true, get: () => ++alarm.rings }),
  (alarm) =>
    Object.defineProperty([1, 2, 3], 1, {
      enumerable: true,
      set() {
        alarm.rings++;
      },
    }),
  (alarm) => ({ a: 1, toJSON: () => ++alarm.rings }),
  (alarm) => ({ a: 2, valueOf: () => ++alarm.rings, toString: () => `${++alarm.rings}` }),
  (alarm) =>
    Object.assign([1, 2], {
      toString: () => `${++alarm.rings}`,
      constructor: { [Symbol.species]: () => ++alarm.rings },
    }),
  (alarm) => () => ++alarm.rings,
  () => Object.defineProperty({ a: 1 }, "n", { enumerable: false, value: 2 }),
  () => Object.defineProperty([1, 2], 0, { enumerable: false }),
  () => new Date(1_700_000_000_000),
  () => new Date(NaN),
  () => /x/g,
  () => new Map([["a", 1]]),
  () => new Set([1, "a"]),
  () =>
    new (class Point {
      a = 1;
      list = [1];
    })(),
  () => new (class List extends Array<number> {})(3, 4),
  () => Object.assign([1, 2], { name: "named" }),
  () => Object.assign(Object.create(null) as object, { a: 1, constructor: 2 }),
  () => Object.create({ a: 1 }) as object,
  () => Object.setPrototypeOf([1, 2], Object.prototype) as unknown,
  () => Object.setPrototypeOf(["x"], null) as unknown,
  () => Symbol("s"),
  () => ({ a: Symbol("s"), [Symbol("k")]: 1, b: 2 }),
  () => 10n,
  () => Promise.resolve(1),
  () => new Uint8Array([1, 2]),
  () => new Error("e"),
  () => Object("boxed") as unknown,
  () => Object.assign([1], { 2: 3 }),
  () => Object.assign([], { length: 5 }),
  () => new Proxy({ a: 1, list: [1] }, {}),
  () => new Proxy([1, { a: 2 }], {}),
  () =>
    new Proxy(
      { a: 1 },
      {
        getOwnPropertyDescriptor() {
          throw new Error("trap");
        },
      },
    ),
  () => {
    const { proxy, revoke } = Proxy.revocable({ a: 1 }, {});
    revoke();
    return proxy;
  },
  () => {
    const cycle: Record<string, unknown> = { a: 1 };
    cycle["b"] = cycle;
    return cycle;
  },
  () => {
    const shared = { a: 1 };
    return { a: shared, b: shared, list: [shared, shared] };
  },
  () => JSON.parse('{"__proto__": {"a": 1}, "constructor": "own", "b": {"__proto__": 5}}') as object,
];

const TEXTS = [
  "",
  "ada lovelace",
  "Ünïcode ß ﬁ",
  "\ud800",
  "a,b,c",
  "12",
  " 1.5 ",
  "0x10",
  "$& $1",
  "\u2028é",
  "NO",
];
const NUMBERS = [
  0,
  -0,
  1,
  2,
  -1,
  1.005,
  2.5,
  -2.5,
  1e21,
  1e-7,
  4_294_967_295,
  NaN,
  Infinity,
  -Infinity,
  2 ** 53,
];

const primitive = fc.oneof(
  fc.constantFrom<unknown>(...TEXTS, ...NUMBERS, true, false, null, undefined),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.double(),
  fc.integer({ min: -3, max: 12 }),
);

const { value: plainValue } = fc.letrec<{ value: unknown; list: unknown; record: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: "small", withCrossShrink: true }, primitive, tie("list"), tie("record")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  record: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...KEYS), tie("value")), { maxLength: 5, selector: ([key]) => key })
    .map((entries) => Object.fromEntries(entries)),
}));

/** A place in the data, and what makes the strange value for it. */
const strangeField = fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(...STRANGE));

/** Data of a host, with an alarm in all that must not be run. */
export const hostData: fc.Arbitrary<{ data: HostData; alarm: Alarm }> = fc
  .record({
    plain: plainValue,
    items: fc.array(
      fc.record({
        a: primitive,
        n: fc.integer({ min: -5, max: 5 }),
        list: fc.array(primitive, { maxLength: 3 }),
      }),
      {
        maxLength: 5,
      },
    ),
    x: plainValue,
    strange: fc.option(strangeField, { nil: undefined }),
    atRoot: fc.boolean(),
  })
  .map(({ plain, items, x, strange, atRoot }) => {
    const alarm = { rings: 0 };
    const own = typeof plain === "object" && plain !== null && !Array.isArray(plain) ? plain : { a: plain };
    const json = Object.fromEntries([...Object.entries(own), ["items", items]]);
    if (strange) {
      const [key, make] = strange;
      Object.defineProperty(json, key, {
        value: make(alarm),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    const data: Record<string, unknown> = { $json: json, x };
    if (atRoot && strange) data["y"] = strange[1](alarm);
    return { data, alarm };
  });
