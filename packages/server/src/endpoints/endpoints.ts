import { randomUUIDv7 } from "node:crypto";
import type { RunnerPool } from "@skerry/sandbox";
import type { Logger } from "pino";
import type { History } from "../executions/history.ts";
import { createJournal } from "../executions/journal.ts";
import { beginExecution, finishExecution, readEnding } from "../executions/record.ts";
import type { Ending } from "../executions/record.ts";
import { runInPool } from "../executions/run.ts";
import type { Run } from "../executions/run.ts";
import type { RunningExecutions } from "../executions/running.ts";
import { SkerryError } from "../problems/errors.ts";
import { createProblemResponse } from "../problems/problem.ts";
import type { QuotaService } from "../quotas/service.ts";
import { respondToFailure } from "../rest/app.ts";
import { readBody } from "../rest/body.ts";
import type { ProgramStore } from "../scripts/program-store.ts";
import { isTenantId } from "../tenants/tenant.ts";
import { respondToFailedScript } from "./failure.ts";
import { describeRequest } from "./request.ts";
import type { RunPath } from "./request.ts";
import { readGuestResponse } from "./response.ts";
import type { EndpointTarget, RouteStore } from "./route-store.ts";

export interface EndpointsOptions {
  readonly pool: Pick<RunnerPool, "execute">;
  readonly logger: Logger;
  readonly routes: RouteStore;
  readonly programs: ProgramStore;
  readonly history: History;
  readonly running: RunningExecutions;
  readonly quotas: Pick<QuotaService, "take">;
  /** Largest request body. */
  readonly bodyBytes: number;
}

/** Answers requests to `/run/…` with the `http` scripts of the tenants. */
export interface Endpoints {
  /** Never rejects. The header `skerry-execution-id` names the execution where there was one. */
  answer(request: Request, path: RunPath): Promise<Response>;
}

/** A request that a script is to answer. */
interface Matched {
  readonly tenantId: string;
  readonly path: string;
  readonly target: EndpointTarget;
  readonly params: Readonly<Record<string, string>>;
}

const EXECUTION_HEADER = "skerry-execution-id";
/** How much of a path the history keeps. */
const MAX_RECORDED_PATH = 500;

/** This is the hot path: routes and programs come from memory, and the history is written behind. */
export function createEndpoints(options: EndpointsOptions): Endpoints {
  const { pool, logger, routes, programs, history, running, quotas, bodyBytes } = options;

  async function match({ method }: Request, { tenantId, path }: RunPath): Promise<Matched> {
    const tenant = isTenantId(tenantId) ? await routes.load(tenantId) : undefined;
    if (tenant === undefined) throw refusePath();
    if (tenant.status === "suspended") {
      throw new SkerryError("TENANT_SUSPENDED", "The owner of this address is suspended.");
    }
    await quotas.take(tenantId, "requestsPerMinute");
    const found = tenant.table.match(method, path);
    if (found.target !== undefined) return { tenantId, path, ...found };
    if (found.allow.length === 0) throw refusePath();
    const allow = found.allow.join(", ");
    throw new SkerryError("METHOD_NOT_ALLOWED", `This address takes ${allow}.`, { headers: { allow } });
  }

  async function run(request: Request, { tenantId, path, target, params }: Matched): Promise<Response> {
    const { scriptId, version, scriptName, pattern } = target;
    const loaded = await programs.load({ tenantId, scriptId, version });
    if (loaded === undefined) throw refusePath();
    const input = describeRequest(request, await readBody(request, bodyBytes));

    const executionId = randomUUIDv7();
    using execution = await running.begin(executionId, loaded);
    const journal = createJournal({ history, tenantId, executionId, isLive: false });
    const plan: Run = {
      executionId,
      loaded,
      scriptName,
      trigger: "http",
      triggerFields: { path: pattern, params },
      input,
      limits: execution.limits,
      signal: execution.signal,
      onLog: (lines) => journal.add(lines),
    };
    const begun = beginExecution(plan, { method: request.method, path: path.slice(0, MAX_RECORDED_PATH) });
    const result = await runInPool(pool, plan);
    execution.spend(result.usage);
    const { response, ending } = conclude(result, request.method, executionId);
    journal.end(finishExecution(begun, result, ending));
    return response;
  }

  return {
    async answer(request, path) {
      try {
        return await run(request, await match(request, path));
      } catch (error) {
        return respondToFailure(error, logger);
      }
    },
  };
}

interface Conclusion {
  readonly response: Response;
  readonly ending: Ending;
}

/** Makes the response and, for the history, the ending out of how the script ended. */
function conclude(
  result: Awaited<ReturnType<RunnerPool["execute"]>>,
  method: string,
  executionId: string,
): Conclusion {
  const named = { [EXECUTION_HEADER]: executionId };
  if (result.status !== "completed") {
    return { response: respondToFailedScript(result.error, executionId, named), ending: readEnding(result) };
  }
  const reply = readGuestResponse(result.output);
  if (typeof reply === "string") {
    const code = "RESPONSE_INVALID";
    const detail = "The script's response is not valid. Its author finds the reason in the execution.";
    return {
      response: createProblemResponse({ status: 500, code, detail, executionId }, named),
      ending: {
        status: "failed",
        output: null,
        error: { code, message: `The response cannot be sent: ${reply}.` },
      },
    };
  }
  const { status, headers, body } = reply;
  headers.set(EXECUTION_HEADER, executionId);
  return {
    response: new Response(method === "HEAD" ? null : body, { status, headers }),
    ending: { status: "completed", output: { status }, error: null },
  };
}

function refusePath(): SkerryError {
  return new SkerryError("ENDPOINT_NOT_FOUND", "No script answers at this address.");
}
