import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStorageNodes } from "../../../test/storage-nodes.ts";
import type { StorageNode, StorageNodes } from "../../../test/storage-nodes.ts";
import { createTenantLine } from "../tenant-line.ts";

const KIB = 1024;

let nodes: StorageNodes;
let one: StorageNode;
let two: StorageNode;

beforeAll(async () => {
  nodes = await openStorageNodes();
  ({ one, two } = nodes);
});

afterAll(() => nodes[Symbol.asyncDispose]());

describe("quotas", () => {
  test("hold exactly, in the transaction that writes, and name what is used", async () => {
    const set = (key: string, bytes: number, node = one) =>
      node("set", { key, value: "v".repeat(bytes - key.length - 2) }, "small");
    await set("a", 600);
    await expect(set("b", 401)).rejects.toMatchObject({
      code: "STORAGE_QUOTA",
      message: expect.stringMatching(/1000 bytes, and 600 are used/) as string,
    });
    expect(await one("get", { key: "b" }, "small")).toBeNull();
    const writes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => set(`c${index}`, 100, index % 2 === 0 ? one : two)),
    );
    expect(writes.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
    expect(await nodes.usedBytes("small")).toBe(1_000);
    await expect(one("increment", { key: "n" }, "small")).rejects.toMatchObject({ code: "STORAGE_QUOTA" });
    await set("a", 500);
    await set("b", 100);
    expect(await nodes.usedBytes("small")).toBe(1_000);
    for (const key of await nodes.listAll(one, {}, "small")) await one("delete", { key }, "small");
    expect(await nodes.usedBytes("small")).toBe(0);
  });

  test("bound the number of entries, whoever counts", async () => {
    const setCount = (used: number) =>
      sql`update skerry.quota_counters set used = ${used} where tenant_id = 'globex' and kind = 'storageEntries'`.execute(
        nodes.database.kysely,
      );
    await one("set", { key: "first", value: 1 }, "globex");
    await setCount(999_999);
    await one("set", { key: "last", value: 1 }, "globex");
    await expect(one("set", { key: "more", value: 1 }, "globex")).rejects.toMatchObject({
      code: "STORAGE_QUOTA",
    });
    await one("set", { key: "last", value: 2 }, "globex");
    await one("delete", { key: "last" }, "globex");
    await one("set", { key: "more", value: 1 }, "globex");
  });
});

test("a tenant that asks for much at once leaves connections to the others", async () => {
  const { pool } = nodes.database;
  let held = 0;
  let most = 0;
  const onAcquire = (): void => void (most = Math.max(most, ++held));
  const onRelease = (): void => void held--;
  pool.on("acquire", onAcquire).on("release", onRelease);
  const flood = Array.from({ length: 60 }, () => one("get", { key: "none" }));
  await one("get", { key: "none" }, "globex");
  await Promise.all(flood);
  pool.off("acquire", onAcquire).off("release", onRelease);
  expect(most).toBeLessThanOrEqual(4);
  const rest = Array.from({ length: 600 }, () =>
    one("has", { key: "none" }).catch((error: unknown) => (error as { code: string }).code),
  );
  expect(new Set(await Promise.all(rest))).toEqual(new Set([false, "STORAGE_BUSY"]));
});

test("who has ended does not come to the database any more", async () => {
  const work = (): Promise<never> => Promise.reject(new Error("it was asked"));
  const request = createTenantLine(nodes.database).run("STORAGE", "acme", work, AbortSignal.abort());
  await expect(request).rejects.toMatchObject({ code: "STORAGE_BUSY" });
});

describe("what does not fit is refused", () => {
  test.each([
    ["get", { key: "" }, "STORAGE_KEY_INVALID"],
    ["has", { key: "\ud800" }, "STORAGE_KEY_INVALID"],
    ["delete", { key: "a\0b" }, "STORAGE_KEY_INVALID"],
    ["list", { prefix: "\udfff" }, "STORAGE_KEY_INVALID"],
    ["list", { after: "\0" }, "STORAGE_KEY_INVALID"],
    ["set", { key: "\u20ac".repeat(171), value: 1 }, "STORAGE_KEY_INVALID"],
    ["set", { key: "k", value: "v".repeat(256 * KIB) }, "STORAGE_VALUE_LIMIT"],
  ])("%s %o is %s", async (verb, args, code) => {
    await expect(one(verb, args)).rejects.toMatchObject({ code });
  });

  test.each([
    ["get", { key: 1 }],
    ["get", { key: "k", tenant: "globex" }],
    ["set", { key: "k" }],
    ["set", { key: "k", value: 1, ttlSeconds: 0 }],
    ["set", { key: "k", value: 1, ifVersion: "1" }],
    ["set", { key: "k", value: 1, ifVersion: 1.5 }],
    ["list", { limit: 1_001 }],
    ["increment", { key: "k", by: "1" }],
  ])("%s %o does not fit the schema", async (verb, args) => {
    await expect(one(verb, args)).rejects.toBeInstanceOf(TypeError);
  });

  test("the largest that fits comes back as it was", async () => {
    const value = ["\u0000\ud800", "v".repeat(255 * KIB)];
    await one("set", { key: "k".repeat(512), value });
    expect(await two("get", { key: "k".repeat(512) })).toEqual(value);
  });
});
