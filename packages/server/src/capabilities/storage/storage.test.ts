import fc from "fast-check";
import { sql } from "kysely";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStorageNodes } from "../../../test/storage-nodes.ts";
import type { StorageNode, StorageNodes } from "../../../test/storage-nodes.ts";
import { createExpiredEntries } from "../expired-entries.ts";
import { endOfPrefix } from "./key-range.ts";

interface Entry {
  readonly value: unknown;
  readonly version: number;
  readonly expiresAt: string | null;
}

let nodes: StorageNodes;
let one: StorageNode;
let two: StorageNode;

beforeAll(async () => {
  nodes = await openStorageNodes();
  ({ one, two } = nodes);
});

afterAll(() => nodes[Symbol.asyncDispose]());

test("behaves as a map over two nodes, whatever the keys and values", async () => {
  const key = fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter((text) => !text.includes("\0")),
    fc.constantFrom("__proto__", "constructor", "toString", "a", "a/1", "a/2", "Z", "\u{10ffff}", "\ud7ff"),
    fc.constantFrom("%", "_", "\\", "'", " ", "\u212b", "\u00c5", "k".repeat(512)),
  );
  const value = fc.jsonValue().map((json) => JSON.parse(JSON.stringify(json)) as unknown);
  const action = fc.oneof(
    fc.record({ verb: fc.constant("set"), key, value }),
    fc.record({ verb: fc.constantFrom("get", "has", "delete"), key }),
    fc.record({ verb: fc.constant("list"), prefix: fc.oneof(fc.constant(""), key) }),
  );
  const model = new Map<string, unknown>();
  const expected: Record<string, (step: { key: string; value: unknown; prefix: string }) => unknown> = {
    get: (step) => model.get(step.key) ?? null,
    has: (step) => model.has(step.key),
    delete: (step) => model.delete(step.key),
    list: ({ prefix }) =>
      [...model.keys()]
        .filter((name) => name.startsWith(prefix))
        .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  };
  let turn = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 12 }), async (steps) => {
      for (const step of steps) {
        const { verb, ...args } = step;
        const node = turn++ % 2 === 0 ? one : two;
        if (verb === "set" && "value" in step) {
          await node("set", args, "model");
          model.set(step.key, step.value);
          continue;
        }
        const found =
          verb === "list" ? nodes.listAll(node, { ...args, limit: 3 }, "model") : node(verb, args, "model");
        expect(await found).toEqual(expected[verb]?.(step as never));
      }
    }),
    { numRuns: 40 },
  );
  const sizes = [...model].map(
    ([name, json]) => Buffer.byteLength(name) + Buffer.byteLength(JSON.stringify(json)),
  );
  expect(await nodes.usedBytes("model")).toBe(sizes.reduce((sum, size) => sum + size, 0));
});

test("a tenant has entries of its own alone", async () => {
  await one("set", { key: "shared", value: "acme" });
  await two("set", { key: "shared", value: "globex" }, "globex");
  expect(await two("get", { key: "shared" })).toBe("acme");
  expect(await two("delete", { key: "shared" })).toBe(true);
  expect(await one("get", { key: "shared" }, "globex")).toBe("globex");
  expect(await nodes.listAll(one, {}, "globex")).toEqual(["shared"]);
});

describe("versions", () => {
  test("grow with every write, also over a removal", async () => {
    const first = await one("set", { key: "v", value: 1 });
    const second = await two("set", { key: "v", value: 2 });
    expect(second).toBeGreaterThan(first as number);
    await one("delete", { key: "v" });
    expect(await two("set", { key: "v", value: 3, ifVersion: null })).toBeGreaterThan(second as number);
  });

  test("let a write pass only where no other came first", async () => {
    const version = (await one("set", { key: "cas", value: 0, ifVersion: null })) as number;
    const conflict = { code: "STORAGE_CONFLICT" };
    await expect(two("set", { key: "cas", value: 1, ifVersion: null })).rejects.toMatchObject(conflict);
    await expect(two("set", { key: "cas", value: 1, ifVersion: version - 1 })).rejects.toMatchObject(
      conflict,
    );
    await expect(two("set", { key: "none", value: 1, ifVersion: version })).rejects.toMatchObject(conflict);
    await expect(two("delete", { key: "cas", ifVersion: version - 1 })).rejects.toMatchObject(conflict);
    expect(await one("getEntry", { key: "cas" })).toEqual({ value: 0, version, expiresAt: null });
    expect(await two("delete", { key: "cas", ifVersion: version })).toBe(true);
  });

  test("make a counter exact that two nodes write by turns", async () => {
    async function addOne(node: StorageNode): Promise<void> {
      for (;;) {
        const entry = (await node("getEntry", { key: "count" })) as Entry | null;
        const write = {
          key: "count",
          value: ((entry?.value as number) ?? 0) + 1,
          ifVersion: entry?.version ?? null,
        };
        try {
          return void (await node("set", write));
        } catch (error) {
          expect(error).toMatchObject({ code: "STORAGE_CONFLICT" });
        }
      }
    }
    await Promise.all(Array.from({ length: 12 }, (_, index) => addOne(index % 2 === 0 ? one : two)));
    expect(await one("get", { key: "count" })).toBe(12);
  });
});

