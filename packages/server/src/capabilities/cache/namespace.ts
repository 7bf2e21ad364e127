import type { JsonValue } from "@skerry/sandbox";
import { z } from "zod";
import { KEY_LIMIT } from "../entry-key.ts";
import { defineNamespace } from "../namespace.ts";
import { CACHE_ERRORS } from "./errors.ts";

/** The longest JSON text of a value. */
export const MAX_VALUE_BYTES = 64 * 1024;
/** A year. */
const MAX_TTL_SECONDS = 365 * 24 * 60 * 60;

const ttlSeconds = z.number().positive().max(MAX_TTL_SECONDS).optional();
const keyInput = z.strictObject({ key: z.string() });
const setInput = z.strictObject({
  key: z.string(),
  // Arguments come from JSON text: whatever is there is JSON.
  value: z.custom<JsonValue>((value) => value !== undefined, "is missing"),
  ttlSeconds,
});
const incrementInput = z.strictObject({ key: z.string(), by: z.number().default(1), ttlSeconds });

/** Of every call that comes to the database. */
const SHARED_ERRORS = ["CACHE_BUSY", "CACHE_UNAVAILABLE"] as const;

export const CACHE = defineNamespace({
  name: "cache",
  summary:
    "Values that a script may lose at any time, shared by all its executions on all nodes. Other scripts have caches of their own. What a script wrote it reads at once; on another node the value before may be seen for some milliseconds, and for 10 seconds at most.",
  types: `interface CacheOptions {
  /** Seconds until the entry is forgotten. Default: when room is needed. */
  readonly ttlSeconds?: number;
}`,
  calls: {
    get: { input: keyInput },
    set: { input: setInput },
    delete: { input: keyInput },
    has: { input: keyInput },
    increment: { input: incrementInput },
  },
  members: {
    get: {
      signature: "<Value = any>(key: string): Promise<Value | null>",
      summary: "Gives the value, or null where there is none.",
      calls: ["get"],
      errors: ["CACHE_KEY_INVALID", ...SHARED_ERRORS],
      example: 'const rates = await ctx.cache.get("rates");',
    },
    set: {
      signature: "(key: string, value: unknown, options?: CacheOptions): Promise<void>",
      summary: "Keeps data under a key.",
      calls: ["set"],
      errors: ["CACHE_KEY_INVALID", "CACHE_VALUE_LIMIT", ...SHARED_ERRORS],
      example: 'await ctx.cache.set("rates", { EUR: 1, USD: 1.08 }, { ttlSeconds: 600 });',
    },
    delete: {
      signature: "(key: string): Promise<boolean>",
      summary: "Forgets an entry, and tells whether it was there.",
      calls: ["delete"],
      errors: ["CACHE_KEY_INVALID", ...SHARED_ERRORS],
      example: 'await ctx.cache.delete("rates");',
    },
    has: {
      signature: "(key: string): Promise<boolean>",
      summary: "Tells whether there is an entry.",
      calls: ["has"],
      errors: ["CACHE_KEY_INVALID", ...SHARED_ERRORS],
      example: 'const isKnown = await ctx.cache.has("rates");',
    },
    increment: {
      signature: "(key: string, by?: number, options?: CacheOptions): Promise<number>",
      summary:
        "Adds to a number, 1 by default, and gives the sum. A missing entry counts as 0. Nothing gets lost when executions do it at the same time.",
      calls: ["increment"],
      errors: ["CACHE_KEY_INVALID", "CACHE_NOT_A_NUMBER", ...SHARED_ERRORS],
      example: 'const visitors = await ctx.cache.increment("visitors");',
    },
    remember: {
      signature:
        "<Value>(key: string, options: CacheOptions, produce: () => Value | Promise<Value>): Promise<Value>",
      summary:
        "Gives the value, or else what `produce` makes, which is then kept. `null` and `undefined` are never kept. Calls of one execution for the same key share one `produce` while it works; other executions may produce at the same time.",
      calls: ["get", "set"],
      errors: ["CACHE_KEY_INVALID", "CACHE_VALUE_LIMIT", ...SHARED_ERRORS],
      example: `const rates = await ctx.cache.remember("rates", { ttlSeconds: 600 }, async () => ({ EUR: 1 }));
ctx.log.info("today's rate", { rate: rates.EUR });`,
    },
  },
  limits: [
    KEY_LIMIT,
    { name: "value", value: `${MAX_VALUE_BYTES / 1024} KiB of JSON text` },
    { name: "ttlSeconds", value: `${MAX_TTL_SECONDS} (a year)` },
  ],
  errors: CACHE_ERRORS,
});
