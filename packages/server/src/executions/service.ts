import { setTimeout as sleep } from "node:timers/promises";
import { nameOf, requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { ScriptCompiler } from "../modules/compiler.ts";
import { SkerryError } from "../problems/errors.ts";
import { isUuid } from "../rest/ids.ts";
import { createPage } from "../rest/paging.ts";
import type { Page, PageRequest } from "../rest/paging.ts";
import { requireActiveTenant } from "../scripts/catalogue.ts";
import type { ScriptCatalogue, ScriptFacts } from "../scripts/catalogue.ts";
import type { LoadedProgram, ProgramStore } from "../scripts/program-store.ts";
import { DRAFT_VERSION, loadDraftProgram } from "../scripts/draft-program.ts";
import { requireEnabled } from "../scripts/status.ts";
import { announceCancellation } from "./cancellation.ts";
import { concurrencyOf } from "./concurrency.ts";
import type {
  ExecuteInput,
  Execution,
  ExecutionCall,
  ExecutionLog,
  ExecutionsQuery,
  ReplayInput,
} from "./execution.ts";
import type { History } from "./history.ts";
import type { Launcher } from "./launcher.ts";
import type { LogFeed, LogFeeds } from "./log-feed.ts";
import type { Provenance } from "./record.ts";
import { findExecution, findScriptNames, listCalls, listExecutions, listLogs } from "./repository.ts";
import type { ScriptName } from "./repository.ts";
import type { QueuedExecutions } from "./queued.ts";
import type { RunningExecutions } from "./running.ts";
import { findFilteredScript } from "./script-filter.ts";

/** Running scripts, and what became of it. */
export interface ExecutionService {
  /**
   * Runs a script. With `wait` it resolves with the finished execution. Without, and with `at`, the execution is queued
   * for a worker node, and it resolves with what is pending. How the script fails is in the execution and no error.
   *
   * @throws SkerryError `SCRIPT_NOT_FOUND`, `VERSION_NOT_FOUND`, `DRAFT_NOT_FOUND`, `SCRIPT_NOT_PUBLISHED`,
   * `SCRIPT_DISABLED`, `SCRIPT_NOT_EXECUTABLE`, `SCRIPT_COMPILE` or `SCRIPT_TOO_COMPLEX` for a draft,
   * `TENANT_SUSPENDED`, `CONCURRENCY_LIMIT` or `SHUTTING_DOWN`.
   */
  execute(caller: Caller, idOrName: string, input: ExecuteInput, cause?: ExecutionCause): Promise<Execution>;
  /**
   * Runs what an execution ran once more, as a new execution that names it in `replayOf`: with its input on its version
   * or draft unless others are given. What a request to an endpoint brought is not recorded, so that cannot be replayed.
   *
   * @throws SkerryError `EXECUTION_NOT_FOUND` or those of `execute`.
   */
  replay(caller: Caller, id: string, input: ReplayInput): Promise<Execution>;
  /** Newest first. @throws SkerryError `SCRIPT_NOT_FOUND`. */
  list(caller: Caller, query: ExecutionsQuery): Promise<Page<Execution>>;
  /** @throws SkerryError `EXECUTION_NOT_FOUND`. */
  get(caller: Caller, id: string): Promise<Execution>;
  /** The first 200 capability calls, once the execution has ended. @throws SkerryError `EXECUTION_NOT_FOUND`. */
  listCalls(caller: Caller, id: string): Promise<readonly ExecutionCall[]>;
  /** What the scripts of executions are called, deleted ones included, by their ids. */
  nameScripts(caller: Caller, scriptIds: readonly string[]): Promise<ReadonlyMap<string, ScriptName>>;
  /**
   * In the order they were logged. They are there soon after they were logged, those of a request to an endpoint when
   * it has ended.
   *
   * @throws SkerryError `EXECUTION_NOT_FOUND`.
   */
  listLogs(caller: Caller, id: string, page: PageRequest): Promise<Page<ExecutionLog>>;
  /**
   * Gives the lines after the one with the number `after`, -1 for all, as they come until the execution has ended.
   *
   * @throws SkerryError `EXECUTION_NOT_FOUND` or `CONCURRENCY_LIMIT`.
   */
  followLogs(caller: Caller, id: string, after: number): Promise<LogFeed>;
  /**
   * Asks an execution to end. It has ended when this resolves, unless it runs on another node: then its status still
   * tells that it runs. A failed attempt whose order waits for the next one stays as it is, and no other follows.
   *
   * @throws SkerryError `EXECUTION_NOT_FOUND` or `EXECUTION_FINISHED`.
   */
  cancel(caller: Caller, id: string): Promise<Execution>;
}

/** What makes a script run, where it is not simply asked for. */
export interface ExecutionCause {
  /** The execution that calls. */
  readonly parentId?: string;
  readonly eventId?: string;
}

export interface ExecutionServiceOptions {
  readonly database: Database;
  readonly catalogue: ScriptCatalogue;
  readonly compiler: ScriptCompiler;
  readonly programs: ProgramStore;
  readonly launcher: Launcher;
  readonly history: Pick<History, "flush">;
  readonly running: RunningExecutions;
  readonly queued: Pick<QueuedExecutions, "enqueue" | "cancel" | "cancelRetry">;
  readonly logFeeds: LogFeeds;
}

/** How long a cancellation waits for the end of what another node runs. */
const CANCEL_WAIT_MS = 1_000;
const CANCEL_POLL_MS = 25;

export function createExecutionService(options: ExecutionServiceOptions): ExecutionService {
  const { database, catalogue, programs, launcher, history, running, queued, logFeeds } = options;

  async function load(caller: Caller, idOrName: string, wished: WishedVersion): Promise<Loaded> {
    const script = await catalogue.require(caller.tenantId, idOrName);
    const { name: scriptName, id: scriptId } = script;
    const version = chooseVersion(script, wished);
    const { tenantId } = caller;
    const loaded =
      version === "draft"
        ? await loadDraftProgram(options, script)
        : await programs.load({ tenantId, scriptId, version });
    if (loaded !== undefined) return { loaded, scriptName };
    throw new SkerryError("VERSION_NOT_FOUND", `The script ${scriptName} has no version ${version}.`);
  }

  async function find({ tenantId }: Caller, id: string): Promise<Execution> {
    await history.flush();
    const execution = isUuid(id)
      ? await withTenant(database, tenantId, (queries) => findExecution(queries, tenantId, id))
      : undefined;
    if (execution !== undefined) return execution;
    throw new SkerryError("EXECUTION_NOT_FOUND", `There is no execution ${JSON.stringify(id.slice(0, 80))}.`);
  }

  async function cancelElsewhere(caller: Caller, { id, jobId }: Execution): Promise<void> {
    const { tenantId } = caller;
    if (jobId === null) return await announceCancellation(database, id);
    await queued.cancel(tenantId, jobId);
    // The node that has just taken the job, which may be this one, hears of it and writes the end.
    for (let waitedMs = 0; waitedMs < CANCEL_WAIT_MS; waitedMs += CANCEL_POLL_MS) {
      if ((await find(caller, id)).completedAt !== null) return;
      await sleep(CANCEL_POLL_MS);
    }
  }

  async function run(wished: ExecuteInput, program: Loaded, provenance: Provenance): Promise<Execution> {
    const { wait, at } = wished;
    if (!wait || at !== undefined) return await enqueue(wished, program, provenance);
    return await launcher.launch({ ...wished, ...program, provenance });
  }

  async function enqueue(
    wished: ExecuteInput,
    { loaded }: Loaded,
    correlation: Provenance,
  ): Promise<Execution> {
    const { tenantId, scriptId } = loaded;
    const { trigger, input, timeoutMs, at: startAfter } = wished;
    const version = versionToQueue(wished);
    return await withTenant(database, tenantId, async (queries) => {
      const order = { tenantId, scriptId, version, trigger, input, timeoutMs, startAfter, correlation };
      const id = await queued.enqueue(queries, { ...order, concurrency: concurrencyOf(loaded, input) });
      return (await findExecution(queries, tenantId, id as string)) as Execution;
    });
  }

  return {
    async execute(caller, idOrName, wished, cause = {}) {
      requirePermission(caller, "scripts.execute");
      const program = await load(caller, idOrName, wished);
      return await run(wished, program, { ...cause, ...provenanceOf(caller) });
    },

    async replay(caller, id, wished) {
      requirePermission(caller, "scripts.execute");
      // The answer shows the recorded input.
      requirePermission(caller, "executions.read");
      const original = await find(caller, id);
      const { input = original.input } = wished;
      const loaded = await load(caller, original.scriptId, versionToReplay(original, wished));
      const provenance = { replayOf: original.id, ...provenanceOf(caller) };
      return await run({ ...wished, ...versionToReplay(original, wished), input }, loaded, provenance);
    },

    async list(caller, { script, ...query }) {
      requirePermission(caller, "executions.read");
      await history.flush();
      const { tenantId } = caller;
      const scriptId = await findFilteredScript(catalogue, tenantId, script);
      const rows = await withTenant(database, tenantId, (queries) =>
        listExecutions(queries, tenantId, { ...query, scriptId }),
      );
      return createPage(
        rows,
        query,
        ({ id }) => id,
        (execution) => execution,
      );
    },

    async get(caller, id) {
      requirePermission(caller, "executions.read");
      return await find(caller, id);
    },

    async listCalls(caller, id) {
      requirePermission(caller, "executions.read");
      const { tenantId } = caller;
      const execution = await find(caller, id);
      return await withTenant(database, tenantId, (queries) => listCalls(queries, tenantId, execution.id));
    },

    async nameScripts(caller, scriptIds) {
      requirePermission(caller, "executions.read");
      const { tenantId } = caller;
      return await withTenant(database, tenantId, (queries) => findScriptNames(queries, tenantId, scriptIds));
    },

    async listLogs(caller, id, page) {
      requirePermission(caller, "executions.read");
      const execution = await find(caller, id);
      const rows = await withTenant(database, caller.tenantId, (queries) =>
        listLogs(queries, caller.tenantId, execution.id, page),
      );
      return createPage(
        rows,
        page,
        ({ seq }) => String(seq),
        (line) => line,
      );
    },

    async followLogs(caller, id, after) {
      requirePermission(caller, "executions.read");
      const execution = await find(caller, id);
      return logFeeds.open(caller.tenantId, execution.id, after);
    },

    async cancel(caller, id) {
      requirePermission(caller, "scripts.execute");
      const execution = await find(caller, id);
      if (execution.completedAt !== null) {
        const { jobId } = execution;
        if (jobId !== null && (await queued.cancelRetry(caller.tenantId, jobId))) return execution;
        throw new SkerryError(
          "EXECUTION_FINISHED",
          `The execution ${id} has ended already: ${execution.status}.`,
        );
      }
      const ended = running.cancel(execution.id);
      if (ended === undefined) await cancelElsewhere(caller, execution);
      await ended;
      return await find(caller, id);
    },
  };
}

interface Loaded {
  readonly loaded: LoadedProgram;
  readonly scriptName: string;
}

type WishedVersion = Pick<ExecuteInput, "version" | "draft">;

/** @returns the version that runs. */
function chooseVersion(script: ScriptFacts, { version: wished, draft }: WishedVersion): number | "draft" {
  const { name, type, active_version } = script;
  if (type === "library") {
    const message = `The script ${name} is a library: import it into another script, as "@tenant/${name}".`;
    throw new SkerryError("SCRIPT_NOT_EXECUTABLE", message);
  }
  if (type === "http") {
    const message = `The script ${name} is of type http: send a request to its address, which GET /scripts/${name} tells.`;
    throw new SkerryError("SCRIPT_NOT_EXECUTABLE", message);
  }
  requireActiveTenant(script);
  requireEnabled(script);
  if (draft && wished !== undefined) {
    const message = "must not stand beside a version";
    throw new SkerryError("INPUT_INVALID", `draft: ${message}`, { details: [{ path: "draft", message }] });
  }
  const version = draft ? "draft" : (wished ?? active_version);
  if (version !== null) return version;
  throw new SkerryError(
    "SCRIPT_NOT_PUBLISHED",
    `The script ${name} is not published: publish it, or run its draft with draft: true.`,
  );
}

/** What is not named is chosen when it starts. */
function versionToQueue({ version, draft }: WishedVersion): number | undefined {
  return draft ? DRAFT_VERSION : version;
}

function versionToReplay({ version }: Execution, wished: WishedVersion): WishedVersion {
  if (wished.draft || wished.version !== undefined) return wished;
  return version === 0 ? { draft: true } : { version, draft: false };
}

function provenanceOf({ principal, origin: { requestId, trace } }: Caller): Provenance {
  return { requestId, actor: nameOf(principal), trace };
}
