import type { Capability } from "@skerry/sandbox";
import { createCacheCapabilities } from "../capabilities/cache.ts";
import { createHttpCapability } from "../capabilities/http/capability.ts";
import { countOutboundCall, createLimitsCapability } from "../capabilities/limits.ts";
import { createSecretCapability, NO_SECRETS } from "../capabilities/secrets.ts";
import type { SecretSource } from "../capabilities/secrets.ts";
import type { QuotaService } from "../quotas/service.ts";

/** Every capability that a script gets, with the connections and memory behind them. */
export interface CapabilitySet extends AsyncDisposable {
  readonly capabilities: readonly Capability[];
}

/** Options of {@link createCapabilities}. */
export interface CapabilitySetOptions {
  /** Default: there are no secrets. */
  readonly secrets?: SecretSource;
  /** Default: nothing is counted, and `limits.remaining` does not exist. */
  readonly quotas?: QuotaService;
}

/** Makes the capabilities of one node, or of one `skerry exec`. */
export function createCapabilities({
  secrets = NO_SECRETS,
  quotas,
}: CapabilitySetOptions = {}): CapabilitySet {
  const http = createHttpCapability({
    onRequest: quotas && ((tenant) => countOutboundCall(quotas, tenant)),
  });
  const limits = quotas === undefined ? [] : [createLimitsCapability(quotas)];
  return {
    capabilities: [http, ...createCacheCapabilities(), createSecretCapability(secrets), ...limits],
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}
