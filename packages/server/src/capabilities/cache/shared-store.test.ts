import { sql } from "kysely";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createDatabaseProxy } from "../../../test/database-proxy.ts";
import { createTestDatabase } from "../../../test/database.ts";
import type { TestDatabase } from "../../../test/database.ts";
import type { NotificationListener } from "../../db/notifications.ts";
import { openDatabase } from "../../db/open.ts";
import type { Database } from "../../db/open.ts";
import { insertTenant } from "../../tenants/repository.ts";
import { createExpiredEntries } from "../expired-entries.ts";
import { createTenantLine } from "../tenant-line.ts";
import { createSharedCacheStore } from "./shared-store.ts";
import type { SharedCacheStore } from "./shared-store.ts";
import type { CacheCaps, CacheSpace } from "./store.ts";

const ROOMY: CacheCaps = { entries: 10_000, bytes: 64 * 1024 * 1024 };
const FOR_EVER = { ttlMs: undefined };
/** Less than what a node trusts its memory for, so that nothing comes right by itself. */
const SOON = { timeout: 8_000, interval: 5 };
const ACME: CacheSpace = { tenant: "acme", script: "s1" };

let prepared: TestDatabase;
let other: Database;
let one: SharedCacheStore;
let two: SharedCacheStore;

beforeAll(async () => {
  prepared = await createTestDatabase();
  other = await openDatabase({ url: prepared.url });
  for (const id of ["acme", "globex"])
    await insertTenant(prepared.database.kysely, { id, name: id, plan: "default" });
  one = await openNode(prepared.database);
  two = await openNode(other);
});

afterAll(async () => {
  await one[Symbol.asyncDispose]();
  await two[Symbol.asyncDispose]();
  await other.close();
  await prepared[Symbol.asyncDispose]();
});

function openNode(database: Database, caps: CacheCaps = ROOMY): Promise<SharedCacheStore> {
  return createSharedCacheStore({ database, line: createTenantLine(database), capsOf: async () => caps });
}

/** A node of which the test decides what it hears. */
async function openDeafNode(): Promise<{ node: SharedCacheStore; listener: NotificationListener }> {
  let captured: NotificationListener | undefined;
  const database: Database = {
    ...other,
    listen(_, listener) {
      captured = listener;
      return Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve() });
    },
  };
  const node = await openNode(database);
  return { node, listener: captured as NotificationListener };
}

/** Waits until the node gives this, and fails where it never does. */
async function see(node: SharedCacheStore, key: string, json: string | undefined): Promise<void> {
  await vi.waitFor(async () => expect(await node.get(ACME, key)).toBe(json), SOON);
}

/** How many statements of this node reach the database meanwhile. */
async function countTransactions(database: Database, work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const add = (): void => void count++;
  database.pool.on("acquire", add);
  await work();
  database.pool.off("acquire", add);
  return count;
}

describe("over two nodes", () => {
  test("a write is seen at once where it was made, and soon elsewhere", async () => {
    await one.set(ACME, "k", "1", FOR_EVER);
    await see(two, "k", "1");
    await two.set(ACME, "k", "2", FOR_EVER);
    expect(await two.get(ACME, "k")).toBe("2");
    await see(one, "k", "2");
    expect(await one.delete(ACME, "k")).toBe(true);
    expect(await one.get(ACME, "k")).toBeUndefined();
    expect(await two.delete(ACME, "k")).toBe(false);
    await see(two, "k", undefined);
  });

  test("what was read lately is read in memory", async () => {
    await one.set(ACME, "held", "1", FOR_EVER);
    const many = () => Promise.all(Array.from({ length: 100 }, () => two.get(ACME, "held")));
    // The news of the write may come after the first read.
    await vi.waitFor(async () => expect(await countTransactions(other, many)).toBe(0), SOON);
  });

  test("a read that a write overtakes is not kept, on whichever node they are", async () => {
    for (let round = 1; round <= 60; round += 1) {
      const json = String(round);
      const reads = [one, two].map((node) => node.get(ACME, "race"));
      await Promise.all([(round % 2 === 0 ? one : two).set(ACME, "race", json, FOR_EVER), ...reads]);
      for (const node of [one, two]) await expect(see(node, "race", json)).resolves.toBeUndefined();
    }
  });

  test("all agree in the end, whoever wrote last", async () => {
    const writes = Array.from({ length: 80 }, (_, index) => {
      const node = index % 2 === 0 ? one : two;
      return Promise.all([node.set(ACME, "end", String(index), FOR_EVER), node.get(ACME, "end")]);
    });
    await Promise.all(writes);
    const { rows } = await sql<{ value: string }>`
      select value from skerry.cache_entries where tenant_id = 'acme' order by used_at desc limit 1
    `.execute(prepared.database.kysely);
    for (const node of [one, two]) await expect(see(node, "end", rows[0]?.value)).resolves.toBeUndefined();
  });

  test("increments lose no step, keep the first time to live and refuse what is no number", async () => {
    const steps = Array.from({ length: 60 }, (_, index) =>
      (index % 2 === 0 ? one : two).increment(ACME, "n", 1, { ttlMs: 60_000 }),
    );
    expect(new Set(await Promise.all(steps)).size).toBe(60);
    expect(await two.increment(ACME, "n", -60.5, FOR_EVER)).toBe(-0.5);
    expect(await one.get(ACME, "n")).toBe("-0.5");
    for (const json of ['"1"', "null", "1.7e308"]) {
      await one.set(ACME, "odd", json, FOR_EVER);
      expect(await two.increment(ACME, "odd", 1.7e308, FOR_EVER)).toBeUndefined();
      await see(two, "odd", json);
    }
    await sql`update skerry.cache_entries set expires_at = now()`.execute(prepared.database.kysely);
    expect(await one.increment(ACME, "n", 1, FOR_EVER)).toBe(1);
  });

  test("tenants and scripts share nothing", async () => {
    const spaces = ["acme", "globex"].flatMap((tenant) =>
      ["s", "1:s", "s1", ""].map((script) => ({ tenant, script })),
    );
    for (const space of spaces) await one.set(space, "k", JSON.stringify(space), FOR_EVER);
    for (const space of spaces) expect(await two.get(space, "k")).toBe(JSON.stringify(space));
    for (const space of spaces) expect(await two.get(space, "k")).toBe(JSON.stringify(space));
  });
});

