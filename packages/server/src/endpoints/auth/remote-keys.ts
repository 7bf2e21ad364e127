import { CapabilityError } from "@skerry/sandbox";
import { customFetch } from "jose";
import { LRUCache } from "lru-cache";
import { fetchTokenKeys } from "../../auth/token-keys.ts";
import type { TokenKeys } from "../../auth/token-keys.ts";
import { createHttpSender } from "../../capabilities/http/sender.ts";
import type { EgressOptions } from "../../capabilities/http/sender.ts";
import { isGranted } from "../../plans/grants.ts";

/** Key sets (RFC 7517) at addresses that tenants name. */
export interface RemoteKeys extends AsyncDisposable {
  /**
   * The keys at an `https:` address, fetched when the first token needs one, then every ten minutes, and when a token
   * names a key that is not there, at most every 30 s. Finding
   * one rejects with SkerryError `TOKEN_KEYS_UNAVAILABLE` while they cannot be had.
   */
  open(tenantId: string, url: string): TokenKeys;
}

export interface RemoteKeysOptions extends EgressOptions {
  /** What the tenant's plan lets scripts call: whose scripts may send no requests has none sent by settings. */
  readonly capabilitiesOf: (tenantId: string) => Promise<readonly string[]>;
}

const LIMITS = {
  timeoutMs: 5_000,
  requestBytes: 0,
  responseBytes: 64 * 1024,
  redirects: 0,
  concurrentPerTenant: 2,
} as const;
const MAX_SETS = 200;
/** Who sends tokens must not make this node ask again and again for what does not answer. */
const RETRY_AFTER_MS = 5_000;

export function createRemoteKeys({ capabilitiesOf, ...egress }: RemoteKeysOptions): RemoteKeys {
  const sender = createHttpSender({ ...egress, limits: LIMITS, onRequest: requireHttp });
  const opened = new LRUCache<string, TokenKeys>({ max: MAX_SETS });

  async function requireHttp(tenantId: string): Promise<void> {
    if (isGranted(await capabilitiesOf(tenantId), "http.request")) return;
    throw new CapabilityError("CAPABILITY_DENIED", "The plan of this tenant does not give http.request.");
  }

  function createFetch(tenantId: string): (url: string, init: FetchInit) => Promise<Response> {
    let failed: { readonly until: number; readonly error: unknown } | undefined;
    return async (url, { headers, signal }) => {
      if (failed && Date.now() < failed.until) throw failed.error;
      const request = {
        url,
        method: "GET",
        headers: [...headers],
        body: undefined,
        redirect: "error",
      } as const;
      try {
        const { status, body } = await sender.send(tenantId, request, signal);
        if (status !== 200) throw new Error(`The address of the keys answered ${status}.`);
        return new Response(new Uint8Array(body));
      } catch (error) {
        failed = { until: Date.now() + RETRY_AFTER_MS, error };
        throw error;
      }
    };
  }

  return {
    open(tenantId, url) {
      const name = `${tenantId} ${url}`;
      const keys =
        opened.get(name) ??
        fetchTokenKeys(new URL(url), {
          timeoutDuration: LIMITS.timeoutMs,
          [customFetch]: createFetch(tenantId),
        });
      opened.set(name, keys);
      return keys;
    },
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  };
}

interface FetchInit {
  readonly headers: Headers;
  readonly signal: AbortSignal;
}
