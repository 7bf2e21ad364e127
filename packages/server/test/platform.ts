import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { guestBundle } from "#bundles";
import { createRunnerPool } from "@skerry/sandbox";
import type { Capability, RunnerPool } from "@skerry/sandbox";
import { pino } from "pino";
import type { Database } from "../src/db/open.ts";
import { openScriptEntries } from "../src/capabilities/script-entries.ts";
import { createDbCapabilities } from "../src/capabilities/db/capability.ts";
import type { ScriptDatabase } from "../src/capabilities/db/script-database.ts";
import { createScriptDatabase } from "../src/capabilities/db/script-database.ts";
import { createScriptLine } from "../src/calls/script-line.ts";
import { createEventPublisher } from "../src/events/publisher.ts";
import { createProgressBoard } from "../src/executions/progress.ts";
import { createCapabilities } from "../src/main/capabilities.ts";
import { createPlatform } from "../src/platform.ts";
import type { PlanDefinitions } from "../src/plans/plan.ts";
import { createPlans } from "../src/plans/plan.ts";
import type { Platform, PlatformOptions } from "../src/platform.ts";
import { createQuotaService } from "../src/quotas/service.ts";
import type { QuotaService } from "../src/quotas/service.ts";
import type { MasterKeys } from "../src/secrets/master-keys.ts";
import { addServiceBindings, openServices } from "../src/services/host-services.ts";
import type { HostServices } from "../src/services/host-services.ts";
import type { Service } from "../src/services/service.ts";
import { createOwnTables } from "../src/tables/own-tables.ts";
import { createSecretVault } from "../src/secrets/vault.ts";
import type { SecretVault } from "../src/secrets/vault.ts";
import { checkDeclared } from "./contract/declared-answers.ts";
import { createTestDatabase } from "./database.ts";
import { createTestMasterKeys } from "./master-keys.ts";

export { createTestMasterKeys } from "./master-keys.ts";

export const OPERATOR_KEY = "sk_operator_for_tests_only_0123456789";

/** What tests read one by one out of the JSON bodies of all routes; each route has some of it. */
export interface AnswerBody {
  readonly id: string;
  readonly detail: string;
  readonly errors: readonly { readonly path: string; readonly frame?: string }[];
  readonly error: { readonly message: string; readonly stack: string };
  readonly executionId: string;
  readonly items: readonly { readonly id: string; readonly name: string; readonly message: string }[];
  readonly ids: readonly string[];
  readonly isWaiting: boolean;
  readonly nextCursor: string;
  readonly source: string;
  readonly key: string;
  readonly apiKey: { readonly id: string; readonly prefix: string; readonly scopes: readonly string[] };
  readonly checksum: string;
  readonly memoryPeakBytes: number;
}

/** Body of the answer to `POST /tenants`. */
export interface CreatedTenantBody {
  readonly tenant: { readonly id: string };
  readonly apiKey: string;
}

/** An answer, read to its end. */
export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body where it is JSON; reading anything of another one fails the test. */
  readonly body: Body;
}

/** Asks one server with one API key. An answer that its route does not declare fails the test. */
export interface TestClient {
  /** `body` is sent as JSON unless it is a text already. */
  request<Body = AnswerBody>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>>;
}

/** A platform behind a real HTTP server, with a real database and real runners. */
export interface TestPlatform extends AsyncDisposable {
  readonly database: Database;
  readonly pool: RunnerPool;
  /** Of the vault. */
  readonly keys: MasterKeys;
  readonly vault: SecretVault;
  readonly quotas: QuotaService;
  readonly scriptDatabase: ScriptDatabase;
  readonly platform: Platform;
  /** With the base path, without a trailing slash. */
  readonly url: string;
  readonly operator: TestClient;
  /** A client without a key, or with any. */
  client(key?: string, headers?: Record<string, string>): TestClient;
  /** Makes a tenant. @returns a client with its first key. */
  createTenant(id: string): Promise<TestClient & { readonly key: string }>;
}

/** Options of {@link createTestPlatform}. */
export interface TestPlatformOptions extends Partial<PlatformOptions> {
  readonly plans?: PlanDefinitions;
  /** Of the host. Default none. */
  readonly services?: readonly Service[];
}

export async function createTestPlatform({
  plans,
  services = [],
  ...options
}: TestPlatformOptions = {}): Promise<TestPlatform> {
  await using starting = new AsyncDisposableStack();
  const database = options.database ?? starting.use(await createTestDatabase()).database;
  const { logger = pino({ level: "silent" }) } = options;
  const keys = createTestMasterKeys();
  const vault = starting.use(await createSecretVault({ database, keys, logger }));
  const quotas = starting.use(await createQuotaService({ database, logger, plans: createPlans(plans) }));
  const progress = createProgressBoard();
  const scriptLine = createScriptLine();
  const hostServices = starting.use(await openServices({ database, logger, quotas, services }));
  const tenantTables = starting.use(await createOwnTables({ database, quotas }));
  const scriptDatabase = starting.use(await createScriptDatabase({ database, keys, tenantTables }));
  const entries = starting.use(await openScriptEntries({ database, logger, quotas }));
  const { capabilities } = starting.use(
    createCapabilities({
      secrets: vault,
      quotas,
      events: createEventPublisher(database),
      progress,
      scriptLine,
      ...(options.egress && { egress: options.egress }),
      entries,
      db: createDbCapabilities(scriptDatabase),
      services: hostServices.capabilities,
      ...(options.tracing && { tracing: options.tracing }),
    }),
  );
  const pool = starting.use(await createTestPool(capabilities, hostServices));
  const platform = starting.use(
    await createPlatform({
      database,
      pool,
      logger,
      vault,
      quotas,
      operatorKey: OPERATOR_KEY,
      progress,
      scriptLine,
      hostServices,
      scriptDatabase,
      ...options,
    }),
  );
  const server = createAdaptorServer({
    fetch: (request, { outgoing }) => platform.fetch(request, { cut: () => void outgoing.destroy() }),
  }) as Server;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  starting.defer(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${platform.site.prefix}`;
  const client: TestPlatform["client"] = (key, headers) => createTestClient(url, key, headers);
  const operator = client(OPERATOR_KEY);

  const parts = starting.move();
  return {
    database,
    pool,
    keys,
    vault,
    quotas,
    scriptDatabase,
    platform,
    url,
    operator,
    client,
    async createTenant(id) {
      const { status, body, text } = await operator.request<CreatedTenantBody>("POST", "/api/v1/tenants", {
        id,
        name: id,
      });
      if (status !== 201) throw new Error(`the tenant ${id} was not made: ${text}`);
      return { ...client(body.apiKey), key: body.apiKey };
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function createTestPool(
  capabilities: readonly Capability[],
  hostServices: HostServices,
): Promise<RunnerPool> {
  return await createRunnerPool({
    capabilities,
    guestBundle: addServiceBindings(await guestBundle(), hostServices),
    maxRunners: 3,
    spareRunners: 1,
  });
}

function createTestClient(url: string, key?: string, extra: Record<string, string> = {}): TestClient {
  const authorization: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return {
    async request<Body>(method: string, path: string, body?: unknown, headers = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...authorization,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...extra,
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
        redirect: "manual",
      });
      const text = await response.text();
      const { status, headers: received } = response;
      checkDeclared({ method, path, status, headers: received, text });
      return {
        status,
        headers: received,
        text,
        body: parse(response, text) as Body,
      };
    },
  };
}

function parse(response: Response, text: string): unknown {
  return /json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : undefined;
}
