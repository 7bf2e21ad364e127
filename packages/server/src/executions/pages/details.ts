import type { ExecutionLimits } from "@skerry/sandbox";
import type { Caller } from "../../auth/principal.ts";
import { resolveLimits } from "../../plans/limits.ts";
import type { PlatformServices } from "../../platform.ts";
import { SkerryError } from "../../problems/errors.ts";
import type { Page } from "../../rest/paging.ts";
import type { ScriptSettings } from "../../scripts/settings.ts";
import type { View } from "../../web/view.ts";
import { executionsQuery } from "../execution.ts";
import type { Execution, ExecutionCall, ExecutionLog } from "../execution.ts";
import type { ScriptName } from "../repository.ts";

export type DetailServices = Pick<
  PlatformServices,
  "executions" | "scripts" | "drafts" | "usage" | "actorNames"
>;

/** What the page of an execution shows. */
export interface ExecutionDetails {
  readonly execution: Execution;
  readonly script: ScriptName | undefined;
  readonly actorNames: ReadonlyMap<string, string>;
  /** What ran, as far as it is still there and may be seen. */
  readonly program: RunProgram | undefined;
  /** What it was held to, by its script's settings and the tenant's plan as they are now. */
  readonly limits: ExecutionLimits | undefined;
  readonly calls: readonly ExecutionCall[];
  /** All of its queued execution, newest first; empty where that had one alone. */
  readonly attempts: readonly Execution[];
  /** Executions that it called, newest first. */
  readonly children: Page<Execution>;
  readonly log: Page<ExecutionLog>;
}

/** A version's content, or the draft's as it is now. */
export interface RunProgram {
  readonly source: string;
  readonly settings: ScriptSettings;
}

/** What the browser keeps of a log. */
const MAX_LINES = 2_000;
const MAX_ATTEMPTS = 100;
const MAX_CHILDREN = 20;

/** @throws SkerryError `EXECUTION_NOT_FOUND`. */
export async function findDetails(
  services: DetailServices,
  caller: Caller,
  view: View,
  id: string,
): Promise<ExecutionDetails> {
  const { executions, actorNames } = services;
  const execution = await executions.get(caller, id);
  const { actor, jobId, scriptId } = execution;
  const [names, actors, program, calls, attempts, children, log] = await Promise.all([
    executions.nameScripts(caller, [scriptId]),
    actor === null ? new Map<string, string>() : actorNames.find(caller, [actor]),
    view.can("scripts.read") ? findProgram(services, caller, execution) : undefined,
    executions.listCalls(caller, id),
    jobId === null ? [] : listAttempts(services, caller, jobId),
    executions.list(caller, executionsQuery.parse({ parent: execution.id, limit: MAX_CHILDREN })),
    executions.listLogs(caller, id, { limit: MAX_LINES }),
  ]);
  const limits = view.can("usage.read") && program && (await findLimits(services, caller, program));
  const script = names.get(scriptId);
  return {
    execution,
    script,
    actorNames: actors,
    program,
    limits: limits || undefined,
    calls,
    attempts,
    children,
    log,
  };
}

async function findProgram(
  { scripts, drafts }: DetailServices,
  caller: Caller,
  { scriptId, version }: Execution,
): Promise<RunProgram | undefined> {
  try {
    return version === 0
      ? await drafts.get(caller, scriptId)
      : await scripts.getVersion(caller, scriptId, version);
  } catch (error) {
    // The script was deleted since, or its draft published.
    if (error instanceof SkerryError && error.status === 404) return undefined;
    throw error;
  }
}

async function listAttempts(
  { executions }: DetailServices,
  caller: Caller,
  job: string,
): Promise<readonly Execution[]> {
  const { items } = await executions.list(caller, executionsQuery.parse({ job, limit: MAX_ATTEMPTS }));
  return items.length > 1 ? items : [];
}

async function findLimits(
  { usage }: DetailServices,
  caller: Caller,
  { settings }: RunProgram,
): Promise<ExecutionLimits> {
  const { limits } = await usage.describeLimits(caller);
  return resolveLimits(settings.limits ?? {}, limits);
}