describe("a node that hears nothing", () => {
  test("holds nothing in memory until it does again", async () => {
    const { node, listener } = await openDeafNode();
    await one.set(ACME, "away", "1", FOR_EVER);
    expect(await node.get(ACME, "away")).toBe("1");
    await one.set(ACME, "away", "2", FOR_EVER);
    expect(await node.get(ACME, "away")).toBe("1");
    listener.onLoss?.();
    for (const json of ["2", "3", "4"]) {
      await one.set(ACME, "away", json, FOR_EVER);
      expect(await node.get(ACME, "away")).toBe(json);
    }
    listener.onGap?.();
    expect(await countTransactions(other, () => node.get(ACME, "away"))).toBe(1);
    expect(await countTransactions(other, () => node.get(ACME, "away"))).toBe(0);
  });

  test("misses no change that was made meanwhile", async () => {
    await one.set(ACME, "missed", "1", FOR_EVER);
    await see(one, "missed", "1");
    await see(two, "missed", "1");
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query = 'listen "skerry_cache"'
    `.execute(prepared.database.kysely);
    await one.set(ACME, "missed", "2", FOR_EVER);
    for (const node of [one, two]) await expect(see(node, "missed", "2")).resolves.toBeUndefined();
  });

  test("tells by code that there is no database", async () => {
    await using proxy = await createDatabaseProxy(prepared.url);
    const database = await openDatabase({ url: proxy.url });
    onTestFinished(() => database.close());
    const node = await openNode(database);
    await proxy.cut();
    await expect(node.get(ACME, "k")).rejects.toMatchObject({ code: "CACHE_UNAVAILABLE" });
    await proxy.restore();
    await vi.waitFor(() => node.set(ACME, "back", "1", FOR_EVER), SOON);
  });
});

describe("bounds", () => {
  const count = async (tenant: string): Promise<{ entries: number; bytes: number }> => {
    const { rows } = await sql<{ entries: number; bytes: number }>`
      select count(*)::int as entries, coalesce(sum(bytes), 0)::int as bytes
      from skerry.cache_entries where tenant_id = ${tenant}
    `.execute(prepared.database.kysely);
    return rows[0] as { entries: number; bytes: number };
  };

  test("an entry is gone with its time, in memory and in the database", async () => {
    await one.set(ACME, "short", "1", { ttlMs: 300 });
    expect(await one.get(ACME, "short")).toBe("1");
    await vi.waitFor(async () => expect(await one.get(ACME, "short")).toBeUndefined(), SOON);
    expect(await two.delete(ACME, "short")).toBe(false);
    await one.set(ACME, "short", "1", { ttlMs: 1 });
    await vi.waitFor(async () => expect(await two.get(ACME, "short")).toBeUndefined(), SOON);
    await using expired = createExpiredEntries(prepared.database, pino({ level: "silent" }));
    await expired.cleanUp();
    const { rows } = await sql`select from skerry.cache_entries where expires_at <= now()`.execute(
      prepared.database.kysely,
    );
    expect(rows).toHaveLength(0);
  });

  test.each([
    ["entries", { entries: 20, bytes: ROOMY.bytes }],
    ["bytes", { entries: ROOMY.entries, bytes: 20 * (1_000 + 128) }],
  ])("the tenant's least recently used entries make room when its %s are too many", async (_, caps) => {
    await one.set({ tenant: "globex", script: "s" }, "theirs", "1", FOR_EVER);
    await using small = await openNode(other, caps);
    const value = JSON.stringify("v".repeat(998));
    for (let index = 0; index < 60; index += 1) {
      await small.set(ACME, `k${index}`, value, FOR_EVER);
      // Its use is noted to the minute.
      await sql`update skerry.cache_entries set used_at = used_at - interval '2 minutes'
        where tenant_id = 'acme'`.execute(prepared.database.kysely);
      await one.get(ACME, "k0");
      await one.delete(ACME, "another");
    }
    const { entries, bytes } = await count("acme");
    expect(entries).toBeLessThanOrEqual(caps.entries * 1.25 + 1);
    expect(bytes).toBeLessThanOrEqual(caps.bytes * 1.25 + 2_000);
    expect(await two.get(ACME, "k59")).toBe(value);
    expect(await two.get(ACME, "k1")).toBeUndefined();
    expect(await two.get({ tenant: "globex", script: "s" }, "theirs")).toBe("1");
  });

  test("nothing of it is written ahead: the table does without a log", async () => {
    const { rows } = await sql<{ kind: string }>`
      select relpersistence as kind from pg_class where oid = 'skerry.cache_entries'::regclass
    `.execute(prepared.database.kysely);
    expect(rows).toEqual([{ kind: "u" }]);
  });
});
