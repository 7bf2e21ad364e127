import { setTimeout as sleep } from "node:timers/promises";
import { stop as stopEsbuild } from "esbuild";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { killRunners } from "../../test/bridge-runners.ts";
import { listRunners } from "../../test/processes.ts";
import type { RuntimeBridge } from "../bridges/bridge.ts";
import type { BridgeError } from "../bridges/errors.ts";
import { ProcessBridge } from "../bridges/process-bridge.ts";
import { QuickJsBridge } from "../bridges/quickjs-bridge.ts";
import { type BridgePool, createBridgePool } from "./bridge-pool.ts";
import type { BridgeLease } from "./lease.ts";
import type { BridgePoolOptions } from "./options.ts";
import type { BridgePoolStats } from "./stats.ts";

afterAll(stopEsbuild);

/** Long enough for what a test does between two looks, short enough to wait for. */
const SHORT_IDLE_MS = 150;

interface TestPool extends BridgePool {
  /** Every bridge that was made, in order. */
  readonly made: readonly RuntimeBridge[];
  readonly failures: readonly unknown[];
}

function createPool({
  createBridge = () => new QuickJsBridge(),
  ...options
}: Partial<BridgePoolOptions> = {}): TestPool {
  const made: RuntimeBridge[] = [];
  const failures: unknown[] = [];
  const pool = createBridgePool({
    createBridge: () => {
      const bridge = createBridge();
      made.push(bridge);
      return bridge;
    },
    onFailure: (error) => failures.push(error),
    ...options,
  });
  onTestFinished(() => pool.dispose());
  return Object.assign(pool, { made, failures });
}

/** A pool without spares: what its owners do is all that happens. */
function createBarePool(options: Partial<BridgePoolOptions> = {}): TestPool {
  return createPool({ size: 0, ...options });
}

function untilStats(pool: BridgePool, stats: Partial<BridgePoolStats>): Promise<void> {
  return vi.waitFor(() => expect(pool.stats()).toMatchObject(stats), { timeout: 20_000, interval: 5 });
}

/** Leases and releases; gives the bridge. */
async function touch(pool: BridgePool, owner: string): Promise<RuntimeBridge> {
  using lease = await pool.acquire(owner);
  return lease.bridge;
}

function codeOf(error: unknown): string {
  return (error as BridgeError).code;
}

function countLiving({ made }: TestPool): number {
  return made.filter((bridge) => !bridge.isDisposed()).length;
}

