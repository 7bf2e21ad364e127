import type { Capability } from "@skerry/sandbox";
import { createCacheCapabilities } from "../capabilities/cache.ts";
import { createEventCapability } from "../capabilities/events.ts";
import { createHttpCapability } from "../capabilities/http/capability.ts";
import { countOutboundCall, createLimitsCapability } from "../capabilities/limits.ts";
import { createProgressCapability } from "../capabilities/progress.ts";
import { createSecretCapability, NO_SECRETS } from "../capabilities/secrets.ts";
import type { SecretSource } from "../capabilities/secrets.ts";
import type { EventPublisher } from "../events/publisher.ts";
import { createProgressBoard } from "../executions/progress.ts";
import type { ProgressBoard } from "../executions/progress.ts";
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
  /** Default: what executions tell of their progress is not kept. */
  readonly progress?: ProgressBoard;
  /** Default: `events.publish` does not exist, as without quotas. */
  readonly events?: EventPublisher;
}

/** Makes the capabilities of one node, or of one `skerry exec`. */
export function createCapabilities({
  secrets = NO_SECRETS,
  quotas,
  events,
  progress = createProgressBoard(),
}: CapabilitySetOptions = {}): CapabilitySet {
  const http = createHttpCapability({
    onRequest: quotas && ((tenant) => countOutboundCall(quotas, tenant)),
  });
  const limits = quotas === undefined ? [] : [createLimitsCapability(quotas)];
  const publishing = !events || !quotas ? [] : [createEventCapability(events, quotas)];
  return {
    capabilities: [
      http,
      ...createCacheCapabilities(),
      createSecretCapability(secrets),
      createProgressCapability(progress),
      ...limits,
      ...publishing,
    ],
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}
