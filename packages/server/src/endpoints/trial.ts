import { randomUUIDv7 } from "node:crypto";
import type { Logger } from "pino";
import type { RunnerPool } from "@skerry/sandbox";
import { nameOf, requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { History } from "../executions/history.ts";
import { beginExecution } from "../executions/record.ts";
import type { RunningExecutions } from "../executions/running.ts";
import type { ScriptCompiler } from "../modules/compiler.ts";
import { SkerryError } from "../problems/errors.ts";
import type { SiteAddress } from "../rest/site-address.ts";
import { requireActiveTenant } from "../scripts/catalogue.ts";
import type { ScriptCatalogue, ScriptFacts } from "../scripts/catalogue.ts";
import { findDraft } from "../scripts/draft-repository.ts";
import { loadDraftProgram } from "../scripts/draft-program.ts";
import { findCurrent } from "../scripts/lookup.ts";
import type { LoadedProgram, ProgramStore } from "../scripts/program-store.ts";
import type { ScriptSettings } from "../scripts/settings.ts";
import { requireEnabled } from "../scripts/status.ts";
import { endpointRootOf } from "./endpoint-address.ts";
import { HTTP_METHODS } from "./path-pattern.ts";
import type { HttpMethod } from "./path-pattern.ts";
import { pathOf } from "./registration.ts";
import { describeRequest } from "./request.ts";
import { readResponseStart } from "./response-start.ts";
import { createRoutingTable } from "./routing-table.ts";
import { createScriptAnswers } from "./script-answer.ts";

/** A request that an author makes up. */
export interface TrialRequest {
  readonly method: HttpMethod;
  /** Below the tenant's address, with its query; begins with `/`. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** What a script answered. */
export interface TrialAnswer {
  readonly executionId: string;
  readonly status: number;
  readonly headers: Headers;
  /** The beginning of the body, as UTF-8. */
  readonly text: string;
  /** Whether there was more. */
  readonly isCut: boolean;
}

/** Requests to `http` scripts whose draft is not published yet. */
export interface EndpointTrials {
  /**
   * Runs the draft, or without one the published version, on a request that passes no authentication but the caller's.
   * The execution is recorded as one of version 0. A response that goes on is cut after 64 kB or 10 s.
   *
   * @throws SkerryError `SCRIPT_NOT_FOUND`, `SCRIPT_NOT_EXECUTABLE` for a script of another type, `ENDPOINT_NOT_FOUND`
   * for a path and `METHOD_NOT_ALLOWED` for a method that the script does not take, `SCRIPT_DISABLED`,
   * `TENANT_SUSPENDED`, `CONCURRENCY_LIMIT`, `QUOTA_EXCEEDED`, `SHUTTING_DOWN`, or those of `ScriptCompiler.compile`.
   */
  send(caller: Caller, idOrName: string, request: TrialRequest): Promise<TrialAnswer>;
}

export interface EndpointTrialsOptions {
  readonly database: Database;
  readonly pool: Pick<RunnerPool, "execute">;
  readonly logger: Logger;
  readonly history: History;
  readonly running: RunningExecutions;
  readonly catalogue: ScriptCatalogue;
  readonly compiler: ScriptCompiler;
  readonly programs: ProgramStore;
  readonly site: SiteAddress;
}

/** What scripts see of an address that is configured nowhere. */
const UNKNOWN_SITE = "http://localhost";

export function createEndpointTrials(options: EndpointTrialsOptions): EndpointTrials {
  const { database, pool, logger, history, running, catalogue, programs, site } = options;
  const answers = createScriptAnswers({ pool, history, logger });

  async function load(
    caller: Caller,
    script: ScriptFacts,
  ): Promise<{ readonly loaded: LoadedProgram | undefined; readonly settings: ScriptSettings }> {
    const { tenantId } = caller;
    const { draft, current } = await withTenant(database, tenantId, async (queries) => ({
      draft: await findDraft(queries, script),
      current: await findCurrent(queries, caller, script.id),
    }));
    if (draft !== undefined) {
      return { loaded: await loadDraftProgram(options, script), settings: draft.settings };
    }
    const { version, content } = current;
    const loaded = await programs.load({ tenantId, scriptId: script.id, version });
    return { loaded, settings: content.settings };
  }

  return {
    async send(caller, idOrName, { method, path, headers, body }) {
      requirePermission(caller, "scripts.execute");
      const { tenantId, principal, origin } = caller;
      const script = await catalogue.require(tenantId, idOrName);
      const { id: scriptId, name: scriptName } = script;
      requireHttp(script);
      requireActiveTenant(script);
      requireEnabled(script);
      const { loaded, settings } = await load(caller, script);
      if (loaded === undefined)
        throw new SkerryError("SCRIPT_NOT_FOUND", `The script ${scriptName} was deleted.`);
      const { pattern, params } = match(scriptName, settings, method, path);

      const url = new URL(endpointRootOf(site, tenantId) + path, UNKNOWN_SITE);
      const input = describeRequest(new Request(url, { method, headers }), new TextEncoder().encode(body));
      const executionId = randomUUIDv7();
      const { requestId, trace } = origin;
      const provenance = { requestId, actor: nameOf(principal), trace };
      const what = { executionId, loaded, scriptName, trigger: "http", input } as const;
      const run = { ...what, triggerFields: { path: pattern, params }, ...provenance };
      const begun = beginExecution(run, { method, path: url.pathname }, provenance);
      const place = await running.begin(executionId, { ...loaded, scriptId });
      const order = { tenantId, method, run, begun, place, exposesErrors: true, cut: undefined };
      const response = await answers.give(order);
      return {
        executionId,
        status: response.status,
        headers: response.headers,
        ...(await readText(response)),
      };
    },
  };
}

function requireHttp({ name, type }: ScriptFacts): void {
  if (type === "http") return;
  const message = `The script ${name} is of type ${type} and answers no requests; execute it instead.`;
  throw new SkerryError("SCRIPT_NOT_EXECUTABLE", message);
}

/** @returns what `ctx.trigger` tells of the path. */
function match(name: string, settings: ScriptSettings, method: HttpMethod, path: string) {
  const pattern = pathOf({ name, settings });
  const { methods = HTTP_METHODS } = settings;
  const table = createRoutingTable(methods.map((each) => ({ method: each, pattern, target: pattern })));
  const found = table.match(method, path.split("?", 1)[0] ?? "");
  if (found.target !== undefined) return { pattern, params: found.params };
  if (found.allow.length === 0) {
    throw new SkerryError(
      "ENDPOINT_NOT_FOUND",
      `The script ${name} answers at ${pattern}, and not at ${path}.`,
    );
  }
  const allow = found.allow.join(", ");
  throw new SkerryError("METHOD_NOT_ALLOWED", `The script ${name} takes ${allow}, and not ${method}.`);
}

async function readText(response: Response): Promise<Pick<TrialAnswer, "text" | "isCut">> {
  const { body, isCut } = await readResponseStart(response);
  return { text: new TextDecoder().decode(body, { stream: isCut }), isCut };
}