describe("leases", () => {
  test("an owner keeps its bridge, others get their own, and spares that were taken are replaced", async () => {
    const pool = createPool({ size: 2 });
    await pool.initialize();
    expect(pool.stats()).toMatchObject({ spares: 2, owners: 0, hitRate: 1 });
    const ofA = await touch(pool, "a");
    const ofB = await touch(pool, "b");
    const ofC = await touch(pool, "c");
    expect(new Set([ofA, ofB, ofC]).size).toBe(3);
    expect(await touch(pool, "a")).toBe(ofA);
    await untilStats(pool, { spares: 2, owners: 3, idle: 3, leased: 0, hits: 2, misses: 1, reuses: 1 });
    expect(pool.stats().hitRate).toBeCloseTo(2 / 3);
    expect(pool.failures).toEqual([]);
  });

  test("owners that come together before the first start share nothing but the warming", async () => {
    const pool = createPool({ size: 2 });
    const warming = pool.initialize();
    const owners = ["a", "a", "b", "c", "a"];
    const leases = await Promise.all(owners.map((owner) => pool.acquire(owner)));
    await warming;
    const bridges = leases.map(({ bridge }) => bridge);
    expect(bridges.map((bridge) => bridges.indexOf(bridge))).toEqual([0, 0, 2, 3, 0]);
    expect(pool.stats()).toMatchObject({ hits: 0, misses: 3, reuses: 2, leased: 3 });
    expect(await Promise.all(bridges.map((bridge, n) => bridge.execute(`return ${n}`)))).toEqual([
      0, 1, 2, 3, 4,
    ]);
  });

  test("a bridge is in use until the last of its leases is released, once each", async () => {
    const pool = createBarePool();
    const [first, second] = [await pool.acquire("a"), await pool.acquire("a")];
    expect(second.bridge).toBe(first.bridge);
    first.release();
    first.release();
    expect(pool.stats()).toMatchObject({ leased: 1, idle: 0 });
    expect(() => first.bridge).toThrow(expect.objectContaining({ code: "BRIDGE_DISPOSED" }));
    expect(second.bridge.executeSync("return 1")).toBe(1);
    second[Symbol.dispose]();
    expect(pool.stats()).toMatchObject({ leased: 0, idle: 1 });
  });

  test("what is there at once is leased at once", async () => {
    const pool = createPool();
    expect(pool.tryAcquire("a")).toBeUndefined();
    await untilStats(pool, { spares: 1 });
    using lease = pool.tryAcquire("a") as BridgeLease;
    expect(lease.bridge.executeSync("return 1 + 1")).toBe(2);
    expect(pool.tryAcquire("b")).toBeUndefined();
    using again = pool.tryAcquire("a") as BridgeLease;
    expect(again.bridge).toBe(lease.bridge);
    expect(pool.stats()).toMatchObject({ hits: 1, misses: 0, reuses: 1, leased: 1 });
  });

  test("what starts for its owner is not there yet", async () => {
    const pool = createBarePool();
    const acquired = pool.acquire("a");
    expect(pool.tryAcquire("a")).toBeUndefined();
    (await acquired).release();
    expect(pool.tryAcquire("a")).toBeDefined();
  });
});

describe("idleness", () => {
  test("what nobody uses goes, down to nothing, and the next acquire has spares warmed again", async () => {
    const pool = createPool({ idleTimeoutMs: SHORT_IDLE_MS });
    await pool.initialize();
    const used = await pool.acquire("used");
    const idle = await touch(pool, "idle");
    // The spare that replaces the first one goes too.
    await untilStats(pool, { owners: 1, leased: 1, spares: 0, expired: 2 });
    expect(idle.isDisposed()).toBe(true);
    expect(used.bridge.executeSync("return 1")).toBe(1);
    used.release();
    await untilStats(pool, { owners: 0, spares: 0, expired: 3 });
    expect(countLiving(pool)).toBe(0);

    const again = await touch(pool, "idle");
    expect(again).not.toBe(idle);
    await untilStats(pool, { started: 5 });
    expect(pool.failures).toEqual([]);
  });

  test("a spare that takes longer than that to start is waited for, and has its time", async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    class SlowToStart extends QuickJsBridge {
      override async initialize(): Promise<void> {
        await gate;
        await super.initialize();
      }
    }
    const bridges = [new SlowToStart(), new QuickJsBridge()];
    const createBridge = (): RuntimeBridge => bridges.shift() ?? new QuickJsBridge();
    const pool = createPool({ createBridge, size: 2, idleTimeoutMs: SHORT_IDLE_MS });
    const warming = pool.initialize();
    await untilStats(pool, { started: 1, expired: 1 });
    expect(pool.made[0]?.isDisposed()).toBe(false);
    // Well after the look at what is idle that ended the other one.
    await sleep(SHORT_IDLE_MS / 2);
    const openedAt = performance.now();
    open();
    await warming;
    await untilStats(pool, { started: 2, expired: 2, spares: 0 });
    expect(performance.now() - openedAt).toBeGreaterThan(SHORT_IDLE_MS);
  });

  test("what is used goes on", async () => {
    const pool = createBarePool({ idleTimeoutMs: 1_500 });
    const kept = await touch(pool, "kept");
    await touch(pool, "left");
    await vi.waitFor(
      async () => {
        expect(await touch(pool, "kept")).toBe(kept);
        expect(pool.stats()).toMatchObject({ owners: 1, expired: 1 });
      },
      { timeout: 20_000, interval: 10 },
    );
  });
});

