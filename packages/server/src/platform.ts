import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Span } from "@opentelemetry/api";
import type { IsolationPolicy, RunnerPool } from "@skerry/sandbox";
import type { Logger } from "pino";
import { startAlerts } from "./alerts/alerts.ts";
import type { MailOptions } from "./alerts/mailer.ts";
import { createActorNames } from "./audit/actor-names.ts";
import type { ActorNames } from "./audit/actor-names.ts";
import { createAuditService } from "./audit/service.ts";
import type { AuditService } from "./audit/service.ts";
import type { Principal } from "./auth/principal.ts";
import { createPeople } from "./auth/people.ts";
import type { AccessOptions } from "./auth/people.ts";
import type { ApiKeyService } from "./auth/service.ts";
import type { SessionService } from "./auth/sessions/service.ts";
import type { ScriptDatabase } from "./capabilities/db/script-database.ts";
import type { ScriptLine } from "./calls/script-line.ts";
import { createCallService } from "./calls/service.ts";
import type { CallService } from "./calls/service.ts";
import type { EgressOptions } from "./capabilities/http/sender.ts";
import type { Database } from "./db/open.ts";
import { createEndpointGuard } from "./endpoints/auth/guard.ts";
import { createRemoteKeys } from "./endpoints/auth/remote-keys.ts";
import { readHostAddress, readRunAddress } from "./endpoints/endpoint-address.ts";
import type { EndpointAddress } from "./endpoints/endpoint-address.ts";
import { createEndpoints } from "./endpoints/endpoints.ts";
import { createEndpointTrials } from "./endpoints/trial.ts";
import type { EndpointTrials } from "./endpoints/trial.ts";
import { createRouteStore } from "./endpoints/route-store.ts";
import { createEndpointService } from "./endpoints/service.ts";
import type { EndpointService } from "./endpoints/service.ts";
import { deleteOldDeadLetters } from "./events/dead-letter-repository.ts";
import { createDeadLetterService } from "./events/dead-letters.ts";
import type { DeadLetterService } from "./events/dead-letters.ts";
import { keepFailure } from "./events/failure.ts";
import { createFanOut } from "./events/fan-out.ts";
import { createEventFilters } from "./events/filters.ts";
import { createEventPublisher } from "./events/publisher.ts";
import { deleteOldEvents } from "./events/repository.ts";
import { createEventReports } from "./events/reports.ts";
import type { EventReports } from "./events/reports.ts";
import { createEventService } from "./events/service.ts";
import type { EventService } from "./events/service.ts";
import { createBatchService } from "./executions/batches/service.ts";
import type { BatchService } from "./executions/batches/service.ts";
import { hearCancellations } from "./executions/cancellation.ts";
import { createHistory } from "./executions/history.ts";
import { createLauncher } from "./executions/launcher.ts";
import { createLogFeeds } from "./executions/log-feed.ts";
import { createExecutionNews } from "./executions/news.ts";
import { createProgressBoard } from "./executions/progress.ts";
import type { ProgressBoard } from "./executions/progress.ts";
import { createQueuedExecutions } from "./executions/queued.ts";
import type { QueuedExecutions } from "./executions/queued.ts";
import type { Redact } from "./executions/redaction.ts";
import { createRecentExecutions } from "./executions/recent.ts";
import type { RecentExecutions } from "./executions/recent.ts";
import { recoverExecutions } from "./executions/recovery.ts";
import { createRetention } from "./executions/retention.ts";
import { createRunningExecutions } from "./executions/running.ts";
import { createExecutionService } from "./executions/service.ts";
import type { ExecutionService } from "./executions/service.ts";
import { createExpressionService } from "./expressions/service.ts";
import type { ExpressionService } from "./expressions/service.ts";
import { createExecutionStatistics } from "./executions/statistics.ts";
import type { ExecutionStatistics } from "./executions/statistics.ts";
import { createTenantEvaluator } from "./expressions/tenant-evaluator.ts";
import { createIdempotencyStore } from "./idempotency/store.ts";
import { createModuleService } from "./modules/service.ts";
import type { ModuleService } from "./modules/service.ts";
import { createScriptCompiler } from "./modules/compiler.ts";
import type { VettedPackages } from "./modules/module.ts";
import { startHeartbeat } from "./nodes/heartbeat.ts";
import { createNodeService } from "./nodes/service.ts";
import { countDeadLetters, countDeliveries, countPublished } from "./observability/metrics/events.ts";
import { countExecutions } from "./observability/metrics/executions.ts";
import { NO_METRICS } from "./observability/metrics/metrics.ts";
import type { Metrics } from "./observability/metrics/metrics.ts";
import { observeNode } from "./observability/metrics/node.ts";
import { measureRequest, NO_ROUTE } from "./observability/metrics/requests.ts";
import type { JobKind } from "./observability/metrics/work-metrics.ts";
import type { NodeService } from "./nodes/service.ts";
import { observeExecutions } from "./observability/execution-spans.ts";
import { traceRequest } from "./observability/request-spans.ts";
import { createTracing } from "./observability/tracing.ts";
import type { Tracing } from "./observability/tracing.ts";
import type { QuotaService } from "./quotas/service.ts";
import { createUsageService } from "./quotas/usage.ts";
import type { UsageService } from "./quotas/usage.ts";
import {
  locateSite,
  moveRequest,
  refuseElsewhere,
  refuseMethod,
  withoutPrefix,
} from "./rest/site-address.ts";
import type { SiteAddress, SiteAddressOptions } from "./rest/site-address.ts";
import { createScheduleService } from "./schedules/service.ts";
import type { ScheduleService } from "./schedules/service.ts";
import { createScheduleTicker } from "./schedules/ticker.ts";
import { createScriptCatalogue } from "./scripts/catalogue.ts";
import { createScriptChanges } from "./scripts/changes.ts";
import { holdCompiler } from "./scripts/compile.ts";
import { createProgramStore } from "./scripts/program-store.ts";
import { createDraftService } from "./scripts/drafts.ts";
import type { DraftService } from "./scripts/drafts.ts";
import { createScriptService } from "./scripts/service.ts";
import type { ScriptService } from "./scripts/service.ts";
import { prepareExecutions, prepareInputs } from "./secrets/preparation.ts";
import { createSecretService } from "./secrets/service.ts";
import type { SecretService } from "./secrets/service.ts";
import type { SecretVault } from "./secrets/vault.ts";
import { createTableService } from "./tables/service.ts";
import type { TableService } from "./tables/service.ts";
import { NO_SERVICES } from "./services/host-services.ts";
import type { HostServices } from "./services/host-services.ts";
import { createServiceReports } from "./services/reports.ts";
import type { ServiceReports } from "./services/reports.ts";
import { createTenantService } from "./tenants/service.ts";
import type { TenantService } from "./tenants/service.ts";
import { createTransferService } from "./transfer/service.ts";
import type { TransferService } from "./transfer/service.ts";
import type { OwnAccountService } from "./users/own-account.ts";
import type { UserService } from "./users/service.ts";
import { createConsole } from "./web/console.ts";
import { requireEmbedOrigins } from "./web/embed/origins.ts";
import type { EmbedOptions } from "./web/embed/origins.ts";
import { createRestApi } from "./rest-api.ts";

