import { call } from "@skerry/sandbox/guest";
import { freezeNamespace } from "./namespace.ts";

interface WriteOptions {
  readonly ttlSeconds?: number;
  readonly ifVersion?: number | null;
}

interface ListOptions {
  readonly prefix?: string;
  readonly after?: string;
  readonly limit?: number;
}

interface Storage {
  get(key: string): Promise<unknown>;
  getEntry(key: string): Promise<unknown>;
  set(key: string, value: unknown, options?: WriteOptions): Promise<number>;
  delete(key: string, options?: { readonly ifVersion?: number }): Promise<boolean>;
  has(key: string): Promise<boolean>;
  list(options?: ListOptions): Promise<unknown>;
  increment(key: string, by?: number, options?: Pick<WriteOptions, "ttlSeconds">): Promise<number>;
}

/** `ctx.storage`: values that stay, shared by all scripts of the tenant. */
export const STORAGE: Storage = freezeNamespace({
  get: async (key) => (await call("storage.get", { key })).value as unknown,
  getEntry: async (key) => (await call("storage.getEntry", { key })).value as unknown,
  set: async (key, value, options) => {
    const { ttlSeconds, ifVersion } = options ?? {};
    return (await call("storage.set", { key, value, ttlSeconds, ifVersion })).value as number;
  },
  delete: async (key, options) =>
    (await call("storage.delete", { key, ifVersion: options?.ifVersion })).value as boolean,
  has: async (key) => (await call("storage.has", { key })).value as boolean,
  list: async (options) => {
    const { prefix, after, limit } = options ?? {};
    return (await call("storage.list", { prefix, after, limit })).value as unknown;
  },
  increment: async (key, by = 1, options) =>
    (await call("storage.increment", { key, by, ttlSeconds: options?.ttlSeconds })).value as number,
});
