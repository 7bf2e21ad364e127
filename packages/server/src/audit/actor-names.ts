import { listKeyNames } from "../auth/repository.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { findScriptNames } from "../executions/repository.ts";
import { isUuid } from "../rest/ids.ts";
import { listUserNames } from "../users/repository.ts";

/** How those are called who did something, for people who see what was done but manage neither users nor keys. */
export interface ActorNames {
  /**
   * Names of the tenant's users, keys and scripts, also of keys and scripts that are gone, by what records keep of them,
   * such as `key:0198…`; other actors are not in it. Empty for a caller who may not read scripts.
   */
  find(caller: Caller, actors: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export function createActorNames(database: Database): ActorNames {
  return {
    async find({ tenantId, principal }, actors) {
      const idsOf = (kind: string): readonly string[] => pickIds(actors, kind);
      const [users, keys, scripts] = [idsOf("user"), idsOf("key"), idsOf("script")];
      const isNothing = users.length + keys.length + scripts.length === 0;
      if (isNothing || !principal.permissions.has("scripts.read")) return new Map();
      return await withTenant(database, tenantId, async (queries) => {
        const userRows = await listUserNames(queries, tenantId, users);
        const keyRows = await listKeyNames(queries, tenantId, keys);
        const scriptNames = await findScriptNames(queries, tenantId, scripts);
        return new Map([
          ...userRows.map(({ id, name, email }) => [`user:${id}`, name === "" ? email : name] as const),
          ...keyRows.map(({ id, name }) => [`key:${id}`, name] as const),
          ...[...scriptNames].map(([id, { name }]) => [`script:${id}`, name] as const),
        ]);
      });
    },
  };
}

function pickIds(actors: readonly string[], kind: string): readonly string[] {
  const prefix = `${kind}:`;
  const ids = actors.filter((actor) => actor.startsWith(prefix)).map((actor) => actor.slice(prefix.length));
  return [...new Set(ids.filter(isUuid))];
}
