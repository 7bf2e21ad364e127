import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { callCapability } from "../../../test/http/call.ts";
import { createMemoryCacheStore } from "./memory-store.ts";
import type { MemoryCacheOptions } from "./memory-store.ts";
import { createCacheCapabilities } from "./capability.ts";

const KIB = 1024;

interface Caller {
  readonly tenant?: string;
  readonly script?: string;
}

/** The capabilities as one function, with their arguments as the guest sends them. */
function openCache(options: MemoryCacheOptions = {}) {
  const capabilities = new Map(
    createCacheCapabilities({ store: createMemoryCacheStore(options) }).map((each) => [each.name, each]),
  );
  return async (
    verb: string,
    args: object,
    { tenant = "acme", script = "s1" }: Caller = {},
  ): Promise<unknown> => {
    const capability = capabilities.get(`cache.${verb}`);
    if (capability === undefined) throw new RangeError(`No capability cache.${verb}.`);
    return (await callCapability(capability, args, { tenant, attributes: { script } })).value;
  };
}

describe("entries", () => {
  test("any JSON under any key comes back as it was, and prototype names are ordinary keys", async () => {
    const cache = openCache({ bytesPerTenant: Number.MAX_SAFE_INTEGER });
    const key = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
      fc.constantFrom("__proto__", "constructor", "toString", " k", "\u212b", "\u00c5"),
    );
    const model = new Map<string, unknown>();
    await fc.assert(
      fc.asyncProperty(key, fc.jsonValue({ noUnicodeString: false }), async (name, value) => {
        const json: unknown = JSON.parse(JSON.stringify(value));
        expect(await cache("get", { key: name })).toEqual(model.get(name) ?? null);
        await cache("set", { key: name, value: json });
        model.set(name, json);
        for (const [known, expected] of model) expect(await cache("get", { key: known })).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test("delete and has tell what is there; null is a value", async () => {
    const cache = openCache();
    expect(await cache("has", { key: "k" })).toBe(false);
    await cache("set", { key: "k", value: null });
    expect(await cache("has", { key: "k" })).toBe(true);
    expect(await cache("delete", { key: "k" })).toBe(true);
    expect(await cache("delete", { key: "k" })).toBe(false);
  });

  test("tenants and scripts share nothing, whatever their names and keys", async () => {
    const cache = openCache();
    const callers = ["a", "a1:", "1:a", ""].flatMap((tenant) =>
      ["b", "1:b", "b1"].map((script) => ({ tenant, script })),
    );
    const keys = ["k", "1k", ":k", "b:k"];
    for (const caller of callers)
      for (const key of keys) await cache("set", { key, value: [caller, key] }, caller);
    for (const caller of callers) {
      for (const key of keys) expect(await cache("get", { key }, caller)).toEqual([caller, key]);
    }
  });

  test("an entry ends with its time to live, to the millisecond", async () => {
    let now = 0;
    const cache = openCache({ now: () => now });
    await cache("set", { key: "k", value: 1, ttlSeconds: 1.5 });
    now = 1_499;
    expect(await cache("get", { key: "k" })).toBe(1);
    now = 1_500;
    expect(await cache("get", { key: "k" })).toBeNull();
    expect(await cache("delete", { key: "k" })).toBe(false);
  });
});

describe("increment", () => {
  test("counts from zero without losing a step and keeps the first time to live", async () => {
    let now = 0;
    const cache = openCache({ now: () => now });
    const increment = () => cache("increment", { key: "n", ttlSeconds: 10 });
    const counts = await Promise.all(Array.from({ length: 50 }, increment));
    expect(new Set(counts).size).toBe(50);
    expect(await cache("increment", { key: "n", by: -50.5 })).toBe(-0.5);
    now = 9_999;
    expect(await increment()).toBe(0.5);
    now = 10_000;
    expect(await increment()).toBe(1);
  });

  test("refuses what is no number and what would not be one, and leaves it as it was", async () => {
    const cache = openCache();
    for (const value of ["1", null, [1], { n: 1 }, 1.7e308]) {
      await cache("set", { key: "k", value });
      const request = cache("increment", { key: "k", by: 1.7e308 });
      await expect(request).rejects.toMatchObject({ code: "CACHE_NOT_A_NUMBER" });
      expect(await cache("get", { key: "k" })).toEqual(value);
    }
  });
});

describe("bounds", () => {
  test.each([
    ["get", { key: "" }, "CACHE_KEY_INVALID"],
    ["set", { key: "\u20ac".repeat(171), value: 1 }, "CACHE_KEY_INVALID"],
    ["has", { key: "\ud800" }, "CACHE_KEY_INVALID"],
    ["set", { key: "a\0b", value: 1 }, "CACHE_KEY_INVALID"],
    ["set", { key: "k", value: "v".repeat(64 * KIB) }, "CACHE_VALUE_LIMIT"],
  ])("%s %o is %s", async (verb, args, code) => {
    await expect(openCache()(verb, args)).rejects.toMatchObject({ code });
  });

  test.each([
    ["get", { key: 1 }],
    ["get", { key: { tenant: "other" } }],
    ["get", { key: "k", tenant: "other" }],
    ["set", { key: "k" }],
    ["set", { key: "k", value: 1, ttlSeconds: 0 }],
    ["set", { key: "k", value: 1, ttlSeconds: -1 }],
    ["increment", { key: "k", by: "1" }],
  ])("%s %o does not fit the schema", async (verb, args) => {
    await expect(openCache()(verb, args)).rejects.toBeInstanceOf(TypeError);
  });

  test("the least recently used entries of the same tenant make room, those of others stay", async () => {
    const cache = openCache({ entriesPerTenant: 3 });
    await cache("set", { key: "theirs", value: 1 }, { tenant: "other" });
    for (const key of ["a", "b", "c"]) await cache("set", { key, value: 1 });
    await cache("get", { key: "a" });
    await cache("set", { key: "d", value: 1 });
    const kept = await Promise.all(["a", "b", "c", "d"].map((key) => cache("has", { key })));
    expect(kept).toEqual([true, false, true, true]);
    expect(await cache("has", { key: "theirs" }, { tenant: "other" })).toBe(true);
  });

  test("bytes are counted too, and given back", async () => {
    const cache = openCache({ bytesPerTenant: 100 * KIB });
    for (let turn = 0; turn < 20; turn += 1) {
      await cache("set", { key: "same", value: "v".repeat(40 * KIB) });
      await cache("set", { key: `gone ${turn}`, value: "v".repeat(40 * KIB) });
      expect(await cache("has", { key: "same" })).toBe(true);
      await cache("delete", { key: `gone ${turn}` });
    }
    for (const key of ["x", "y"]) await cache("set", { key, value: "v".repeat(40 * KIB) });
    expect(await cache("has", { key: "same" })).toBe(false);
  });
});
