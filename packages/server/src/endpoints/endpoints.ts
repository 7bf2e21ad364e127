import { randomUUIDv7 } from "node:crypto";
import type { Span } from "@opentelemetry/api";
import type { Payload, RunnerPool } from "@skerry/sandbox";
import type { Logger } from "pino";
import type { History } from "../executions/history.ts";
import { readRequestId } from "../auth/middleware.ts";
import { beginExecution } from "../executions/record.ts";
import type { RunningExecutions } from "../executions/running.ts";
import { nameRoute, traceRequest } from "../observability/request-spans.ts";
import { traceContextOf } from "../observability/trace-context.ts";
import type { Tracing } from "../observability/tracing.ts";
import { SkerryError } from "../problems/errors.ts";
import type { QuotaService } from "../quotas/service.ts";
import { respondToFailure } from "../rest/app.ts";
import { readBody } from "../rest/body.ts";
import type { ProgramStore } from "../scripts/program-store.ts";
import { isTenantId } from "../tenants/tenant.ts";
import type { EndpointGuard, Visitor } from "./auth/guard.ts";
import { admitPage, answerPreflight, readPreflight } from "./cors.ts";
import type { EndpointAddress } from "./endpoint-address.ts";
import { HTTP_METHODS } from "./path-pattern.ts";
import { describeRequest } from "./request.ts";
import type { EndpointTarget, RouteStore } from "./route-store.ts";
import type { RoutingTable } from "./routing-table.ts";
import { createScriptAnswers } from "./script-answer.ts";

export interface EndpointsOptions {
  readonly pool: Pick<RunnerPool, "execute">;
  readonly logger: Logger;
  readonly routes: RouteStore;
  readonly programs: ProgramStore;
  readonly history: History;
  readonly running: RunningExecutions;
  readonly quotas: Pick<QuotaService, "take">;
  readonly guard: EndpointGuard;
  /** Largest request body. */
  readonly bodyBytes: number;
  readonly tracing: Tracing;
}

/** What is known of a request besides itself. */
export interface EndpointSender {
  /** IP address. */
  readonly remoteAddress?: string;
  /** Breaks the connection off. Without it the body of a response fails that cannot be sent to its end. */
  readonly cut?: () => void;
}

/** Answers requests to tenants' addresses with their `http` scripts. */
export interface Endpoints {
  /**
   * Never rejects. Resolves when the script has ended or begins to stream its response. The header `skerry-execution-id`
   * names the execution where there was one. Nothing may be kept by caches unless the script says so.
   */
  answer(request: Request, address: EndpointAddress, sender?: EndpointSender): Promise<Response>;
}

/** A request that a script is to answer. */
interface Matched extends EndpointSender {
  readonly span: Span;
  readonly tenantId: string;
  readonly path: string;
  readonly target: EndpointTarget;
  readonly params: Readonly<Record<string, string>>;
}

/** What a script gets, and what the sender proved. */
interface Received {
  readonly visitor: Visitor;
  readonly input: Payload;
}

const EXECUTION_HEADER = "skerry-execution-id";
/** How much of a path the history keeps. */
const MAX_RECORDED_PATH = 500;