describe("a full pool", () => {
  test("makes room by what was idle for longest", async () => {
    const pool = createBarePool({ maxBridges: 2 });
    const ofA = await touch(pool, "a");
    const ofB = await touch(pool, "b");
    await touch(pool, "a");
    await touch(pool, "c");
    expect([ofA, ofB].map((bridge) => bridge.isDisposed())).toEqual([false, true]);
    expect(pool.stats()).toMatchObject({ owners: 2, evicted: 1 });
  });

  test("serves owners in the order in which they came", async () => {
    const pool = createBarePool({ maxBridges: 1 });
    const held = await pool.acquire("a");
    const served: string[] = [];
    const waits = ["b", "c", "b", "d"].map(async (owner) => {
      using _ = await pool.acquire(owner);
      served.push(owner);
    });
    expect(pool.stats().waiting).toBe(4);
    held.release();
    await Promise.all(waits);
    expect(served).toEqual(["b", "b", "c", "d"]);
    expect(pool.stats()).toMatchObject({ waiting: 0, owners: 1, evicted: 3 });
  });

  test("is not kept by an owner who asks again before it lets go", async () => {
    const pool = createBarePool({ maxBridges: 1 });
    const served: string[] = [];
    let lease = await pool.acquire("greedy");
    const patient = touch(pool, "patient").then(() => served.push("patient"));
    for (let round = 0; round < 3; round++) {
      const next = pool.acquire("greedy");
      void next.then(() => served.push("greedy"));
      await lease.bridge.execute("return 1");
      lease.release();
      lease = await next;
    }
    lease.release();
    await patient;
    expect(served).toEqual(["patient", "greedy", "greedy", "greedy"]);
  });

  test("has no place for another bridge before the last has ended, however that goes", async () => {
    const { promise: ending, reject: fail } = Promise.withResolvers<void>();
    class SlowToEnd extends QuickJsBridge {
      override async dispose(): Promise<void> {
        await super.dispose();
        await ending;
      }
    }
    const pool = createPool({ createBridge: () => new SlowToEnd(), maxBridges: 1 });
    const ofA = await touch(pool, "a");
    const acquired = pool.acquire("b");
    expect(ofA.isDisposed()).toBe(true);
    await pool.initialize();
    expect(pool.made).toHaveLength(1);
    expect(pool.stats().waiting).toBe(1);
    fail(new Error("it does not end well"));
    (await acquired).release();
    expect(pool.failures).toMatchObject([{ message: "it does not end well" }]);
  });

  test("gives up on whom it has no bridge for in time, and lets who holds one go on", async () => {
    const pool = createBarePool({ maxBridges: 1, acquireTimeoutMs: 100 });
    using held = await pool.acquire("a");
    const waits = ["b", "a", "b"].map((owner) => pool.acquire(owner));
    const [first, nested, second] = await Promise.allSettled(waits);
    expect(nested).toMatchObject({ value: { bridge: held.bridge } });
    const message = 'no bridge became free for owner "b" within 100 ms';
    for (const refused of [first, second]) {
      expect(refused).toMatchObject({ reason: { code: "BRIDGE_BUSY", message } });
    }
    expect(pool.stats()).toMatchObject({ waiting: 0, leased: 1, evicted: 0 });
  });

  test("never has too many bridges, and never one with two owners", async () => {
    const maxBridges = 3;
    const pool = createPool({ size: 1, maxBridges, idleTimeoutMs: 5 });
    const ownerOf = new Map<RuntimeBridge, string>();
    let most = 0;
    const work = async (worker: number): Promise<void> => {
      for (let round = 0; round < 12; round++) {
        const owner = `owner ${(worker * 7 + round * (worker + 1)) % 8}`;
        using lease = round % 5 === 0 ? pool.tryAcquire(owner) : await pool.acquire(owner);
        most = Math.max(most, countLiving(pool));
        if (!lease) continue;
        expect(ownerOf.get(lease.bridge) ?? owner).toBe(owner);
        ownerOf.set(lease.bridge, owner);
        // Another lease of this owner may have disposed of it.
        const outcome = await lease.bridge.execute("return data.owner", { owner }).catch(codeOf);
        expect([owner, "BRIDGE_DISPOSED"]).toContain(outcome);
        if (round % 11 === 0) await lease.bridge.dispose();
      }
    };
    await Promise.all(Array.from({ length: 6 }, (_, worker) => work(worker)));
    expect(most).toBe(maxBridges);
    expect(ownerOf.size).toBeGreaterThan(8);
    expect(pool.failures).toEqual([]);
    await untilStats(pool, { owners: 0, spares: 0, waiting: 0 });
    expect(countLiving(pool)).toBe(0);
  });
});

