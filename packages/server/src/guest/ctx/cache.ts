import { call } from "@skerry/sandbox/guest";
import { NativeMap, mapDelete, mapGet, mapSet } from "../primordials.ts";
import { freezeNamespace } from "./namespace.ts";

interface CacheOptions {
  /** Seconds until the entry is forgotten; without it the host's default holds. */
  readonly ttlSeconds?: number;
}

interface Cache {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, options?: CacheOptions): Promise<void>;
  delete(key: string): Promise<boolean>;
  has(key: string): Promise<boolean>;
  increment(key: string, by?: number, options?: CacheOptions): Promise<number>;
  remember(key: string, options: CacheOptions, produce: () => unknown): Promise<unknown>;
}

/** What is being produced in this execution, by key. */
let producing = new NativeMap<string, Promise<unknown>>();

const CACHE: Cache = freezeNamespace({
  get: getEntry,
  set: setEntry,
  delete: async (key) => (await call("cache.delete", { key })).value as boolean,
  has: async (key) => (await call("cache.has", { key })).value as boolean,
  increment: async (key, by = 1, options) =>
    (await call("cache.increment", { key, by, ttlSeconds: options?.ttlSeconds })).value as number,
  remember: async (key, options, produce) => {
    const known = mapGet(producing, key);
    if (known !== undefined) return await known;
    const began = producing;
    const result = lookUpOrProduce(key, options, produce);
    mapSet(began, key, result);
    try {
      return await result;
    } finally {
      mapDelete(began, key);
    }
  },
});

/** `ctx.cache` of an execution that begins: values that a script may lose at any time, shared by all its executions. */
export function beginCache(): Cache {
  producing = new NativeMap();
  return CACHE;
}

/** Nothing (`null`, `undefined`) is never kept: it is what a missing entry looks like. */
async function lookUpOrProduce(key: string, options: CacheOptions, produce: () => unknown): Promise<unknown> {
  const kept = await getEntry(key);
  if (kept !== null) return kept;
  const value = await produce();
  if (value !== null && value !== undefined) await setEntry(key, value, options);
  return value;
}

async function getEntry(key: string): Promise<unknown> {
  return (await call("cache.get", { key })).value as unknown;
}

async function setEntry(key: string, value: unknown, options?: CacheOptions): Promise<void> {
  await call("cache.set", { key, value, ttlSeconds: options?.ttlSeconds });
}