/** This is the hot path: routes and programs come from memory, and the history is written behind. */
export function createEndpoints(options: EndpointsOptions): Endpoints {
  const { pool, logger, routes, programs, history, running, quotas, guard, bodyBytes, tracing } = options;
  const answers = createScriptAnswers({ pool, history, logger });

  async function findTable({ tenantId }: EndpointAddress): Promise<RoutingTable<EndpointTarget>> {
    const tenant = isTenantId(tenantId) ? await routes.load(tenantId) : undefined;
    if (tenant === undefined) throw refusePath();
    if (tenant.status === "suspended") {
      throw new SkerryError("TENANT_SUSPENDED", "The owner of this address is suspended.");
    }
    await quotas.take(tenantId, "requestsPerMinute");
    return tenant.table;
  }

  /** Reads a request that may pass. */
  async function receive(request: Request, { tenantId, target: { settings } }: Matched): Promise<Received> {
    const maxBytes = Math.min(settings.bodyBytes ?? bodyBytes, bodyBytes);
    let reading: Promise<Uint8Array> | undefined;
    const takeBody = (): Promise<Uint8Array> => (reading ??= readBody(request, maxBytes));
    const guarded = { tenantId, headers: request.headers, readBody: takeBody };
    const visitor = await guard.admit(settings.auth, guarded);
    return { visitor, input: describeRequest(request, await takeBody(), visitor.withheldHeader) };
  }

  async function run(request: Request, matched: Matched): Promise<Response> {
    const { tenantId, path, target, params, remoteAddress, cut, span } = matched;
    const { scriptId, version, scriptName, pattern, settings } = target;
    const loaded = await programs.load({ tenantId, scriptId, version });
    if (loaded === undefined) throw refusePath();
    const { visitor, input } = await receive(request, matched);

    const executionId = randomUUIDv7();
    const place = await running.begin(executionId, loaded);
    const triggerFields = {
      path: pattern,
      params,
      ...(remoteAddress === undefined ? {} : { remoteAddress }),
      ...(visitor.auth === undefined ? {} : { auth: visitor.auth }),
    };
    const origin = {
      requestId: readRequestId(request.headers.get("x-request-id")) ?? executionId,
      actor: visitor.actor ?? (remoteAddress && `address:${remoteAddress}`),
      trace: traceContextOf(span),
    };
    const what = { executionId, loaded, scriptName, trigger: "http", triggerFields, input } as const;
    const plan = { ...what, ...origin };
    const recorded = { method: request.method, path: path.slice(0, MAX_RECORDED_PATH) };
    const begun = beginExecution(plan, recorded, origin);
    const { method } = request;
    const exposesErrors = settings.exposeErrors === true;
    const response = await answers.give({ tenantId, method, run: plan, begun, place, exposesErrors, cut });
    response.headers.set(EXECUTION_HEADER, executionId);
    return response;
  }

  /** As `run`, with failures as responses that the pages of other origins may read where the endpoint lets them. */
  async function answerPage(request: Request, matched: Matched): Promise<Response> {
    const response = await run(request, matched).catch((error: unknown) => respondToFailure(error, logger));
    const { cors } = matched.target.settings;
    if (cors !== undefined) admitPage(response, request.headers.get("origin"), cors);
    return response;
  }

  async function find(
    request: Request,
    address: EndpointAddress,
    sender: EndpointSender,
    span: Span,
  ): Promise<Response> {
    const { tenantId, path } = address;
    const table = await findTable(address);
    const preflight = readPreflight(request);
    if (preflight !== undefined) {
      const { target } = table.match(preflight.method, path);
      const { cors, methods = HTTP_METHODS } = target?.settings ?? {};
      if (cors !== undefined) return answerPreflight(preflight, cors, methods);
    }
    const found = table.match(request.method, path);
    if (found.target !== undefined) {
      nameRoute(span, request, `/run/{tenantId}${found.target.pattern}`, tenantId);
      return await answerPage(request, { tenantId, path, span, ...sender, ...found });
    }
    if (found.allow.length === 0) throw refusePath();
    const allow = found.allow.join(", ");
    throw new SkerryError("METHOD_NOT_ALLOWED", `This address takes ${allow}.`, { headers: { allow } });
  }

  return {
    async answer(request, address, sender = {}) {
      const response = await traceRequest(tracing, request, (span) =>
        find(request, address, sender, span).catch((error: unknown) => respondToFailure(error, logger)),
      );
      if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
      return response;
    },
  };
}

function refusePath(): SkerryError {
  return new SkerryError("ENDPOINT_NOT_FOUND", "No script answers at this address.");
}
