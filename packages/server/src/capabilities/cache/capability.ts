import type { Capability, CapabilityCall, JsonValue } from "@skerry/sandbox";
import { findKeyFault } from "../entry-key.ts";
import { createNamespaceCapabilities } from "../namespace.ts";
import { createCacheError } from "./errors.ts";
import { createMemoryCacheStore } from "./memory-store.ts";
import { CACHE, MAX_VALUE_BYTES } from "./namespace.ts";
import type { CacheSpace, CacheStore, CacheWrite } from "./store.ts";

/** Options of {@link createCacheCapabilities}. */
export interface CacheCapabilityOptions {
  /** Default: in this process, with the bounds of `createMemoryCacheStore`. */
  readonly store?: CacheStore | undefined;
}

/** Entries belong to one script of one tenant: the tenant and the attribute `script` of the call. */
export function createCacheCapabilities(options: CacheCapabilityOptions = {}): readonly Capability[] {
  const store = options.store ?? createMemoryCacheStore();
  return createNamespaceCapabilities(CACHE, {
    async get({ key }, call) {
      const json = await store.get(spaceOf(call), checkKey(key));
      return { value: json === undefined ? null : (JSON.parse(json) as JsonValue) };
    },
    async set(input, call) {
      await store.set(spaceOf(call), checkKey(input.key), encodeValue(input), writeOf(input));
      return {};
    },
    async delete({ key }, call) {
      return { value: await store.delete(spaceOf(call), checkKey(key)) };
    },
    async has({ key }, call) {
      return { value: (await store.get(spaceOf(call), checkKey(key))) !== undefined };
    },
    async increment(input, call) {
      const { key, by } = input;
      const sum = await store.increment(spaceOf(call), checkKey(key), by, writeOf(input));
      if (sum !== undefined) return { value: sum };
      const message = `${JSON.stringify(key)} cannot be incremented by ${by}: it holds no number, or one too large.`;
      throw createCacheError("CACHE_NOT_A_NUMBER", message);
    },
  });
}

function spaceOf({ tenant, attributes }: CapabilityCall): CacheSpace {
  const { script } = attributes;
  if (script === undefined) throw new Error("A cache call came without the attribute `script`.");
  return { tenant, script };
}

function checkKey(key: string): string {
  const fault = findKeyFault(key);
  if (fault === undefined) return key;
  throw createCacheError("CACHE_KEY_INVALID", fault);
}

function encodeValue({ key, value }: { readonly key: string; readonly value: JsonValue }): string {
  const json = JSON.stringify(value);
  const bytes = Buffer.byteLength(json);
  if (bytes <= MAX_VALUE_BYTES) return json;
  throw createCacheError(
    "CACHE_VALUE_LIMIT",
    `The value for ${JSON.stringify(key)} has ${bytes} bytes of JSON; at most ${MAX_VALUE_BYTES} are allowed.`,
  );
}

function writeOf({ ttlSeconds }: { readonly ttlSeconds?: number | undefined }): CacheWrite {
  return { ttlMs: ttlSeconds === undefined ? undefined : ttlSeconds * 1_000 };
}
