import { guestBundle } from "#bundles";
import { createRunnerPool } from "@skerry/sandbox";
import type { Capability, RunnerPool, RunnerPoolOptions } from "@skerry/sandbox";
import type { Logger } from "pino";
import type { Identify } from "../auth/identity.ts";
import type { Config } from "../config.ts";
import { openDatabase } from "../db/open.ts";
import type { Database } from "../db/open.ts";
import { createEventPublisher } from "../events/publisher.ts";
import { loadPlans } from "../plans/plan-file.ts";
import { createPlatform } from "../platform.ts";
import type { Platform } from "../platform.ts";
import { createProgressBoard } from "../executions/progress.ts";
import { createQuotaService } from "../quotas/service.ts";
import { createSecretVault } from "../secrets/vault.ts";
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

/**
 * Opens the database, starts the runners and puts the platform on top.
 *
 * @throws DatabaseError or SandboxError of the part that does not start; the others are ended again.
 */
export async function assembleSkerry(
  config: Config,
  operatorKey: string,
  logger: Logger,
  identify?: Identify,
): Promise<Assembly> {
  const { role, baseUrl, tokens, oidc } = config;
  await using starting = new AsyncDisposableStack();
  const onNotice = (message: string): void => logger.warn(message);
  const database = starting.use(await openDatabase(describeDatabase(config, onNotice)));
  const keys = await ensureMasterKeys(config);
  const vault = starting.use(await createSecretVault({ database, keys, logger }));
  const plans = await loadPlans(config.plans);
  const quotas = starting.use(await createQuotaService({ database, logger, plans }));
  const events = createEventPublisher(database);
  const progress = createProgressBoard();
  const { capabilities } = starting.use(createCapabilities({ secrets: vault, quotas, events, progress }));
  const pool = starting.use(await createRunnerPool(await describePool(config, capabilities, logger)));
  const platform = starting.use(
    await createPlatform({
      database,
      pool,
      logger,
      vault,
      quotas,
      operatorKey,
      role,
      progress,
      baseUrl,
      tokens,
      oidc,
      identify,
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
  capabilities: readonly Capability[],
  logger: Logger,
): Promise<RunnerPoolOptions> {
  const { isolation, maxRunners, spareRunners } = config;
  return {
    capabilities,
    guestBundle: await guestBundle(),
    isolation,
    ...(maxRunners === undefined ? {} : { maxRunners }),
    ...(spareRunners === undefined ? {} : { spareRunners }),
    onCapabilityFailure: (error, capability, { tenant, executionId }) =>
      logger.error({ err: error, capability, tenant, executionId }, "capability failed"),
  };
}
