import { randomUUID } from "node:crypto";
import { guestBundle } from "#bundles";
import { createRunnerPool } from "@skerry/sandbox";
import type { RunnerPool, RunnerPoolOptions } from "@skerry/sandbox";
import type { Logger } from "pino";
import { openScriptEntries } from "../capabilities/script-entries.ts";
import { createDbCapabilities } from "../capabilities/db/capability.ts";
import type { ExposedTable } from "../capabilities/db/exposed-table.ts";
import { allowInternalHosts } from "../capabilities/http/internal-hosts.ts";
import { createScriptDatabase } from "../capabilities/db/script-database.ts";
import type { Identify } from "../auth/identity.ts";
import type { Config } from "../config.ts";
import { openDatabase } from "../db/open.ts";
import type { Database } from "../db/open.ts";
import { createScriptLine } from "../calls/script-line.ts";
import { createEventPublisher } from "../events/publisher.ts";
import { loadPackages } from "../modules/packages.ts";
import { countCalls } from "../observability/metrics/capabilities.ts";
import { countStatement } from "../observability/metrics/database.ts";
import { countPublished } from "../observability/metrics/events.ts";
import { createMetrics } from "../observability/metrics/metrics.ts";
import type { Metrics } from "../observability/metrics/metrics.ts";
import { loadPlans } from "../plans/plan-file.ts";
import { describeExecution } from "../observability/log-fields.ts";
import { createTracing } from "../observability/tracing.ts";
import { createPlatform } from "../platform.ts";
import type { Platform } from "../platform.ts";
import { isOfDeletedTenant } from "../problems/violation.ts";
import { createProgressBoard } from "../executions/progress.ts";
import { createQuotaService } from "../quotas/service.ts";
import { createOwnTables } from "../tables/own-tables.ts";
import { createSecretVault } from "../secrets/vault.ts";
import { addServiceBindings, openServices } from "../services/host-services.ts";
import type { HostServices } from "../services/host-services.ts";
import type { Service } from "../services/service.ts";
import { createCapabilities } from "./capabilities.ts";
import { describeDatabase } from "./database.ts";
import { ensureMasterKeys } from "./master-key.ts";

/** How long running executions may take to end after a shutdown was asked for. */
export const DRAIN_MS = 10_000;

/** The parts of one node, put together. Disposing lets running executions end first, for up to 10 s. */
export interface Assembly extends AsyncDisposable {
  readonly database: Database;
  readonly pool: RunnerPool;
  readonly platform: Platform;
}

/** What a host brings in its own code. */
export interface HostParts {
  readonly identify?: Identify | undefined;
  /** Default: those that another node of the installation declared last. */
  readonly tables?: readonly ExposedTable[] | undefined;
  /** Default none. */
  readonly services?: readonly Service[] | undefined;
  /** Default: those of the meter provider that the host registered with OpenTelemetry. */
  readonly metrics?: Metrics | undefined;
  /** What this node is called among all. Default a random UUID. */
  readonly nodeId?: string | undefined;
}

/**
 * Opens the database, starts the runners and puts the platform on top.
 *
 * @throws DatabaseError or SandboxError of the part that does not start; the others are ended again.
 */
export async function assembleSkerry(
  config: Config,
  operatorKey: string,
  installationLogger: Logger,
  { identify, tables, services: offered = [], metrics: givenMetrics, nodeId = randomUUID() }: HostParts = {},
): Promise<Assembly> {
  const { role, isolation, baseUrl, basePath, baseDomain, embed, tokens, oidc, mail } = config;
  const egress = { allow: allowInternalHosts(config.http?.internal ?? []) };
  await using starting = new AsyncDisposableStack();
  const logger = installationLogger.child({ node: nodeId });
  const tracing = createTracing();
  const metrics = givenMetrics ?? starting.use(createMetrics());
  const onNotice = (message: string): void => logger.warn(message);
  const database = starting.use(
    await openDatabase({
      ...describeDatabase(config, onNotice),
      onStatement: (durationMs, isFailed) => countStatement(metrics, durationMs, isFailed),
    }),
  );
  const keys = await ensureMasterKeys(config);
  const vault = starting.use(await createSecretVault({ database, keys, logger }));
  const plans = await loadPlans(config.plans);
  const packages = await loadPackages(config.modules);
  const quotas = starting.use(await createQuotaService({ database, logger, plans, metrics }));
  const services = starting.use(await openServices({ database, logger, quotas, services: offered }));
  const tenantTables = starting.use(await createOwnTables({ database, quotas }));
  const onTables = (message: string): void => logger.info(message);
  const scriptDatabase = starting.use(
    await createScriptDatabase({ database, keys, tables, tenantTables, onNotice: onTables }),
  );
  const entries = starting.use(await openScriptEntries({ database, logger, quotas }));
  const events = countPublished(createEventPublisher(database), metrics);
  const progress = createProgressBoard();
  const scriptLine = createScriptLine();
  const { capabilities } = starting.use(
    createCapabilities({
      secrets: vault,
      quotas,
      events,
      progress,
      scriptLine,
      entries,
      egress,
      db: createDbCapabilities(scriptDatabase),
      services: services.capabilities,
      tracing,
    }),
  );
  const pool = starting.use(
    await createRunnerPool({
      ...(await describePool(config, services, logger)),
      capabilities: capabilities.map((capability) => countCalls(capability, metrics)),
      onRunnerStart: (durationMs) =>
        metrics.record("skerry_runner_start_duration_seconds", durationMs / 1_000, {}),
    }),
  );
  const platform = starting.use(
    await createPlatform({
      database,
      pool,
      logger,
      vault,
      quotas,
      scriptDatabase,
      operatorKey,
      role,
      isolation,
      progress,
      scriptLine,
      baseUrl,
      basePath,
      baseDomain,
      embed,
      tokens,
      oidc,
      mail,
      egress,
      identify,
      hostServices: services,
      packages,
      tracing,
      nodeId,
      metrics,
    }),
  );

  const parts = starting.move();
  async function close(): Promise<void> {
    await platform.drain(DRAIN_MS);
    await parts.disposeAsync();
  }
  return { database, pool, platform, [Symbol.asyncDispose]: close };
}

async function describePool(
  config: Config,
  services: HostServices,
  logger: Logger,
): Promise<RunnerPoolOptions> {
  const { isolation, maxRunners, spareRunners } = config;
  return {
    guestBundle: addServiceBindings(await guestBundle(), services),
    isolation,
    ...(maxRunners === undefined ? {} : { maxRunners }),
    ...(spareRunners === undefined ? {} : { spareRunners }),
    onCapabilityFailure: (error, capability, request) => {
      const about = { err: error, capability, ...describeExecution(request) };
      if (isOfDeletedTenant(error))
        logger.info(about, "a capability was called for a tenant that is deleted");
      else logger.error(about, "capability failed");
    },
  };
}