/** How large what comes from outside may be, in bytes. */
export interface PlatformLimits {
  /** Body of a REST request. Default 1 MiB. */
  readonly bodyBytes: number;
  /** Body of a REST request that carries a script's source, which may itself have 1 MiB. Default 2 MiB. */
  readonly scriptBodyBytes: number;
  /** Body of a request to an endpoint. Default 1 MiB. */
  readonly endpointBodyBytes: number;
}

/** What a node is for: `web` answers requests, `worker` runs what is queued, `all` does both. */
export type NodeRole = "all" | "web" | "worker";

export interface PlatformOptions extends AccessOptions, SiteAddressOptions {
  /** Stays the caller's: it is closed after the platform. */
  readonly database: Database;
  /** Stays the caller's: it is closed after the platform. */
  readonly pool: RunnerPool;
  readonly logger: Logger;
  /** Stays the caller's, who gives it to the capabilities of the pool as well; it is closed after the platform. */
  readonly vault: SecretVault;
  /** Stays the caller's in the same way. */
  readonly quotas: QuotaService;
  readonly limits?: Partial<PlatformLimits>;
  /** That the capabilities of the pool report to. Default: what executions tell of their progress is not kept. */
  readonly progress?: ProgressBoard | undefined;
  /** That the capabilities of the pool call scripts by. Default: they cannot. */
  readonly scriptLine?: ScriptLine | undefined;
  /** Which walls stand around the processes that expressions run in. Default `full`. */
  readonly isolation?: IsolationPolicy | undefined;
  /** A node of the role `web` runs nothing that is queued. Default `all`. */
  readonly role?: NodeRole | undefined;
  /** Whose pages may embed the editor. Default: nobody's. */
  readonly embed?: EmbedOptions | undefined;
  /** How e-mail is sent. Default: none is, and scripts cannot ask for it. */
  readonly mail?: MailOptions | undefined;
  /** Where what the platform itself sends for tenants may go. Default: public hosts. */
  readonly egress?: EgressOptions | undefined;
  /** Stays the caller's, who gives its capabilities to the pool; it is closed after the platform. Default: none. */
  readonly hostServices?: HostServices | undefined;
  /** That the capabilities of the pool work on. Stays the caller's. Default: tenants cannot declare tables. */
  readonly scriptDatabase?: ScriptDatabase | undefined;
  /** What scripts may import beside their tenant's libraries. Default none. */
  readonly packages?: VettedPackages | undefined;
  /** Default: by the provider that the process has registered. */
  readonly tracing?: Tracing | undefined;
  /** What this node is called among all. Default a random UUID. */
  readonly nodeId?: string | undefined;
  /** Where the rooms tell what they do. Default: nowhere. */
  readonly metrics?: Metrics | undefined;
}

