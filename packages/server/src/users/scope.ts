import type { Database } from "../db/open.ts";
import { withPlatform, withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";

/** The tenant that users belong to; null for superadmins, who belong to the installation. */
export type UserScope = string | null;

/** Runs `work` in one transaction that may see the users of the scope. */
export async function withUsers<Result>(
  database: Database,
  scope: UserScope,
  work: (queries: Queries) => Promise<Result>,
): Promise<Result> {
  return scope === null ? await withPlatform(database, work) : await withTenant(database, scope, work);
}

/** How a column is compared with a scope. Unlike "is not distinct from", each of the two uses indexes. */
export function compareScope(scope: UserScope): "is" | "=" {
  return scope === null ? "is" : "=";
}
