import { LRUCache } from "lru-cache";

/** The signatures that this node has let pass and whose time has not run out. */
export interface UsedSignatures {
  /** @returns false when the tenant's signature was used already; `validUntil` in ms since 1970. */
  use(tenantId: string, digest: Buffer, validUntil: number, now: number): boolean;
}

const MAX_TENANTS = 10_000;
/** Per tenant, so that one tenant's requests make nobody forget another's. */
const MAX_SIGNATURES = 50_000;

export function createUsedSignatures(): UsedSignatures {
  const tenants = new LRUCache<string, Map<string, number>>({ max: MAX_TENANTS });

  function signaturesOf(tenantId: string): Map<string, number> {
    const known = tenants.get(tenantId) ?? new Map<string, number>();
    tenants.set(tenantId, known);
    return known;
  }

  return {
    use(tenantId, digest, validUntil, now) {
      const signatures = signaturesOf(tenantId);
      const key = digest.toString("latin1");
      if ((signatures.get(key) ?? -Infinity) >= now) return false;
      forgetOldest(signatures, now);
      signatures.set(key, validUntil);
      return true;
    },
  };
}

/** Roughly in the order of their times, so that the first that is still valid ends the search. */
function forgetOldest(signatures: Map<string, number>, now: number): void {
  for (const [key, validUntil] of signatures) {
    if (validUntil >= now && signatures.size < MAX_SIGNATURES) return;
    signatures.delete(key);
  }
}