export interface PlatformServices {
  readonly tenants: TenantService;
  readonly apiKeys: ApiKeyService;
  readonly sessions: SessionService;
  readonly users: UserService;
  readonly ownAccount: OwnAccountService;
  readonly actorNames: ActorNames;
  readonly scripts: ScriptService;
  readonly modules: ModuleService;
  readonly drafts: DraftService;
  readonly transfer: TransferService;
  readonly schedules: ScheduleService;
  readonly endpoints: EndpointService;
  readonly executions: ExecutionService;
  readonly endpointTrials: EndpointTrials;
  readonly recentExecutions: RecentExecutions;
  readonly batches: BatchService;
  readonly calls: CallService;
  readonly expressions: ExpressionService;
  readonly events: EventService;
  readonly eventReports: EventReports;
  readonly deadLetters: DeadLetterService;
  readonly audit: AuditService;
  readonly secrets: SecretService;
  readonly tables: TableService;
  readonly usage: UsageService;
  readonly statistics: ExecutionStatistics;
  readonly serviceReports: ServiceReports;
  readonly nodes: NodeService;
}

/** What is known of a request besides itself. */
export interface RequestSender {
  /** IP address. */
  readonly remoteAddress?: string;
  /** Breaks the connection off. Without it the body of a response fails that cannot be sent to its end. */
  readonly cut?: () => void;
  /** Who asks, where it is code of this process; then the request is not asked for a key. */
  readonly principal?: Principal;
  /** Of the request. */
  readonly span?: Span;
}

/** Scripts, their executions and everything that is asked of them over HTTP, without a port of its own. */
export interface Platform extends AsyncDisposable {
  /**
   * Answers `/api/v1/…`, `/run/…` and the web UI; everything else gets a 404 problem. At a tenant's own host its
   * endpoints answer alone. Never rejects. Requests come with the base path of the site, except those that a principal
   * comes with, which never left the process.
   */
  fetch(request: Request, sender?: RequestSender): Promise<Response>;
  readonly site: SiteAddress;
  readonly services: PlatformServices;
  /** What triggers put executions into. */
  readonly queued: QueuedExecutions;
  /**
   * Takes nothing more out of the queue at once, and no new executions after `noticeMs` (default 0), during which
   * requests are answered as ever. Then waits up to `deadlineMs` for the running ones, cancels what is left or gives it
   * back to the queue, writes the history that is still in memory and ends the streams of logs.
   */
  drain(deadlineMs: number, noticeMs?: number): Promise<void>;
}

const DEFAULT_LIMITS: PlatformLimits = {
  bodyBytes: 1024 * 1024,
  scriptBodyBytes: 2 * 1024 * 1024,
  endpointBodyBytes: 1024 * 1024,
};

/** Queued executions that a node runs at a time. Some wait for the network, and for their end to be written. */
const QUEUE_SLOTS = 32;

