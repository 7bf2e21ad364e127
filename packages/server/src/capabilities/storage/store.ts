import { CapabilityError } from "@skerry/sandbox";
import pg from "pg";
import type { Queries } from "../../db/tenant-scope.ts";
import { SkerryError } from "../../problems/errors.ts";
import type { QuotaService } from "../../quotas/service.ts";
import { findKeyFault } from "../entry-key.ts";
import { ignoreOutOfRange } from "../json-number.ts";
import type { TenantLine } from "../tenant-line.ts";
import { createStorageError } from "./errors.ts";
import { endOfPrefix } from "./key-range.ts";
import {
  deleteStorageEntry,
  findStorageEntry,
  hasStorageEntry,
  incrementStorageEntry,
  listStorageEntries,
  replaceStorageEntry,
  saveStorageEntry,
} from "./repository.ts";
import type { StorageEntryRow, StorageItemRow, StorageWrite } from "./repository.ts";

/** Whose entries are meant, and until when anybody waits for the answer. */
export interface StorageCaller {
  readonly tenant: string;
  readonly signal?: AbortSignal;
}

/** One page of entries. */
export interface StorageItems {
  readonly items: readonly StorageItemRow[];
  /** The last key; null when there are no more. */
  readonly nextCursor: string | null;
}

/** What a page is about. */
export interface StoragePageRequest {
  readonly prefix: string;
  readonly after: string;
  readonly limit: number;
}

/** The tenants' durable entries. Everything rejects with the codes of `STORAGE_ERRORS`. */
export interface StorageStore {
  find(caller: StorageCaller, key: string): Promise<StorageEntryRow | undefined>;
  has(caller: StorageCaller, key: string): Promise<boolean>;
  list(caller: StorageCaller, page: StoragePageRequest): Promise<StorageItems>;
  /** With `ifVersion`, only what has that version, or with null what is not there. @returns the new version. */
  set(caller: StorageCaller, write: StorageWrite, ifVersion?: number | null): Promise<number>;
  delete(caller: StorageCaller, key: string, ifVersion?: number): Promise<boolean>;
  /** @returns the sum. */
  increment(caller: StorageCaller, key: string, by: number, ttlMs: number | undefined): Promise<number>;
}

/** Options of {@link createStorageStore}. */
export interface StorageStoreOptions {
  readonly line: TenantLine;
  readonly quotas: Pick<QuotaService, "requireStored">;
}

/** SQLSTATE program_limit_exceeded, which the table's trigger gives. */
const TOO_MANY_ENTRIES = "54000";

export function createStorageStore({ line, quotas }: StorageStoreOptions): StorageStore {
  function run<Result>(
    { tenant, signal }: StorageCaller,
    work: (queries: Queries) => Promise<Result>,
  ): Promise<Result> {
    return line.run("STORAGE", tenant, work, signal);
  }

  /** Bytes and entries are counted by the rows themselves, in the transaction that writes them. */
  async function write<Result>(
    caller: StorageCaller,
    work: (queries: Queries) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await run(caller, async (queries) => {
        const result = await work(queries);
        await quotas.requireStored(queries, caller.tenant);
        return result;
      });
    } catch (error) {
      throw explainWrite(error);
    }
  }

  return {
    async find(caller, key) {
      checkKey(key);
      return await run(caller, (queries) => findStorageEntry(queries, caller.tenant, key));
    },

    async has(caller, key) {
      checkKey(key);
      return await run(caller, (queries) => hasStorageEntry(queries, caller.tenant, key));
    },

    async list(caller, { prefix, after, limit }) {
      for (const text of [prefix, after]) if (text !== "") checkKey(text);
      const range = { prefix, end: endOfPrefix(prefix), after, limit };
      const found = await run(caller, (queries) => listStorageEntries(queries, caller.tenant, range));
      const items = found.slice(0, limit);
      return { items, nextCursor: found.length > limit ? (items.at(-1)?.key ?? null) : null };
    },

    async set(caller, entry, ifVersion) {
      checkKey(entry.key);
      return await write(caller, async (queries) => {
        const version =
          typeof ifVersion === "number"
            ? await replaceStorageEntry(queries, caller.tenant, entry, ifVersion)
            : await saveStorageEntry(queries, caller.tenant, entry, { isNew: ifVersion === null });
        return version ?? refuseVersion(entry.key, ifVersion);
      });
    },

    async delete(caller, key, ifVersion) {
      checkKey(key);
      const isGone = await run(caller, (queries) =>
        deleteStorageEntry(queries, caller.tenant, key, ifVersion),
      );
      return isGone || ifVersion === undefined ? isGone : refuseVersion(key, ifVersion);
    },

    async increment(caller, key, by, ttlMs) {
      checkKey(key);
      const sum = await write(caller, (queries) =>
        incrementStorageEntry(queries, caller.tenant, key, { by, ttlMs }),
      ).catch(ignoreOutOfRange);
      if (sum !== undefined) return sum;
      const message = `${JSON.stringify(key)} cannot be incremented by ${by}: it holds no number, or one too large.`;
      throw createStorageError("STORAGE_NOT_A_NUMBER", message);
    },
  };
}

function checkKey(key: string): void {
  const fault = findKeyFault(key);
  if (fault !== undefined) throw createStorageError("STORAGE_KEY_INVALID", fault);
}

function refuseVersion(key: string, ifVersion: number | null | undefined): never {
  const expectation = ifVersion === null ? "exists already" : `does not have the version ${ifVersion}`;
  throw createStorageError("STORAGE_CONFLICT", `The entry ${JSON.stringify(key)} ${expectation}.`);
}

function explainWrite(error: unknown): unknown {
  if (error instanceof CapabilityError) return error;
  if (error instanceof SkerryError && error.quota !== undefined) {
    const { used, limit } = error.quota;
    return createStorageError(
      "STORAGE_QUOTA",
      `The tenant may store ${limit} bytes, and ${used} are used. Delete something, or have the quota raised.`,
    );
  }
  if (error instanceof pg.DatabaseError && error.code === TOO_MANY_ENTRIES) {
    return createStorageError("STORAGE_QUOTA", `The tenant has 1,000,000 entries; more are not allowed.`);
  }
  return error;
}
