import { setTimeout as sleep } from "node:timers/promises";
import type { JsonValue } from "@skerry/sandbox";
import { requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import type { Execution } from "../executions/execution.ts";
import type { History } from "../executions/history.ts";
import { listExecutions } from "../executions/repository.ts";
import { SkerryError } from "../problems/errors.ts";
import { createPage } from "../rest/paging.ts";
import type { Page } from "../rest/paging.ts";
import type { SiteAddress } from "../rest/site-address.ts";
import { requireScript } from "../scripts/lookup.ts";
import type { Endpoint, EndpointDetail, EndpointResponse, EndpointsQuery, Overlap } from "./endpoint.ts";
import { endpointRootOf, endpointUrlOf } from "./endpoint-address.ts";
import type { Endpoints } from "./endpoints.ts";
import { statusOfFailure } from "./failure.ts";
import { findOverlap } from "./overlap.ts";
import { HTTP_METHODS } from "./path-pattern.ts";
import { pathOf } from "./registration.ts";
import { listHttpScripts } from "./repository.ts";
import type { HttpScriptRow } from "./repository.ts";
import type { RouteStore } from "./route-store.ts";
import { createTestRequest } from "./test-request.ts";
import type { TestRequest } from "./test-request.ts";
import { readTestResponse } from "./test-response.ts";
import type { TestResponse } from "./test-response.ts";

/** The endpoints of a tenant, which its published `http` scripts make. */
export interface EndpointService {
  /** The newest script first. */
  list(caller: Caller, query: EndpointsQuery): Promise<Page<Endpoint>>;
  /** @throws SkerryError `SCRIPT_NOT_FOUND`, also for a script without an endpoint. */
  get(caller: Caller, idOrName: string): Promise<EndpointDetail>;
  /**
   * Sends an endpoint a request as from outside: what it asks requests to prove, it asks this one too. It is answered
   * within this process, and counted and recorded as any other.
   *
   * @param siteUrl where the installation is said to be asked, without a trailing slash.
   * @throws SkerryError `SCRIPT_NOT_FOUND`, `INPUT_INVALID`, or `CALL_TIMEOUT` when there is no response within a minute.
   */
  test(caller: Caller, idOrName: string, request: TestRequest, siteUrl: string): Promise<TestResponse>;
}

export interface EndpointServiceOptions {
  readonly database: Database;
  readonly history: Pick<History, "flush">;
  readonly routes: Pick<RouteStore, "load">;
  readonly endpoints: Endpoints;
  readonly site: SiteAddress;
}

const MAX_RESPONSES = 20;
const TEST_MS = 60_000;

export function createEndpointService(options: EndpointServiceOptions): EndpointService {
  const { database, history, routes, endpoints, site } = options;

  function present(caller: Caller, row: HttpScriptRow): Endpoint {
    const { id: scriptId, name: scriptName, status: scriptStatus, version, settings } = row;
    const pattern = pathOf({ name: scriptName, settings });
    return {
      scriptId,
      scriptName,
      scriptStatus,
      version,
      pattern,
      url: endpointUrlOf(endpointRootOf(site, caller.tenantId), pattern),
      methods: settings.methods ?? HTTP_METHODS,
      auth: settings.auth ?? { type: "none" },
      lastResponse: maySeeExecutions(caller) ? presentNewest(row) : null,
    };
  }

  async function find(queries: Queries, caller: Caller, idOrName: string): Promise<HttpScriptRow> {
    const { id: scriptId, name } = await requireScript(queries, caller, idOrName);
    const [row] = await listHttpScripts(queries, caller.tenantId, { scriptId, limit: 1 });
    if (row !== undefined) return row;
    throw new SkerryError("SCRIPT_NOT_FOUND", `The script ${name} has no endpoint.`);
  }

  async function listResponses(
    queries: Queries,
    caller: Caller,
    scriptId: string,
  ): Promise<EndpointResponse[]> {
    if (!maySeeExecutions(caller)) return [];
    const executions = await listExecutions(queries, caller.tenantId, { scriptId, limit: MAX_RESPONSES });
    return executions.slice(0, MAX_RESPONSES).map(presentExecution);
  }

  async function listOverlaps(
    { tenantId }: Caller,
    { id, name, settings }: HttpScriptRow,
  ): Promise<Overlap[]> {
    const targets = (await routes.load(tenantId))?.targets ?? [];
    if (!targets.some(({ scriptId }) => scriptId === id)) return [];
    const own = { pattern: pathOf({ name, settings }), methods: settings.methods };
    return targets
      .filter(({ scriptId }) => scriptId !== id)
      .flatMap(({ scriptId, scriptName, pattern, settings: { methods } }) => {
        const overlap = findOverlap(own, { pattern, methods });
        if (overlap === undefined) return [];
        return [{ scriptId, scriptName, pattern, methods: overlap.methods, wins: overlap.firstWins }];
      })
      .sort((one, other) => one.scriptName.localeCompare(other.scriptName));
  }

  return {
    async list(caller, query) {
      requirePermission(caller, "scripts.read");
      await history.flush();
      const { tenantId } = caller;
      const rows = await withTenant(database, tenantId, (queries) =>
        listHttpScripts(queries, tenantId, query),
      );
      return createPage(
        rows,
        query,
        ({ id }) => id,
        (row) => present(caller, row),
      );
    },

    async get(caller, idOrName) {
      requirePermission(caller, "scripts.read");
      await history.flush();
      const { row, responses } = await withTenant(database, caller.tenantId, async (queries) => {
        const found = await find(queries, caller, idOrName);
        return { row: found, responses: await listResponses(queries, caller, found.id) };
      });
      return { ...present(caller, row), responses, overlaps: await listOverlaps(caller, row) };
    },

    async test(caller, idOrName, wished, siteUrl) {
      requirePermission(caller, "scripts.execute");
      const { tenantId } = caller;
      const row = await withTenant(database, tenantId, (queries) => find(queries, caller, idOrName));
      const rootUrl = endpointRootOf(site, tenantId, siteUrl);
      const { request, path } = createTestRequest({ rootUrl, pattern: pathOf(row) }, wished);
      const begunAt = performance.now();
      const { address } = caller.origin;
      const answering = endpoints.answer(
        request,
        { tenantId, path },
        address === undefined ? {} : { remoteAddress: address },
      );
      using timer = startTimer(TEST_MS);
      const response = await Promise.race([answering, timer.over]);
      if (response !== undefined) return await readTestResponse(response, begunAt);
      void answering.then(({ body }) => body?.cancel());
      throw new SkerryError("CALL_TIMEOUT", `The script ${row.name} gave no response within ${TEST_MS} ms.`);
    },
  };
}

function startTimer(timeMs: number): Disposable & { readonly over: Promise<undefined> } {
  const ending = new AbortController();
  const over = sleep(timeMs, undefined, { signal: ending.signal }).catch(() => undefined);
  return { over, [Symbol.dispose]: () => ending.abort() };
}

function maySeeExecutions({ principal }: Caller): boolean {
  return principal.permissions.has("executions.read");
}

function presentNewest(row: HttpScriptRow): EndpointResponse | null {
  const { execution_id: id, execution_status: status, created_at: createdAt, duration_ms: durationMs } = row;
  if (id === null || status === null || createdAt === null) return null;
  const { output, error } = row;
  return presentExecution({ id, status, createdAt, durationMs, output, error });
}

type Answered = Pick<Execution, "id" | "status" | "createdAt" | "durationMs" | "output"> & {
  readonly error: { readonly code: string } | null;
};

function presentExecution({
  id,
  status: state,
  createdAt: at,
  durationMs,
  output,
  error,
}: Answered): EndpointResponse {
  const status = error === null ? readStatus(output) : statusOfFailure(error.code);
  return { executionId: id, state, status, durationMs, at };
}

/** The history keeps of a response `{ status }`. */
function readStatus(output: JsonValue): number | null {
  const { status } = (output ?? {}) as { readonly status?: number };
  return status ?? null;
}
