import { expect } from "vitest";
import { type BridgeCase, both, failureOf } from "./subject.ts";
import { withHoles } from "./values.ts";

const boom = (): never => {
  throw new Error("boom");
};

/** Every trap throws. */
const hostile = new Proxy({}, new Proxy({}, { get: () => boom }));

let millionKeys: Readonly<Record<string, number>> | undefined;

/** Made once for all bridges of a test file, because making it takes longer than any of them. */
function listMillionKeys(): Readonly<Record<string, number>> {
  millionKeys ??= Object.fromEntries(Array.from({ length: 1_000_000 }, (_, index) => [`key${index}`, index]));
  return millionKeys;
}

function createRevoked(): object {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

function nest(levels: number): object {
  let data: object = { end: true };
  for (let level = 0; level < levels; level++) data = level % 2 ? [data] : { next: data };
  return data;
}

class Account {
  owner = "ada";
  readonly #secret = 1;
  get secret(): number {
    return this.#secret;
  }
  close(): void {}
}

export const strangeDataCases: readonly BridgeCase[] = [
  {
    title: "reads own enumerable data properties only: no getter, symbol, prototype or hidden property",
    async run({ evaluate }) {
      const data = Object.create(
        { inherited: 1 },
        {
          plain: { value: 1, enumerable: true },
          hidden: { value: 2 },
          getter: { get: boom, enumerable: true },
          setter: { set: boom, enumerable: true },
          [Symbol("s")]: { value: 3, enumerable: true },
          symbol: { value: Symbol("v"), enumerable: true },
          list: {
            value: Object.defineProperty([1, 2, 3], 1, { get: boom, enumerable: true }),
            enumerable: true,
          },
        },
      ) as Record<string, unknown>;
      const code =
        "return [Object.keys(data), Object.getOwnPropertySymbols(data).length, data.inherited, data.hidden, data.getter, 'getter' in data, 1 in data.list, data.list.length]";
      expect(await evaluate(code, data)).toEqual(
        both([["plain", "list"], 0, undefined, undefined, undefined, false, false, 3]),
      );
    },
  },
  {
    title: "shows instances as what they own, and built-ins as what they are",
    async run({ evaluate }) {
      const data = {
        account: new Account(),
        bare: Object.assign(Object.create(null) as object, { x: 1 }),
        list: new (class extends Array<number> {})(1, 2),
        map: new (class extends Map<string, number> {})([["k", 1]]),
        error: new (class AppError extends Error {})("told", { cause: "untold" }),
        fake: Object.create(Date.prototype) as object,
        buffer: Buffer.from("hi"),
      };
      const code = `
        return [
          data.account, data.account.secret, data.account.close, data.account.constructor === Object,
          Object.getPrototypeOf(data.bare) === Object.prototype, data.bare.x,
          data.list.constructor === Array, data.list.length,
          data.map.constructor === Map, data.map.get("k"),
          data.error.constructor === Error, data.error.message, data.error.cause, data.error.stack,
          data.fake, data.buffer.constructor === Uint8Array, data.buffer.length,
        ]`;
      expect(await evaluate(code, data)).toEqual(
        both([
          { owner: "ada" },
          undefined,
          undefined,
          true,
          true,
          1,
          true,
          2,
          true,
          1,
          true,
          "told",
          undefined,
          "Error: told",
          {},
          true,
          2,
        ]),
      );
    },
  },
  {
    title: "leaves out what is no data",
    async run({ evaluate }) {
      const data = {
        promise: Promise.resolve(1),
        weak: new WeakMap(),
        generator: (function* () {})(),
        shared: new SharedArrayBuffer(1),
        list: [Symbol("s"), [].values(), 1],
      };
      expect(await evaluate("return [Object.keys(data), data.promise, data.list]", data)).toEqual(
        both([["list"], undefined, [undefined, undefined, 1]]),
      );
    },
  },
  {
    title: "reads a Proxy as its traps answer, and nothing where they throw",
    async run({ evaluate }) {
      const answering = new Proxy(
        { a: 1 },
        {
          ownKeys: () => ["a", "b"],
          getOwnPropertyDescriptor: (_, key) => ({
            value: `${String(key)}!`,
            enumerable: true,
            configurable: true,
          }),
          get: boom,
        },
      );
      const code =
        "return [data.answering.a, data.answering.b, Object.keys(data.hostile), data.hostile.x, Object.keys(data.revoked), data.list.length, data.after, JSON.stringify(data)]";
      const data = {
        answering,
        hostile,
        revoked: createRevoked(),
        list: new Proxy([1], { get: boom }),
        after: 1,
      };
      const [[a, b, ...rest]] = (await evaluate(code, data)) as [unknown[]];
      expect([a, b]).toEqual(["a!", "b!"]);
      expect(rest).toEqual([
        [],
        undefined,
        [],
        0,
        1,
        '{"answering":{"a":"a!","b":"b!"},"hostile":{},"revoked":{},"list":[],"after":1}',
      ]);
    },
  },
  {
    title: "does not call toJSON of the host",
    async run({ evaluate }) {
      const data = {
        own: { toJSON: () => "never", x: 1 },
        instance: new (class {
          y = 2;
          toJSON(): string {
            return boom();
          }
        })(),
        hidden: Object.defineProperty({ z: 3 }, "toJSON", { value: () => "never" }),
      };
      const code = "return [data.own.x, data.instance.y, data.hidden.z, Object.keys(data.own)]";
      expect(await evaluate(code, data)).toEqual(both([1, 2, 3, ["toJSON", "x"]]));
    },
  },
  {
    title: "walks cycles of every kind",
    async run({ evaluate }) {
      const list: unknown[] = [];
      const map = new Map<unknown, unknown>();
      const data: Record<string, unknown> = { list, map, child: { list } };
      (data["child"] as Record<string, unknown>)["parent"] = data;
      list.push(list, data["child"], data);
      map.set("self", map).set("data", data);
      const code = `
        return [
          data.child.parent === data, data.list[0] === data.list || data.list[0][0][1].parent === data, data.list[1].parent.child.parent === data,
          data.list[2] === data, data.map.get("self").get("self") === data.map.get("self"), data.map.get("data") === data,
        ]`;
      expect(await evaluate(code, data)).toEqual(both([true, true, true, true, true, true]));
    },
  },
  {
    title: "copies cycles of the host back as cycles",
    async run({ evaluate }) {
      const data: Record<string, unknown> = { name: "c" };
      data["self"] = data;
      for (const result of (await evaluate("return [data.self]", data)) as (typeof data)[][]) {
        expect(result[0]?.["self"]).toBe(result[0]);
        expect(result[0]).not.toBe(data);
      }
    },
  },
  {
    title: "keeps own keys that elsewhere are special",
    async run({ evaluate }) {
      const data = JSON.parse(
        '{"o": {"__proto__": {"polluted": 1}, "constructor": "c", "hasOwnProperty": "h", "toString": "t", "length": 5, "then": 1}}',
      ) as Record<string, unknown>;
      const code =
        "const o = data.o; return [Object.keys(o), o.polluted, Object.hasOwn(o, '__proto__'), o['__proto__'], o.constructor, o.hasOwnProperty, o.toString, o.length, o.then, ({}).polluted]";
      expect(await evaluate(code, data)).toEqual(
        both([
          ["__proto__", "constructor", "hasOwnProperty", "toString", "length", "then"],
          undefined,
          true,
          { polluted: 1 },
          "c",
          "h",
          "t",
          5,
          1,
          undefined,
        ]),
      );
    },
  },
  {
    title: "walks sparse arrays without visiting their holes",
    async run({ evaluate }) {
      const huge: unknown[] = [];
      huge.length = 4_294_967_295;
      huge[7] = "seven";
      huge[3_000_000_000] = "far";
      const code =
        "return [data.huge.length, Object.keys(data.huge), data.huge[3000000000], data.huge[5], 6 in data.huge, 7 in data.huge, data.some, 1 in data.some, data.none.length, data.none[0]]";
      expect(
        await evaluate(code, { huge, some: withHoles(1, 3), none: Object.assign([], { length: 5 }) }),
      ).toEqual(
        both([
          4_294_967_295,
          ["7", "3000000000"],
          "far",
          undefined,
          false,
          true,
          withHoles(1, 3),
          false,
          5,
          undefined,
        ]),
      );
    },
  },
  {
    title: "walks 100,000 levels, and refuses to copy them",
    unless: "isDistant",
    async run({ create }) {
      await using bridge = create({ timeoutMs: 20_000 });
      const data = { deep: nest(100_000) };
      const code =
        "let levels = 0; for (let at = data.deep; at && !at.end; at = at.next ?? at[0]) levels++; return levels";
      expect(await bridge.execute(code, data)).toBe(100_000);
      const { code: refusal, message } = await failureOf(() => bridge.execute("return data.deep", data));
      expect(refusal).toBe("BRIDGE_RESULT");
      expect(message).toMatch(/nested deeper than 10000 levels$/);
    },
  },
  {
    title: "finds one of a million keys",
    async run({ evaluate }) {
      const many = listMillionKeys();
      expect(
        await evaluate("return [data.many.key999999, data.many.nope, 'key5' in data.many]", { many }),
      ).toEqual(both([999_999, undefined, true]));
    },
  },
  {
    title: "carries texts that are no text: lone surrogates, control characters, separators",
    async run({ evaluate }) {
      const text = '\ud800x\udc00\u0000\u2028\u2029\ufeff\\"\n{{[\u007f';
      const data = { text, [text]: { [text]: text } };
      expect(
        await evaluate(
          "const [, key] = Object.keys(data); return [data.text, data[key][data.text], data.text.charCodeAt(0), data]",
          data,
        ),
      ).toEqual(both([text, text, 0xd800, data]));
    },
  },
  {
    title: "takes an array or an instance as the data itself",
    async run({ bridge }) {
      const list = [1, { two: 2 }] as unknown as Record<string, unknown>;
      expect(
        await bridge.execute("return [Array.isArray(data), data.length, data[1].two, data]", list),
      ).toEqual([true, 2, 2, [1, { two: 2 }]]);
      expect(
        await bridge.execute("return data", new Account() as unknown as Record<string, unknown>),
      ).toEqual({ owner: "ada" });
    },
  },
];
