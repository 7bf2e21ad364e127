import type { Capability } from "@skerry/sandbox";
import { createCacheCapabilities } from "../capabilities/cache/capability.ts";
import { createEventCapability } from "../capabilities/events.ts";
import { createExpressionCapability } from "../capabilities/expressions.ts";
import { requireGrant } from "../capabilities/granting.ts";
import { createHttpCapability } from "../capabilities/http/capability.ts";
import type { EgressOptions } from "../capabilities/http/sender.ts";
import { countOutboundCall, createLimitsCapability } from "../capabilities/limits.ts";
import { createProgressCapability } from "../capabilities/progress.ts";
import type { ScriptEntries } from "../capabilities/script-entries.ts";
import { createScriptCapability } from "../capabilities/scripts.ts";
import { createSecretCapability, NO_SECRETS } from "../capabilities/secrets.ts";
import type { SecretSource } from "../capabilities/secrets.ts";
import { createStorageCapabilities } from "../capabilities/storage/capability.ts";
import type { ScriptLine } from "../calls/script-line.ts";
import type { EventPublisher } from "../events/publisher.ts";
import { traceCapability } from "../observability/capability-spans.ts";
import { createTracing } from "../observability/tracing.ts";
import type { Tracing } from "../observability/tracing.ts";
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
  /** Default: `scripts.call` does not exist. */
  readonly scriptLine?: ScriptLine;
  /** Where requests may go beside public hosts. Default nowhere. */
  readonly egress?: EgressOptions;
  /** Default: the cache is in this process, and `ctx.storage` does not exist. */
  readonly entries?: ScriptEntries;
  /** Over the host's tables. Default: `ctx.db` does not exist. */
  readonly db?: readonly Capability[];
  /** Of the host's services. Default none. */
  readonly services?: readonly Capability[];
  /** Default: by the provider that the process has registered. */
  readonly tracing?: Tracing;
}

/** Makes the capabilities of one node, or of one `skerry exec`. Where there are quotas, plans say who may call which. */
export function createCapabilities({
  secrets = NO_SECRETS,
  quotas,
  events,
  scriptLine,
  egress,
  progress = createProgressBoard(),
  entries,
  db = [],
  services = [],
  tracing = createTracing(),
}: CapabilitySetOptions = {}): CapabilitySet {
  const http = createHttpCapability({
    ...egress,
    ...(quotas && { listsOf: async (tenant) => (await quotas.termsOf(tenant)).http }),
    secrets,
    onRequest: quotas && ((tenant) => countOutboundCall(quotas, tenant)),
  });
  const limits = quotas === undefined ? [] : createLimitsCapability(quotas);
  const publishing = !events || !quotas ? [] : createEventCapability(events, quotas);
  const all: readonly Capability[] = [
    http,
    ...createCacheCapabilities({ store: entries?.cache }),
    ...(entries === undefined ? [] : createStorageCapabilities(entries.storage)),
    ...createSecretCapability(secrets),
    ...createProgressCapability(progress),
    ...createExpressionCapability(),
    ...limits,
    ...publishing,
    ...(scriptLine === undefined ? [] : createScriptCapability(scriptLine)),
    ...db,
    ...services,
  ];
  const granted = quotas === undefined ? all : all.map((capability) => requireGrant(capability, quotas));
  return {
    capabilities: granted.map((capability) => traceCapability(capability, tracing)),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}
