import { expect } from "vitest";
import { type BridgeCase, failureOf } from "./subject.ts";

export const lifecycleCases: readonly BridgeCase[] = [
  {
    title: "starts by itself, or when it is told, any number of times",
    async run({ create }) {
      await using lazy = create();
      expect(await lazy.execute("return 1")).toBe(1);
      await using told = create();
      await Promise.all([told.initialize(), told.initialize(), told.execute("return 1")]);
      await told.initialize();
      expect(await told.execute("return 2")).toBe(2);
    },
  },
  {
    title: "runs what a layer above brings along, after the bundle of its options and in every later realm",
    unless: "isDistant",
    async run({ create }) {
      await using bridge = create({ guestBundle: "globalThis.steps = ['options'];", timeoutMs: 500 });
      await bridge.initialize({ bundle: "steps.push('runtime');" });
      expect(await bridge.execute("return steps")).toEqual(["options", "runtime"]);
      expect(await failureOf(() => bridge.execute("for (;;);"))).toMatchObject({ code: "BRIDGE_TIMEOUT" });
      expect(await bridge.execute("return steps")).toEqual(["options", "runtime"]);
    },
  },
  {
    title: "tells how much memory its engine holds, where that can be known",
    async run({ create }) {
      const bridge = create();
      expect(bridge.memoryMb()).toBeUndefined();
      await bridge.execute("return 1");
      const held = bridge.memoryMb();
      if (held !== undefined) expect(held).toBeGreaterThan(0.1);
      await bridge.dispose();
      expect(bridge.memoryMb()).toBeUndefined();
    },
  },
  {
    title: "says when it cannot run at once",
    async run({ create }) {
      await using bridge = create();
      expect(await failureOf(() => bridge.executeSync("return 1"))).toMatchObject({
        code: "BRIDGE_NOT_SYNCHRONOUS",
      });
      await bridge.initialize();
      if (bridge.isSynchronous) expect(bridge.executeSync("return 1")).toBe(1);
      else
        expect(await failureOf(() => bridge.executeSync("return 1"))).toMatchObject({
          code: "BRIDGE_NOT_SYNCHRONOUS",
        });
    },
  },
  {
    title: "gives turns to executions that are asked for together",
    async run({ bridge }) {
      using first = bridge.openScope({ list: [1, 2, 3], slow: () => 1 });
      using second = bridge.openScope({ list: ["a"] });
      const runs = Array.from({ length: 50 }, (_, index) =>
        (index % 2 ? second : first).execute(`return [${index % 7}, data.list.at(-1)]`),
      );
      expect(await Promise.all(runs)).toEqual(runs.map((_, index) => [index % 7, index % 2 ? "a" : 3]));
      const mixed = await Promise.allSettled([
        bridge.execute("throw 1"),
        bridge.execute("return 1"),
        bridge.execute("}"),
        bridge.execute("return 2"),
      ]);
      expect(mixed.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected", "fulfilled"]);
    },
  },
  {
    title: "forgets old code and old scopes, and knows them again",
    unless: "isDistant",
    async run({ create }) {
      await using bridge = create({ timeoutMs: 20_000 });
      using kept = bridge.openScope({ n: 1 });
      for (let round = 0; round < 2; round++) {
        for (let index = 0; index < 1_100; index++)
          expect(await kept.execute(`return data.n + ${index}`)).toBe(1 + index);
      }
      for (let index = 0; index < 500; index++) {
        using scope = bridge.openScope({ list: Array.from({ length: 2_000 }, () => index) });
        expect(await scope.execute("return data.list[1999]")).toBe(index);
      }
      expect(await kept.execute("return data.n")).toBe(1);
    },
  },
  {
    title: "refuses a scope that is closed",
    async run({ bridge }) {
      const scope = bridge.openScope({ n: 1 });
      expect(await scope.execute("return data.n")).toBe(1);
      const waiting = failureOf(() => scope.execute("return data.n"));
      scope.dispose();
      scope.dispose();
      expect(await waiting).toMatchObject({ code: "BRIDGE_DISPOSED" });
      const refused = { code: "BRIDGE_DISPOSED", message: "the scope was used after it had been disposed" };
      expect(await failureOf(() => scope.execute("return 1"))).toMatchObject(refused);
      expect(await failureOf(() => scope.executeSync("return 1"))).toMatchObject(refused);
    },
  },
  {
    title: "refuses all when it is disposed, started or not, and disposes twice",
    async run({ create }) {
      for (const isStarted of [true, false]) {
        const bridge = create();
        if (isStarted) await bridge.initialize();
        const scope = bridge.openScope({ n: 1 });
        expect(bridge.isDisposed()).toBe(false);
        await Promise.all([bridge.dispose(), bridge.dispose()]);
        await bridge.dispose();
        expect(bridge.isDisposed()).toBe(true);
        const refused = {
          code: "BRIDGE_DISPOSED",
          message: "the bridge was used after it had been disposed",
        };
        const uses: (() => unknown)[] = [
          () => bridge.initialize(),
          () => bridge.execute("return 1"),
          () => bridge.executeSync("return 1"),
          () => bridge.openScope({}),
          () => scope.execute("return 1"),
          () => scope.executeSync("return 1"),
        ];
        for (const use of uses) expect(await failureOf(use)).toMatchObject(refused);
        scope.dispose();
      }
    },
  },
  {
    title: "fails what is under way when it is disposed",
    unless: "isImmediate",
    async run({ create }) {
      const bridge = create({ timeoutMs: 60_000 });
      await bridge.initialize();
      const { promise: started, resolve: start } = Promise.withResolvers<void>();
      const running = failureOf(() => bridge.execute("data.start(); for (;;);", { start: () => start() }));
      const waiting = failureOf(() => bridge.execute("return 1"));
      await started;
      await bridge.dispose();
      for (const failure of await Promise.all([running, waiting]))
        expect(failure.code).toBe("BRIDGE_DISPOSED");
    },
  },
];