describe("increment", () => {
  test("loses no step over two nodes", async () => {
    const sums = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : two)("increment", { key: "n" })),
    );
    expect(new Set(sums)).toEqual(new Set(Array.from({ length: 40 }, (_, index) => index + 1)));
    expect(await one("increment", { key: "n", by: -39.9 })).toBe(40 - 39.9);
    expect(await two("get", { key: "n" })).toBe(40 - 39.9);
  });

  test.each(["1", null, [1], { n: 1 }, true, 1.7e308])(
    "refuses %j and leaves it as it was",
    async (value) => {
      await one("set", { key: "odd", value });
      const request = one("increment", { key: "odd", by: 1.7e308 });
      await expect(request).rejects.toMatchObject({ code: "STORAGE_NOT_A_NUMBER" });
      expect(await one("get", { key: "odd" })).toEqual(value);
    },
  );

  test.each([1e21, 1e-7, -0.1, 5e-324, 2 ** 53])("keeps %d exactly", async (value) => {
    await one("delete", { key: "exact" });
    expect(await one("increment", { key: "exact", by: value })).toBe(value);
    expect(await one("increment", { key: "exact", by: 0 })).toBe(value);
    expect(await two("get", { key: "exact" })).toBe(value);
  });
});

describe("an entry whose time is over", () => {
  test("is never seen, and leaves no bytes behind when it is removed", async () => {
    const before = await nodes.usedBytes("acme");
    const entry = { key: "short", value: "v".repeat(100), ttlSeconds: 60 };
    await one("set", entry);
    const { expiresAt } = (await two("getEntry", { key: "short" })) as Entry;
    const left = Date.parse(String(expiresAt)) - Date.now();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(61_000);
    await nodes.expire("short");
    expect(await two("get", { key: "short" })).toBeNull();
    expect(await two("has", { key: "short" })).toBe(false);
    expect(await nodes.listAll(two, { prefix: "short" })).toEqual([]);
    expect(await two("delete", { key: "short" })).toBe(false);

    const version = await one("set", entry);
    await nodes.expire("short");
    await expect(one("set", { ...entry, ifVersion: version })).rejects.toMatchObject({
      code: "STORAGE_CONFLICT",
    });
    await one("set", { ...entry, ifVersion: null });
    await nodes.expire("short");
    expect(await two("increment", { key: "short", by: 5 })).toBe(5);
    await nodes.expire("short");
    await using expired = createExpiredEntries(nodes.database, pino({ level: "silent" }));
    await expired.cleanUp();
    const { rows } = await sql`select from skerry.storage_entries where key = 'short'`.execute(
      nodes.database.kysely,
    );
    expect(rows).toHaveLength(0);
    expect(await nodes.usedBytes("acme")).toBe(before);
  });

  test("is only as long as the last write says", async () => {
    await one("set", { key: "kept", value: 1, ttlSeconds: 60 });
    await two("increment", { key: "kept", ttlSeconds: 1_000 });
    const { expiresAt } = (await one("getEntry", { key: "kept" })) as Entry;
    expect(Date.parse(String(expiresAt)) - Date.now()).toBeLessThanOrEqual(61_000);
    await one("set", { key: "kept", value: 1 });
    expect(await two("getEntry", { key: "kept" })).toMatchObject({ expiresAt: null });
  });
});

test("a prefix ends before the next text that does not begin with it", () => {
  expect(endOfPrefix("")).toBeNull();
  expect(endOfPrefix("a/")).toBe("a0");
  expect(endOfPrefix("\ud7ff")).toBe("\ue000");
  expect(endOfPrefix("a\u{10ffff}")).toBe("b");
  expect(endOfPrefix("\u{10ffff}")).toBeNull();
});
