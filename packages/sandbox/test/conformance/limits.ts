import { expect } from "vitest";
import { type BridgeCase, both, failureOf } from "./subject.ts";

/** What a loaded machine may add; these programs would run for ever. */
const TOLERANCE_MS = 15_000;

export const limitCases: readonly BridgeCase[] = [
  {
    title: "end code that does not end, and leave the bridge usable",
    async run({ fail, evaluate }) {
      const endless = [
        "for (;;);",
        "for (;;) try { for (;;); } catch {} finally { continue }",
        "return { get x() { for (;;); } }",
        "Promise.resolve().then(() => { for (;;); }); return 1",
        "let p = Promise.resolve(); (function f() { p = p.then(f) })(); return 1",
      ];
      for (const code of endless) {
        const startedAt = performance.now();
        for (const failure of await fail(code, {}, { timeoutMs: 100 })) {
          const message = "the code ran longer than 100 ms, its limit timeoutMs";
          expect([code, failure]).toEqual([code, { code: "BRIDGE_TIMEOUT", message, guestName: undefined }]);
        }
        expect(performance.now() - startedAt).toBeLessThan(200 + TOLERANCE_MS);
        expect(await evaluate("return data.x", { x: [1] })).toEqual(both([1]));
      }
    },
  },
  {
    title: "count the time inside host functions",
    async run({ fail, bridge }) {
      const wait = (): void => {
        for (const end = performance.now() + 60; performance.now() < end;);
      };
      for (const { code } of await fail(
        "for (let i = 0; i < 20; i++) data.wait(); return 1",
        { wait },
        { timeoutMs: 200 },
      ))
        expect(code).toBe("BRIDGE_TIMEOUT");
      expect(await bridge.execute("data.wait(); return 1", { wait })).toBe(1);
    },
  },
  {
    title: "take a shorter time for one execution, never a longer one",
    async run({ create }) {
      await using bridge = create({ timeoutMs: 100 });
      const startedAt = performance.now();
      expect(await failureOf(() => bridge.execute("for (;;);", {}, { timeoutMs: 60_000 }))).toMatchObject({
        code: "BRIDGE_TIMEOUT",
        message: "the code ran longer than 100 ms, its limit timeoutMs",
      });
      expect(performance.now() - startedAt).toBeLessThan(30_000);
    },
  },
  {
    title: "end code that takes all memory, and start clean",
    unless: "isUnbounded",
    async run({ create }) {
      await using bridge = create({ memoryLimitMb: 32, timeoutMs: 20_000 });
      using scope = bridge.openScope({ n: [1, 2, 3] });
      expect(await scope.execute("return data.n[2]")).toBe(3);
      expect(
        await failureOf(() =>
          scope.execute("const all = []; for (let i = 0; ; i++) all.push({ i, list: [i] })"),
        ),
      ).toMatchObject({ code: "BRIDGE_MEMORY" });
      // The scope outlives the realm that knew it.
      expect(await scope.execute("return data.n[2]")).toBe(3);
    },
  },
  {
    title: "are checked when they are given",
    async run({ create, bridge }) {
      for (const options of [
        { memoryLimitMb: 7 },
        { memoryLimitMb: NaN },
        { timeoutMs: 0 },
        { timeoutMs: -1 },
        { timeoutMs: Infinity },
        { timeoutMs: NaN },
      ]) {
        expect(() => create(options)).toThrow(RangeError);
      }
      await expect(bridge.execute("return 1", {}, { timeoutMs: 0 })).rejects.toThrow("timeoutMs is 0");
      await expect(bridge.execute(1 as never)).rejects.toThrow("code is number");
      await expect(bridge.execute("return 1", null as never)).rejects.toThrow("data is null");
      await expect(bridge.execute("return 1", (() => 1) as never)).rejects.toThrow("data is function");
    },
  },
];