describe("failures", () => {
  /** A pool whose bridges do not start until they are mended. */
  function createBrokenPool(options: Partial<BridgePoolOptions> = {}): TestPool & { mend(): void } {
    let guestBundle = "nowhere.to.be.found";
    const createBridge = (): RuntimeBridge => new QuickJsBridge({ guestBundle });
    return Object.assign(createPool({ createBridge, ...options }), { mend: () => void (guestBundle = "") });
  }

  test("a pool that cannot warm says so, and warms when it can", async () => {
    const pool = createBrokenPool({ size: 2 });
    await expect(pool.initialize()).rejects.toMatchObject({ code: "BRIDGE_START" });
    expect(pool.failures).toMatchObject([{ code: "BRIDGE_START" }, { code: "BRIDGE_START" }]);
    await expect(pool.acquire("a")).rejects.toMatchObject({ code: "BRIDGE_START" });
    expect(pool.stats()).toMatchObject({ owners: 0, spares: 0, started: 0, failed: 3 });
    expect(countLiving(pool)).toBe(0);
    pool.mend();
    await touch(pool, "a");
    await touch(pool, "a");
    await untilStats(pool, { owners: 1, spares: 2, started: 3, failed: 3 });
  });

  test("spares that do not start are not tried again at each demand", async () => {
    const pool = createBrokenPool();
    await expect(pool.initialize()).rejects.toMatchObject({ code: "BRIDGE_START" });
    let asked = 0;
    const until = performance.now() + 200;
    while (performance.now() < until) {
      asked++;
      await expect(pool.acquire("a")).rejects.toMatchObject({ code: "BRIDGE_START" });
    }
    expect(pool.failures).toHaveLength(1);
    expect(pool.made).toHaveLength(1 + asked);
  });

  test("a start that fails for several fails for each of them, and frees the place for who waits", async () => {
    let isBroken = true;
    const createBridge = (): RuntimeBridge => {
      if (!isBroken) return new QuickJsBridge();
      isBroken = false;
      throw new Error("no bridge today");
    };
    const pool = createBarePool({ createBridge, maxBridges: 1 });
    const outcomes = await Promise.allSettled(["a", "a", "b"].map((owner) => touch(pool, owner)));
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect(outcomes[0]).toMatchObject({ reason: { message: "no bridge today" } });
  });

  test("a bridge that somebody disposed of is replaced, whether spare, idle or leased", async () => {
    const pool = createPool();
    await pool.initialize();
    await pool.made[0]?.dispose();
    const first = await pool.acquire("a");
    await first.bridge.dispose();
    using second = await pool.acquire("a");
    expect(second.bridge.executeSync("return 2")).toBe(2);
    first.release();
    expect(pool.stats()).toMatchObject({ leased: 1, lost: 2 });
    await second.bridge.dispose();
    second.release();
    expect(pool.stats()).toMatchObject({ owners: 0, lost: 3 });
    const third = await touch(pool, "a");
    await third.dispose();
    expect((await touch(pool, "a")).isDisposed()).toBe(false);
    expect(pool.stats()).toMatchObject({ owners: 1, lost: 4 });
    await untilStats(pool, { spares: 1 });
  });

  test("one bridge given twice is refused: it would have two owners", async () => {
    const bridge = new QuickJsBridge();
    const pool = createBarePool({ createBridge: () => bridge });
    using lease = await pool.acquire("a");
    await expect(pool.acquire("b")).rejects.toThrow(
      "createBridge() gave a bridge that it had given before: it must make a new one",
    );
    expect(lease.bridge.executeSync("return 1")).toBe(1);
  });

  test.each([
    [{ size: -1 }, "size is -1"],
    [{ size: 1.5 }, "size is 1.5"],
    [{ size: 3, maxBridges: 2 }, "size is 3: it must be a whole number from 0 to maxBridges, 2"],
    [{ maxBridges: 0 }, "maxBridges is 0"],
    [{ maxBridges: Number.NaN }, "maxBridges is NaN"],
    [{ idleTimeoutMs: 0 }, "idleTimeoutMs is 0"],
    [{ acquireTimeoutMs: Number.NaN }, "acquireTimeoutMs is NaN"],
  ])("options out of range are refused: %o", (options, message) => {
    expect(() => createPool(options)).toThrow(message);
  });

  test.each([undefined, "", 1, {}])("what is no owner is refused: %o", async (owner) => {
    const pool = createBarePool();
    await expect(pool.acquire(owner as string)).rejects.toThrow(TypeError);
    expect(() => pool.tryAcquire(owner as string)).toThrow(TypeError);
    expect(pool.made).toEqual([]);
  });
});

