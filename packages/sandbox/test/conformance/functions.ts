import { expect } from "vitest";
import { CapabilityError } from "../../src/capability.ts";
import { BridgeError } from "../../src/bridges/errors.ts";
import { type BridgeCase, both, failureOf } from "./subject.ts";

export const functionCases: readonly BridgeCase[] = [
  {
    title: "are called at once, with data, wherever they are",
    async run({ evaluate }) {
      const data = {
        add: (a: number, b: number) => a + b,
        nested: { list: [{ twice: (n: number) => n * 2 }] },
        many: (...args: unknown[]) => args.length,
        nothing: () => {},
        self(this: unknown) {
          return this === undefined;
        },
      };
      const code =
        "return [data.add(1, 2), [1, 2].map(data.nested.list[0].twice), data.many(), data.many(undefined, null), data.nothing(), data.self(), typeof data.add, data.add === data.add]";
      expect(await evaluate(code, data)).toEqual(both([3, [2, 4], 0, 2, undefined, true, "function", true]));
    },
  },
  {
    title: "get copies: of what the code made, and of the host's own objects",
    async run({ bridge }) {
      const own = { n: 1, list: [1, 2, 3] };
      const given: unknown[] = [];
      const data = { own, take: (...args: unknown[]) => given.push(...args) };
      await bridge.execute(
        "data.take(data.own, data.own.list, { made: data.own }); data.own.n = 2; data.take(data.own)",
        data,
      );
      expect(given).toEqual([own, own.list, { made: own }, { n: 2, list: [1, 2, 3] }]);
      expect(given[0]).not.toBe(own);
      expect(own.n).toBe(1);
    },
  },
  {
    title: "give copies, large ones too",
    async run({ evaluate }) {
      const rows = Array.from({ length: 10_000 }, (_, id) => ({ id }));
      const data = {
        rows: () => rows,
        cycle: () => {
          const made: unknown[] = [];
          made.push(made);
          return made;
        },
      };
      expect(
        await evaluate(
          "const all = data.rows(); all[0].id = -1; const c = data.cycle(); return [all.length, all.at(-1).id, data.rows()[0].id, c[0] === c]",
          data,
        ),
      ).toEqual(both([10_000, 9_999, 0, true]));
      expect(rows[0]?.id).toBe(0);
    },
  },
  {
    title: "fail with name and message, and a code where it is meant for guests; nothing else crosses",
    async run({ evaluate, fail }) {
      const fail_ = (error: unknown) => (): never => {
        throw error;
      };
      const data = {
        type: fail_(new TypeError("bad type")),
        own: fail_(
          Object.assign(new Error("refused"), { name: "Refused", code: "E_HOST", path: "/etc/passwd" }),
        ),
        coded: fail_(new CapabilityError("QUOTA", "too many calls")),
        thing: fail_({ secret: 1 }),
        sly: fail_(Object.defineProperty(new Error("x"), "message", { get: () => "from a getter" })),
      };
      const code = `
        const seen = [];
        for (const name of Object.keys(data)) {
          try { data[name]() } catch (error) {
            seen.push([error instanceof Error, error instanceof TypeError, error.name, error.message, error.code, error.stack, Object.keys(error)]);
          }
        }
        return seen`;
      expect(await evaluate(code, data)).toEqual(
        both([
          [true, true, "TypeError", "bad type", undefined, "TypeError: bad type", []],
          [true, false, "Refused", "refused", undefined, "Refused: refused", []],
          [true, false, "CapabilityError", "too many calls", "QUOTA", "CapabilityError: too many calls", []],
          [
            true,
            false,
            "Error",
            "the host function threw no error",
            undefined,
            "Error: the host function threw no error",
            [],
          ],
          [true, false, "Error", "", undefined, "Error: ", []],
        ]),
      );
      expect(await fail("data.own()", data)).toEqual(
        both({ code: "BRIDGE_SCRIPT", message: "refused", guestName: "Refused" }),
      );
      const nested = { run: fail_(new BridgeError("BRIDGE_TIMEOUT", "of another bridge")) };
      expect(await fail("data.run()", nested)).toEqual(
        both({ code: "BRIDGE_TIMEOUT", message: "of another bridge", guestName: undefined }),
      );
    },
  },
  {
    title: "take and give only what can cross",
    async run({ fail, evaluate }) {
      const data = {
        take() {},
        f: () => () => 1,
        promise: () => Promise.reject(new Error("late")),
        deep: () => ({ list: [Symbol("s")] }),
      };
      const refused = (message: string): unknown =>
        both({ code: "BRIDGE_DATA", message, guestName: undefined });
      expect(await fail("data.take(1, { cb: () => 1 })", data)).toEqual(
        refused(
          "the arguments of a host function: the value at [1].cb is a function, and only data can cross",
        ),
      );
      expect(await fail("data.f()", data)).toEqual(
        refused("the value that a host function gave back is a function, and only data can cross"),
      );
      expect(await fail("data.promise()", data)).toEqual(
        refused("the value that a host function gave back is a promise: await it"),
      );
      expect(await fail("data.deep()", data)).toEqual(
        refused("the value that a host function gave back at .list[0] is a symbol, and only data can cross"),
      );
      expect(
        await evaluate("try { data.f() } catch (error) { return [error.name, error.code] }", data),
      ).toEqual(both(["BridgeError", "BRIDGE_DATA"]));
    },
  },
  {
    title: "show nothing of the host through themselves",
    async run({ evaluate }) {
      const f = Object.assign(() => 1, { secret: 1 });
      const code = `
        const { f } = data;
        const tried = [f.secret, f.prototype, f.caller, f.arguments, Object.getOwnPropertyNames(f).length <= 2, f.constructor === Function];
        try { new f() } catch (error) { tried.push(error.name) }
        return tried`.replace("f.caller, f.arguments, ", "");
      expect(await evaluate(code, { f })).toEqual(both([undefined, undefined, true, true, "TypeError"]));
    },
  },
  {
    title: "may ask the bridge for more only when it rests",
    async run({ bridge }) {
      const later: Promise<unknown>[] = [];
      let refused: Promise<unknown> | undefined;
      const data = {
        ask: () => {
          refused = failureOf(() => bridge.executeSync("return 1"));
          later.push(bridge.execute("return 2"));
        },
      };
      expect(await bridge.execute("data.ask(); return 3", data)).toBe(3);
      expect(await Promise.all(later)).toEqual([2]);
      expect(await refused).toMatchObject({
        code: bridge.isSynchronous ? "BRIDGE_BUSY" : "BRIDGE_NOT_SYNCHRONOUS",
      });
    },
  },
];
