import { sql } from "kysely";
import { pino } from "pino";
import { createStorageCapabilities } from "../src/capabilities/storage/capability.ts";
import { createStorageStore } from "../src/capabilities/storage/store.ts";
import { createTenantLine } from "../src/capabilities/tenant-line.ts";
import { openDatabase } from "../src/db/open.ts";
import type { Database } from "../src/db/open.ts";
import { createPlans } from "../src/plans/plan.ts";
import { createQuotaService } from "../src/quotas/service.ts";
import type { QuotaService } from "../src/quotas/service.ts";
import { insertTenant } from "../src/tenants/repository.ts";
import { createTestDatabase } from "./database.ts";
import { callCapability } from "./http/call.ts";

/** `storage.*` of one node, with arguments as the guest sends them. The tenant is `acme` by default. */
export type StorageNode = (verb: string, args: object, tenant?: string) => Promise<unknown>;

/** What `storage.list` answers. */
export interface StoragePageReply {
  readonly items: readonly { readonly key: string; readonly version: number; readonly size: number }[];
  readonly nextCursor: string | null;
}

/** Two nodes over one database, with the tenants `acme`, `globex`, `model`, and `small`, who may store 1,000 bytes. */
export interface StorageNodes extends AsyncDisposable {
  readonly database: Database;
  readonly one: StorageNode;
  readonly two: StorageNode;
  /** All keys, page by page. */
  listAll(node: StorageNode, page: object, tenant?: string): Promise<string[]>;
  /** Ends the time of an entry of `acme`. */
  expire(key: string): Promise<void>;
  /** What the quota counts. */
  usedBytes(tenant: string): Promise<number>;
}

export async function openStorageNodes(): Promise<StorageNodes> {
  await using starting = new AsyncDisposableStack();
  const { database, url } = starting.use(await createTestDatabase());
  const other = starting.use(await openDatabase({ url }));
  const plans = createPlans({ small: { quotas: { storedBytes: 1_000 } } });
  const logger = pino({ level: "silent" });
  const quotas = starting.use(await createQuotaService({ database, logger, plans }));
  for (const id of ["acme", "globex", "model", "small"]) {
    await insertTenant(database.kysely, { id, name: id, plan: id === "small" ? "small" : "default" });
  }
  const parts = starting.move();
  return {
    database,
    one: openNode(database, quotas),
    two: openNode(other, quotas),
    async listAll(node, page, tenant) {
      const keys: string[] = [];
      for (let after: string | null = ""; after !== null;) {
        const { items, nextCursor } = (await node("list", { ...page, after }, tenant)) as StoragePageReply;
        keys.push(...items.map(({ key }) => key));
        after = nextCursor;
      }
      return keys;
    },
    async expire(key) {
      await sql`update skerry.storage_entries set expires_at = now() - interval '1 second'
        where tenant_id = 'acme' and key = ${key}`.execute(database.kysely);
    },
    usedBytes: async (tenant) => (await quotas.remaining(tenant)).storedBytes.used,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function openNode(database: Database, quotas: QuotaService): StorageNode {
  const store = createStorageStore({ line: createTenantLine(database), quotas });
  const capabilities = new Map(createStorageCapabilities(store).map((each) => [each.name, each]));
  return async (verb, args, tenant = "acme") => {
    const capability = capabilities.get(`storage.${verb}`);
    if (capability === undefined) throw new RangeError(`No capability storage.${verb}.`);
    return (await callCapability(capability, args, { tenant })).value;
  };
}