describe("the end", () => {
  test("ends spares, leases and starts, and turns away whoever waits or comes", async () => {
    const pool = createPool({ maxBridges: 2, idleTimeoutMs: Infinity });
    await pool.initialize();
    const lease = await pool.acquire("a");
    const starting = pool.acquire("b").catch(codeOf);
    const waiting = pool.acquire("c").catch(codeOf);
    await Promise.all([pool.dispose(), pool.dispose()]);
    expect(await Promise.all([starting, waiting])).toEqual(["BRIDGE_DISPOSED", "BRIDGE_DISPOSED"]);
    expect(lease.bridge.isDisposed()).toBe(true);
    lease.release();
    expect(pool.stats()).toMatchObject({ owners: 0, spares: 0, waiting: 0, lost: 0 });
    expect(countLiving(pool)).toBe(0);
    const refused = {
      code: "BRIDGE_DISPOSED",
      message: "the bridge pool was used after it had been disposed",
    };
    await expect(pool.initialize()).rejects.toMatchObject(refused);
    await expect(pool.acquire("a")).rejects.toMatchObject(refused);
    expect(() => pool.tryAcquire("a")).toThrow(expect.objectContaining(refused));
    expect(pool.failures).toEqual([]);
  });
});

describe("with processes", () => {
  test("a killed runner costs its owner at most one call, and the end leaves no process", async () => {
    const pool = createPool({ createBridge: () => new ProcessBridge(), maxBridges: 2 });
    await pool.initialize();
    using lease = await pool.acquire("a");
    expect(lease.bridge.executeSync("return 1")).toBe(1);
    await untilStats(pool, { spares: 1 });
    killRunners();
    using ofSpare = await pool.acquire("b");
    for (const { bridge } of [lease, ofSpare]) {
      const outcome = await bridge.execute("return 2").catch((error: unknown) => error);
      if (outcome !== 2) expect(outcome).toMatchObject({ code: "BRIDGE_LOST" });
      expect(await bridge.execute("return 3")).toBe(3);
    }
    expect(pool.stats()).toMatchObject({ lost: 0, leased: 2, hits: 2, hitRate: 1 });
    lease.release();
    // Two places, one in use: the longest idle process ends before another starts.
    using third = await pool.acquire("c");
    expect(third.bridge.executeSync("return 4")).toBe(4);
    expect(countLiving(pool)).toBe(2);
    await pool.dispose();
    expect(listRunners()).toEqual([]);
  });
});
