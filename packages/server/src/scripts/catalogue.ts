import { LRUCache } from "lru-cache";
import type { Database } from "../db/open.ts";
import type { TenantStatus } from "../db/schema.ts";
import { TENANT_ID_PATTERN, withTenant } from "../db/tenant-scope.ts";
import { findTenantStatus } from "../endpoints/repository.ts";
import { SkerryError } from "../problems/errors.ts";
import { findScript } from "./repository.ts";
import type { ScriptRow } from "./repository.ts";

/** What has to be known of a script before it runs. */
export interface ScriptFacts extends Readonly<
  Pick<ScriptRow, "tenant_id" | "id" | "name" | "type" | "status" | "active_version">
> {
  readonly tenantStatus: TenantStatus;
}

/** The scripts that were asked for, in memory: running a warm one asks the database nothing about it. */
export interface ScriptCatalogue extends AsyncDisposable {
  /** Finds by id or name. @throws SkerryError `SCRIPT_NOT_FOUND`. */
  require(tenantId: string, idOrName: string): Promise<ScriptFacts>;
  /** To be called after this node changed a tenant's scripts; other nodes hear of it by themselves. */
  forget(tenantId: string): void;
}

/**
 * Carries the id of a tenant whose scripts, endpoints or status changed, when the change commits. The tables' own
 * triggers send it.
 */
export const SCRIPTS_CHANNEL = "skerry_scripts";

const MAX_TENANTS = 10_000;
const MAX_SCRIPTS = 100_000;
/** Should a notification get lost in spite of all, a change shows after this. */
const REMEMBER_MS = 30_000;

export async function createScriptCatalogue(database: Database): Promise<ScriptCatalogue> {
  /** A tenant's scripts are kept under its present number: to forget the number is to forget them all. */
  const editions = new LRUCache<string, number>({ max: MAX_TENANTS });
  const scripts = new LRUCache<string, Promise<ScriptFacts | undefined>>({
    max: MAX_SCRIPTS,
    ttl: REMEMBER_MS,
  });
  let lastEdition = 0;
  const hearing = await database.listen(SCRIPTS_CHANNEL, {
    onNotification: (tenantId) => editions.delete(tenantId),
    onGap: () => editions.clear(),
  });

  function editionOf(tenantId: string): number {
    const known = editions.get(tenantId);
    if (known !== undefined) return known;
    lastEdition += 1;
    editions.set(tenantId, lastEdition);
    return lastEdition;
  }

  async function find(tenantId: string, idOrName: string): Promise<ScriptFacts | undefined> {
    const key = `${editionOf(tenantId)}/${idOrName}`;
    const known = scripts.get(key);
    if (known !== undefined) return await known;
    const loading = loadFacts(database, tenantId, idOrName);
    scripts.set(key, loading);
    try {
      const facts = await loading;
      // What there is not can be asked for under any number of names.
      if (facts === undefined) scripts.delete(key);
      return facts;
    } catch (error) {
      scripts.delete(key);
      throw error;
    }
  }

  return {
    async require(tenantId, idOrName) {
      const facts = await find(tenantId, idOrName);
      if (facts !== undefined) return facts;
      throw new SkerryError(
        "SCRIPT_NOT_FOUND",
        `There is no script ${JSON.stringify(idOrName.slice(0, 100))}.`,
      );
    },
    forget: (tenantId) => void editions.delete(tenantId),
    [Symbol.asyncDispose]: () => hearing[Symbol.asyncDispose](),
  };
}

async function loadFacts(
  database: Database,
  tenantId: string,
  idOrName: string,
): Promise<ScriptFacts | undefined> {
  if (!TENANT_ID_PATTERN.test(tenantId)) return undefined;
  return await withTenant(database, tenantId, async (queries) => {
    const row = await findScript(queries, tenantId, idOrName);
    const tenantStatus = row && (await findTenantStatus(queries, tenantId));
    if (tenantStatus === undefined) return undefined;
    const { tenant_id, id, name, type, status, active_version } = row as ScriptRow;
    return { tenant_id, id, name, type, status, active_version, tenantStatus };
  });
}

/** Checks that the script's tenant runs anything at all. @throws SkerryError `TENANT_SUSPENDED`. */
export function requireActiveTenant({ tenant_id, tenantStatus }: ScriptFacts): void {
  if (tenantStatus === "active") return;
  throw new SkerryError("TENANT_SUSPENDED", `The tenant ${tenant_id} is suspended and runs nothing.`);
}
