import type { JsonValue } from "@skerry/sandbox";
import { z } from "zod";
import { KEY_LIMIT } from "../entry-key.ts";
import { defineNamespace } from "../namespace.ts";
import { STORAGE_ERRORS, STORAGE_UNAVAILABLE } from "./errors.ts";

/** The longest JSON text of a value. */
export const MAX_VALUE_BYTES = 256 * 1024;
/** Entries of one page. */
const MAX_PAGE = 1_000;
const DEFAULT_PAGE = 100;
/** Ten years. */
const MAX_TTL_SECONDS = 10 * 365 * 24 * 60 * 60;

const ttlSeconds = z.number().positive().max(MAX_TTL_SECONDS).optional();
const version = z.int().min(0);
const keyInput = z.strictObject({ key: z.string() });
const setInput = z.strictObject({
  key: z.string(),
  // Arguments come from JSON text: whatever is there is JSON.
  value: z.custom<JsonValue>((value) => value !== undefined, "is missing"),
  ttlSeconds,
  ifVersion: version.nullable().optional(),
});
const deleteInput = z.strictObject({ key: z.string(), ifVersion: version.optional() });
const listInput = z.strictObject({
  prefix: z.string().default(""),
  after: z.string().default(""),
  limit: z.int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
});
const incrementInput = z.strictObject({ key: z.string(), by: z.number().default(1), ttlSeconds });

/** Of every call. */
const SHARED_ERRORS = ["STORAGE_KEY_INVALID", "STORAGE_BUSY", "STORAGE_UNAVAILABLE"] as const;

export const STORAGE = defineNamespace({
  name: "storage",
  summary:
    "Values that stay until they are deleted or their time is over, shared by all scripts of the tenant. What was written is seen by every call that begins afterwards, on any node.",
  types: `interface StorageOptions {
  /** Seconds until the entry is gone. Default: it stays. */
  readonly ttlSeconds?: number;
}

interface StorageWriteOptions extends StorageOptions {
  /** Writes only what still has this version; null writes only what is not there. Default: writes in any case. */
  readonly ifVersion?: number | null;
}

interface StorageEntry<Value> {
  readonly value: Value;
  /** Another one after each write of the key, always larger. */
  readonly version: number;
  /** RFC 3339; null for what stays. */
  readonly expiresAt: string | null;
}

interface StorageListOptions {
  /** Default: all keys. */
  readonly prefix?: string;
  /** Keys behind this one. Default: from the first. */
  readonly after?: string;
  /** Default ${DEFAULT_PAGE}, at most ${MAX_PAGE}. */
  readonly limit?: number;
}

interface StorageItem {
  readonly key: string;
  readonly version: number;
  /** Bytes of the value's JSON text. */
  readonly size: number;
  readonly expiresAt: string | null;
}

interface StoragePage {
  readonly items: StorageItem[];
  /** What \`after\` is for the next page; null on the last one. */
  readonly nextCursor: string | null;
}`,
  calls: {
    get: { input: keyInput },
    getEntry: { input: keyInput },
    set: { input: setInput },
    delete: { input: deleteInput },
    has: { input: keyInput },
    list: { input: listInput },
    increment: { input: incrementInput },
  },
  members: {
    get: {
      signature: "<Value = any>(key: string): Promise<Value | null>",
      summary: "Gives the value, or null where there is none.",
      calls: ["get"],
      errors: SHARED_ERRORS,
      example: 'const cursor = await ctx.storage.get("import/cursor");',
    },
    getEntry: {
      signature: "<Value = any>(key: string): Promise<StorageEntry<Value> | null>",
      summary: "Gives the value with its version, or null where there is none.",
      calls: ["getEntry"],
      errors: SHARED_ERRORS,
      example: `const entry = await ctx.storage.getEntry("settings");
ctx.log.info("settings", { version: entry?.version ?? null });`,
    },
    set: {
      signature: "(key: string, value: unknown, options?: StorageWriteOptions): Promise<number>",
      summary:
        "Keeps data under a key and gives its version. With `ifVersion` it rejects with `STORAGE_CONFLICT` when another write came first.",
      calls: ["set"],
      errors: [...SHARED_ERRORS, "STORAGE_VALUE_LIMIT", "STORAGE_CONFLICT", "STORAGE_QUOTA"],
      example: `const entry = await ctx.storage.getEntry("stock/7");
await ctx.storage.set("stock/7", (entry?.value ?? 10) - 1, { ifVersion: entry?.version ?? null });`,
    },
    delete: {
      signature: "(key: string, options?: { readonly ifVersion?: number }): Promise<boolean>",
      summary: "Removes an entry, and tells whether it was there.",
      calls: ["delete"],
      errors: [...SHARED_ERRORS, "STORAGE_CONFLICT"],
      example: 'await ctx.storage.delete("import/cursor");',
    },
    has: {
      signature: "(key: string): Promise<boolean>",
      summary: "Tells whether there is an entry.",
      calls: ["has"],
      errors: SHARED_ERRORS,
      example: 'const isDone = await ctx.storage.has("import/done");',
    },
    list: {
      signature: "(options?: StorageListOptions): Promise<StoragePage>",
      summary:
        "Lists entries without their values, in the order of their keys as UTF-8 writes them: `Z` comes before `a`.",
      calls: ["list"],
      errors: SHARED_ERRORS,
      example: `let after = "";
do {
  const { items, nextCursor } = await ctx.storage.list({ prefix: "orders/", after });
  for (const { key, size } of items) ctx.log.info(key, { size });
  after = nextCursor ?? "";
} while (after !== "");`,
    },
    increment: {
      signature: "(key: string, by?: number, options?: StorageOptions): Promise<number>",
      summary:
        "Adds to a number, 1 by default, and gives the sum. A missing entry counts as 0 and is made with `ttlSeconds`; one that is there keeps its time. Nothing gets lost when executions do it at the same time.",
      calls: ["increment"],
      errors: [...SHARED_ERRORS, "STORAGE_NOT_A_NUMBER", "STORAGE_QUOTA"],
      example: 'const number = await ctx.storage.increment("invoices/last");',
    },
  },
  limits: [
    KEY_LIMIT,
    { name: "value", value: `${MAX_VALUE_BYTES / 1024} KiB of JSON text` },
    { name: "ttlSeconds", value: `${MAX_TTL_SECONDS} (ten years)` },
    { name: "entries of a tenant", value: "1,000,000, and the quota `storedBytes` for keys and values" },
  ],
  errors: { ...STORAGE_ERRORS, STORAGE_UNAVAILABLE },
});
