import { CapabilityError, defineCapability } from "@skerry/sandbox";
import type { Capability, CapabilityCall, ErrorKind, JsonValue } from "@skerry/sandbox";
import { z } from "zod";
import { createMemoryCacheStore } from "./cache-store.ts";
import type { CacheSpace, CacheStore } from "./cache-store.ts";

const MAX_KEY_BYTES = 512;
const MAX_VALUE_BYTES = 64 * 1024;
/** A year. */
const MAX_TTL_SECONDS = 365 * 24 * 60 * 60;

/** Every code that the `cache.*` capabilities can give to a script, in one place. */
export const CACHE_ERRORS = {
  CACHE_KEY_INVALID: {
    kind: "user",
    help: "A cache key is a non-empty string of whole Unicode characters, at most 512 bytes of UTF-8.",
  },
  CACHE_VALUE_LIMIT: {
    kind: "user",
    help: "A cached value is at most 64 KiB of JSON text.",
  },
  CACHE_NOT_A_NUMBER: {
    kind: "user",
    help: "`increment` found a value that is not a number, or its result would not be a finite one.",
  },
} as const satisfies Record<string, { readonly kind: ErrorKind; readonly help: string }>;

/** A stable code of {@link CACHE_ERRORS}. */
export type CacheErrorCode = keyof typeof CACHE_ERRORS;

/** Options of {@link createCacheCapabilities}. */
export interface CacheCapabilityOptions {
  /** Default: in this process, with the bounds of `createMemoryCacheStore`. */
  readonly store?: CacheStore;
}

const keyInput = z.strictObject({ key: z.string() });
const ttlSeconds = z.number().positive().max(MAX_TTL_SECONDS).optional();
const setInput = z.strictObject({
  key: z.string(),
  // Arguments come from JSON text: whatever is there is JSON.
  value: z.custom<JsonValue>((value) => value !== undefined, "is missing"),
  ttlSeconds,
});
const incrementInput = z.strictObject({ key: z.string(), by: z.number().default(1), ttlSeconds });

/**
 * Makes `cache.get` (value or null), `cache.set`, `cache.delete` (whether it was there), `cache.has` and
 * `cache.increment` (the new number). Entries belong to one script of one tenant: the tenant and the attribute
 * `script` of the call. They fail with the codes of `CACHE_ERRORS`.
 */
export function createCacheCapabilities(options: CacheCapabilityOptions = {}): readonly Capability[] {
  const store = options.store ?? createMemoryCacheStore();
  return [
    defineCapability<z.infer<typeof keyInput>>({
      name: "cache.get",
      input: keyInput,
      async handle({ key }, call) {
        const json = await store.get(spaceOf(call), checkKey(key));
        return { value: json === undefined ? null : (JSON.parse(json) as JsonValue) };
      },
    }),
    defineCapability<z.infer<typeof setInput>>({
      name: "cache.set",
      input: setInput,
      async handle(input, call) {
        await store.set(spaceOf(call), checkKey(input.key), encodeValue(input), writeOf(input));
        return {};
      },
    }),
    defineCapability<z.infer<typeof keyInput>>({
      name: "cache.delete",
      input: keyInput,
      handle: async ({ key }, call) => ({ value: await store.delete(spaceOf(call), checkKey(key)) }),
    }),
    defineCapability<z.infer<typeof keyInput>>({
      name: "cache.has",
      input: keyInput,
      handle: async ({ key }, call) => ({
        value: (await store.get(spaceOf(call), checkKey(key))) !== undefined,
      }),
    }),
    defineCapability<z.infer<typeof incrementInput>>({
      name: "cache.increment",
      input: incrementInput,
      async handle(input, call) {
        const add = (json: string | undefined) => addNumber(input.key, json, input.by);
        const json = await store.update(spaceOf(call), checkKey(input.key), add, writeOf(input));
        return { value: Number(json) };
      },
    }),
  ];
}

function spaceOf({ tenant, attributes }: CapabilityCall): CacheSpace {
  const { script } = attributes;
  if (script === undefined) throw new Error("A cache call came without the attribute `script`.");
  return { tenant, script };
}

function checkKey(key: string): string {
  const bytes = Buffer.byteLength(key);
  if (bytes > 0 && bytes <= MAX_KEY_BYTES && key.isWellFormed()) return key;
  throw createCacheError(
    "CACHE_KEY_INVALID",
    bytes > MAX_KEY_BYTES
      ? `The cache key has ${bytes} bytes; at most ${MAX_KEY_BYTES} are allowed.`
      : `${JSON.stringify(key)} is no cache key: it is empty or holds half a character.`,
  );
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

function writeOf(input: { readonly ttlSeconds?: number | undefined }): {
  readonly ttlMs: number | undefined;
} {
  return { ttlMs: input.ttlSeconds === undefined ? undefined : input.ttlSeconds * 1_000 };
}

function addNumber(key: string, json: string | undefined, by: number): string {
  const current: unknown = json === undefined ? 0 : JSON.parse(json);
  const sum = typeof current === "number" ? current + by : Number.NaN;
  if (Number.isFinite(sum)) return JSON.stringify(sum);
  throw createCacheError(
    "CACHE_NOT_A_NUMBER",
    `${JSON.stringify(key)} cannot be incremented by ${by}: it holds ${typeof current === "number" ? current : "no number"}.`,
  );
}

function createCacheError(code: CacheErrorCode, message: string): CapabilityError {
  return new CapabilityError(code, message);
}
