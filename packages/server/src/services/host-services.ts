import type { Capability, CapabilityCall } from "@skerry/sandbox";
import type { Logger } from "pino";
import { insertRecord } from "../audit/repository.ts";
import type { Database } from "../db/open.ts";
import { withPlatform, withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { ATTRIBUTES } from "../executions/attributes.ts";
import type { QuotaService } from "../quotas/service.ts";
import { createServiceCapability } from "./call.ts";
import { findBreakingChanges } from "./comparison.ts";
import { describeService } from "./declared.ts";
import type { DeclaredService } from "./declared.ts";
import { pathOf, requireDistinctNames } from "./names.ts";
import { findEarlierSchemas, saveSchemas } from "./repository.ts";
import type { Service } from "./service.ts";
import { createUseLog } from "./use-log.ts";

/** The services of the host, on one node. Disposing writes which scripts used them. */
export interface HostServices extends AsyncDisposable {
  readonly declared: readonly DeclaredService[];
  readonly capabilities: readonly Capability[];
  /** Writes which scripts used services; what is not written yet no report shows. Never rejects. */
  flush(): Promise<void>;
}

export interface HostServicesOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly quotas: Pick<QuotaService, "take" | "termsOf">;
  readonly services: readonly Service[];
}

/** Where the host declares none. */
export const NO_SERVICES: HostServices = {
  declared: [],
  capabilities: [],
  flush: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/**
 * Keeps the services' schemas, so that later ones can be compared with them; the log tells of changes that may break
 * scripts.
 *
 * @throws StartError `CONFIG_INVALID` for services that cannot be declared together.
 */
export async function openServices(options: HostServicesOptions): Promise<HostServices> {
  const { database, logger, quotas, services } = options;
  if (services.length === 0) return NO_SERVICES;
  requireDistinctNames(services);
  const declared = services.map(describeService);
  await withPlatform(database, (queries) => keepSchemas(queries, declared, logger));
  const uses = createUseLog({ database, logger });
  const record = (service: Service, call: CapabilityCall): Promise<void> =>
    recordCall(database, service, call);
  return {
    declared,
    capabilities: services.map((service) =>
      createServiceCapability(service, { logger, quotas, uses, record }),
    ),
    flush: () => uses.flush(),
    [Symbol.asyncDispose]: () => uses[Symbol.asyncDispose](),
  };
}

async function keepSchemas(
  queries: Queries,
  declared: readonly DeclaredService[],
  logger: Logger,
): Promise<void> {
  const changed = await saveSchemas(
    queries,
    declared.map(({ path, checksum, input, output }) => ({ service: path, checksum, input, output })),
  );
  for (const service of declared.filter(({ path }) => changed.includes(path))) {
    const earlier = await findEarlierSchemas(queries, { service: service.path, checksum: service.checksum });
    const changes = earlier === undefined ? [] : findBreakingChanges(earlier, service);
    if (changes.length > 0) {
      logger.warn({ service: service.path, changes }, "a service changed in a way that may break scripts");
    }
  }
}

/** A call that is to be recorded is not made unless it is. */
async function recordCall(
  database: Database,
  service: Service,
  { tenant, executionId, attributes }: CapabilityCall,
): Promise<void> {
  const { script = "" } = attributes;
  await withTenant(database, tenant, (queries) =>
    insertRecord(queries, tenant, {
      actor: `script:${script}`,
      action: "service.called",
      targetType: "service",
      targetId: pathOf(service),
      targetName: null,
      before: null,
      after: JSON.stringify({ executionId }),
      address: null,
      requestId: attributes[ATTRIBUTES.requestId] ?? null,
    }),
  );
}

/** The guest runtime with a binding for each service, which it makes while its snapshot is taken. */
export function addServiceBindings(guestBundle: string, { declared }: HostServices): string {
  if (declared.length === 0) return guestBundle;
  const bindings = declared.map(({ path, deprecated }) => ({ path, deprecated }));
  // The directive has to stand first, or the bundle's own would be none any more.
  return `"use strict"; globalThis.hostServices = ${JSON.stringify(bindings)};\n${guestBundle}`;
}
