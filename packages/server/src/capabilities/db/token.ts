import { createHash } from "node:crypto";
import { TENANT_ID_PATTERN } from "../../db/tenant-scope.ts";

/** How long a token is good: longer than any transaction, with room for clocks that differ. */
const TOKEN_MS = 10 * 60_000;

/** Whom a transaction acts for. */
export interface TokenClaim {
  readonly tenant: string;
  /** Process id of the connection's server process; the token is worth nothing on another connection. */
  readonly pid: number;
}

/** Signs what `skerry.script_tenant()` of migration 0016 verifies, in its format. */
export function signToken(key: Uint8Array, { tenant, pid }: TokenClaim, now = Date.now()): string {
  if (!TENANT_ID_PATTERN.test(tenant)) throw new Error(`${JSON.stringify(tenant)} is not a tenant id.`);
  const claim = `${tenant}.${Math.floor((now + TOKEN_MS) / 1_000)}.${pid}`;
  const inner = createHash("sha256").update(key).update(claim).digest();
  return `${claim}.${createHash("sha256").update(key).update(inner).digest("hex")}`;
}
