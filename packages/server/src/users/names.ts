import { requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { isUuid } from "../rest/ids.ts";
import { listUserNames } from "./repository.ts";

/** How users are called, for those who see what was done but do not manage users. */
export interface UserNames {
  /** By id; ids of others than the tenant's users are not in it. */
  find(caller: Caller, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export function createUserNames(database: Database): UserNames {
  return {
    async find(caller, ids) {
      requirePermission(caller, "scripts.read");
      const wanted = ids.filter(isUuid);
      if (wanted.length === 0) return new Map();
      const rows = await withTenant(database, caller.tenantId, (queries) =>
        listUserNames(queries, caller.tenantId, wanted),
      );
      return new Map(rows.map(({ id, name, email }) => [id, name === "" ? email : name]));
    },
  };
}
