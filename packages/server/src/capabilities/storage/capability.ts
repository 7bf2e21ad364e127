import type { Capability, JsonValue } from "@skerry/sandbox";
import { createNamespaceCapabilities } from "../namespace.ts";
import { createStorageError } from "./errors.ts";
import { MAX_VALUE_BYTES, STORAGE } from "./namespace.ts";
import type { StorageStore } from "./store.ts";

/** Entries belong to the tenant of the call. */
export function createStorageCapabilities(store: StorageStore): readonly Capability[] {
  return createNamespaceCapabilities(STORAGE, {
    async get({ key }, call) {
      const entry = await store.find(call, key);
      return { value: entry === undefined ? null : (JSON.parse(entry.value) as JsonValue) };
    },
    async getEntry({ key }, call) {
      const entry = await store.find(call, key);
      if (entry === undefined) return { value: null };
      const { value, version, expiresAt } = entry;
      return { value: { value: JSON.parse(value) as JsonValue, version, expiresAt: writeMoment(expiresAt) } };
    },
    async set({ key, value, ttlSeconds, ifVersion }, call) {
      const write = { key, json: encodeValue(key, value), ttlMs: toMs(ttlSeconds) };
      return { value: await store.set(call, write, ifVersion) };
    },
    async delete({ key, ifVersion }, call) {
      return { value: await store.delete(call, key, ifVersion) };
    },
    async has({ key }, call) {
      return { value: await store.has(call, key) };
    },
    async list(page, call) {
      const { items, nextCursor } = await store.list(call, page);
      const shown = items.map(({ key, version, size, expiresAt }) => ({
        key,
        version,
        size,
        expiresAt: writeMoment(expiresAt),
      }));
      return { value: { items: shown, nextCursor } };
    },
    async increment({ key, by, ttlSeconds }, call) {
      return { value: await store.increment(call, key, by, toMs(ttlSeconds)) };
    },
  });
}

function writeMoment(moment: Date | null): string | null {
  return moment === null ? null : moment.toISOString();
}

function toMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000;
}

function encodeValue(key: string, value: JsonValue): string {
  const json = JSON.stringify(value);
  const bytes = Buffer.byteLength(json);
  if (bytes <= MAX_VALUE_BYTES) return json;
  throw createStorageError(
    "STORAGE_VALUE_LIMIT",
    `The value for ${JSON.stringify(key)} has ${bytes} bytes of JSON; at most ${MAX_VALUE_BYTES} are allowed.`,
  );
}