/** Puts the features together. Executions that a crash left unfinished are ended with `NODE_LOST` first. */
export async function createPlatform(options: PlatformOptions): Promise<Platform> {
  const { database, logger, vault, quotas, role = "all" } = options;
  const { progress = createProgressBoard(), hostServices = NO_SERVICES, mail } = options;
  const { tracing = createTracing(), nodeId = randomUUID() } = options;
  const { metrics = NO_METRICS } = options;
  const site = locateSite(options);
  const embedOrigins = requireEmbedOrigins(options.embed ?? { origins: [] });
  const egress: EgressOptions = {
    ...options.egress,
    listsOf: async (tenantId) => (await quotas.termsOf(tenantId)).http,
  };
  const pool = observeExecutions(prepareExecutions(options.pool, vault), { tracing, logger });
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  await using starting = new AsyncDisposableStack();
  starting.use(holdCompiler());
  const news = starting.use(createExecutionNews());
  const onWritten = (executionId: string): void => news.announce(executionId);
  const redact: Redact = (tenantId, text) => vault.redact(tenantId, text);
  const written = starting.use(createHistory({ database, logger, onWritten, redact }));
  const history = countExecutions(prepareInputs(written, vault), metrics);
  starting.use(await recoverExecutions(database, logger));
  const running = createRunningExecutions(quotas);
  starting.use(await hearCancellations(database, running));
  const routes = starting.use(await createRouteStore(database));
  const catalogue = starting.use(await createScriptCatalogue(database));
  const programs = createProgramStore(database);

  const onScriptsChanged = (tenantId: string): void => {
    routes.forget(tenantId);
    catalogue.forget(tenantId);
  };
  const people = starting.use(await createPeople({ ...options, site }));
  const { apiKeys, sessions, users, ownAccount } = people;
  const onTenantChanged = (tenantId: string): void => {
    onScriptsChanged(tenantId);
    people.forgetTenant(tenantId);
    quotas.forget(tenantId);
    vault.forget(tenantId);
  };
  const tenants = createTenantService({ database, apiKeys, plans: quotas.plans, onChange: onTenantChanged });
  const sendsMail = mail !== undefined;
  const compiler = createScriptCompiler(database, options.packages ?? new Map());
  const changes = createScriptChanges({ database, quotas, sendsMail, onChange: onScriptsChanged });
  const scripts = createScriptService({ database, site, changes, compiler });
  const modules = createModuleService({ database, compiler, scripts });
  const drafts = createDraftService({ database, changes });
  const transfer = createTransferService({ database, changes, compiler });
  const calls = createCallService({ pool, logger, catalogue, programs, history, running });
  options.scriptLine?.connect(calls);
  const launcher = createLauncher({ pool, history, running, progress });
  const evaluator = starting.use(createTenantEvaluator(options.isolation));
  const filters = createEventFilters(evaluator);
  const runs = { database, catalogue, compiler, programs, launcher, history, running, filters };
  const queued = starting.use(
    await createQueuedExecutions({
      ...runs,
      logger,
      quotas,
      vault,
      tracing,
      slots: role === "web" ? 0 : QUEUE_SLOTS,
      onEnded: onWritten,
      onJobEnd: (kind, outcome) => metrics.count("skerry_jobs", { kind: kind as JobKind, outcome }),
    }),
  );
  const ticker =
    role === "web"
      ? undefined
      : starting.use(await createScheduleTicker({ database, logger, queued, metrics }));
  const schedules = createScheduleService(database);
  const executions = createExecutionService({
    ...runs,
    queued,
    logFeeds: createLogFeeds({ database, logger, news }),
  });
  const batches = starting.use(createBatchService({ ...runs, logger, queued }));
  const recentExecutions = createRecentExecutions({ database, history });
  const endpointTrials = createEndpointTrials({ ...runs, pool, logger, site });
  queued.onFinalFailure(keepFailure);
  countDeadLetters(queued, metrics);
  starting.use(startAlerts({ logger, vault, quotas, queued, tracing, mail, egress, baseUrl: site.baseUrl }));
  starting.use(await createFanOut({ database, logger, queued: countDeliveries(queued, metrics), filters }));
  const publisher = countPublished(createEventPublisher(database), metrics);
  const events = createEventService({ database, history, publisher });
  const eventReports = createEventReports({ database, history });
  const expressions = createExpressionService({ evaluator, quotas });
  const deadLetters = createDeadLetterService({ database, queued });
  const audit = createAuditService(database);
  const secrets = createSecretService({ database, vault, quotas });
  const tables = createTableService({ database, scripts: options.scriptDatabase });
  const usage = createUsageService({ database, quotas });
  const serviceReports = createServiceReports({ database, quotas, services: hostServices });
  const capabilitiesOf = async (tenantId: string) => (await quotas.termsOf(tenantId)).capabilities;
  const remoteKeys = starting.use(createRemoteKeys({ ...egress, capabilitiesOf }));
  const endpoints = createEndpoints({
    pool,
    logger,
    routes,
    programs,
    history,
    running,
    quotas,
    guard: createEndpointGuard({ apiKeys, vault, remoteKeys }),
    bodyBytes: limits.endpointBodyBytes,
    tracing,
  });
  const endpointService = createEndpointService({ database, history, routes, endpoints, site });
  const services = {
    tenants,
    apiKeys,
    sessions,
    users,
    ownAccount,
    actorNames: createActorNames(database),
    scripts,
    modules,
    drafts,
    transfer,
    schedules,
    endpoints: endpointService,
    executions,
    endpointTrials,
    recentExecutions,
    batches,
    calls,
    expressions,
    events,
    eventReports,
    deadLetters,
    audit,
    secrets,
    tables,
    usage,
    serviceReports,
    statistics: createExecutionStatistics({ database, history }),
    nodes: createNodeService({ database, queued }),
  };

  const retentionDaysOf = (tenantId: string): Promise<number> => quotas.retentionDaysOf(tenantId);
  starting.use(
    createRetention({ database, logger, retentionDaysOf, removers: [deleteOldEvents, deleteOldDeadLetters] }),
  );
  starting.use(startHeartbeat({ database, logger, pool: options.pool, role, nodeId }));
  starting.use(observeNode(metrics, { database, logger, pool: options.pool, queued }));
  const idempotency = starting.use(createIdempotencyStore(database, logger));
  const rest = createRestApi({ services, people, quotas, limits, logger, idempotency, metrics, site });
  const { isolation } = options.pool;
  const pages = createConsole({ services, people, quotas, isolation, logger, site, embedOrigins });

  async function drain(deadlineMs: number, noticeMs = 0): Promise<void> {
    const drainRunning = async (): Promise<void> => {
      if (noticeMs > 0) await sleep(noticeMs);
      await running.drain(deadlineMs);
    };
    await Promise.all([ticker?.[Symbol.asyncDispose](), queued.drain(noticeMs + deadlineMs), drainRunning()]);
    await history.flush();
    news[Symbol.dispose]();
  }
  starting.defer(() => drain(0));

  /** What pages show by themselves, again and again, makes no traces. */
  async function answerPage(request: Request, sender: RequestSender): Promise<Response> {
    if (request.method === "GET") return await pages.fetch(request, sender);
    return await traceRequest(tracing, request, (span) => pages.fetch(request, { ...sender, span }));
  }

  /** Scripts see the address that they were asked at. */
  const answerEndpoint = (
    request: Request,
    address: EndpointAddress,
    sender: RequestSender,
  ): Promise<Response> =>
    measureRequest(metrics, request, "/run", () => endpoints.answer(request, address, sender));

  const parts = starting.move();
  return {
    async fetch(request, sender = {}) {
      const isFromOutside = sender.principal === undefined;
      const atHost = isFromOutside ? readHostAddress(site, request.url) : undefined;
      if (atHost !== undefined) return await answerEndpoint(request, atHost, sender);
      const url = isFromOutside ? withoutPrefix(site, request.url) : request.url;
      if (url === undefined) {
        return await measureRequest(metrics, request, NO_ROUTE, () => Promise.resolve(refuseElsewhere(site)));
      }
      const below = readRunAddress(url);
      if (below !== undefined) return await answerEndpoint(request, below, sender);
      const inner = moveRequest(request, url);
      if (inner === undefined) {
        return await measureRequest(metrics, request, NO_ROUTE, () => Promise.resolve(refuseMethod(request)));
      }
      if (!pages.has(url)) {
        const answer = async (span: Span): Promise<Response> => await rest.fetch(inner, { ...sender, span });
        return await traceRequest(tracing, inner, answer);
      }
      return await measureRequest(metrics, inner, "pages", () => answerPage(inner, sender));
    },
    site,
    services,
    queued,
    drain,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
