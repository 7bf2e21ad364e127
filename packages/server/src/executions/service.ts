import { randomUUIDv7 } from "node:crypto";
import type { RunnerPool } from "@skerry/sandbox";
import type { Logger } from "pino";
import { requirePermission } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { Database } from "../db/open.ts";
import { withTenant } from "../db/tenant-scope.ts";
import { SkerryError } from "../problems/errors.ts";
import { isUuid } from "../rest/ids.ts";
import { createPage } from "../rest/paging.ts";
import type { Page, PageRequest } from "../rest/paging.ts";
import type { LoadedProgram, ProgramStore } from "../scripts/program-store.ts";
import type { ScriptRow } from "../scripts/repository.ts";
import { requireScript } from "../scripts/lookup.ts";
import { announceCancellation } from "./cancellation.ts";
import type { ExecuteInput, Execution, ExecutionLog, ExecutionsQuery, ReplayInput } from "./execution.ts";
import type { History } from "./history.ts";
import { createJournal } from "./journal.ts";
import type { LogFeed, LogFeeds } from "./log-feed.ts";
import { beginExecution, finishExecution, readEnding } from "./record.ts";
import { findExecution, insertRunning, listExecutions, listLogs } from "./repository.ts";
import { runInPool } from "./run.ts";
import type { RunningExecutions } from "./running.ts";

/** Running scripts, and what became of it. */
export interface ExecutionService {
  /**
   * Runs a script. With `wait` it resolves with the finished execution, else with the one that just began. How the
   * script fails is in the execution and no error.
   *
   * @throws SkerryError `SCRIPT_NOT_FOUND`, `VERSION_NOT_FOUND`, `SCRIPT_NOT_PUBLISHED`, `SCRIPT_DISABLED`,
   * `SCRIPT_NOT_EXECUTABLE`, `TENANT_SUSPENDED`, `CONCURRENCY_LIMIT` or `SHUTTING_DOWN`.
   */
  execute(caller: Caller, idOrName: string, input: ExecuteInput): Promise<Execution>;
  /**
   * Runs what an execution ran once more, as a new execution that names it in `replayOf`: with its input on its version
   * unless others are given. What a request to an endpoint brought is not recorded, so that cannot be replayed.
   *
   * @throws SkerryError `EXECUTION_NOT_FOUND` or those of `execute`.
   */
  replay(caller: Caller, id: string, input: ReplayInput): Promise<Execution>;
  /** Newest first. @throws SkerryError `SCRIPT_NOT_FOUND`. */
  list(caller: Caller, query: ExecutionsQuery): Promise<Page<Execution>>;
  /** @throws SkerryError `EXECUTION_NOT_FOUND`. */
  get(caller: Caller, id: string): Promise<Execution>;
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
   * tells that it runs.
   *
   * @throws SkerryError `EXECUTION_NOT_FOUND` or `EXECUTION_FINISHED`.
   */
  cancel(caller: Caller, id: string): Promise<Execution>;
}

export interface ExecutionServiceOptions {
  readonly database: Database;
  readonly pool: Pick<RunnerPool, "execute">;
  readonly logger: Logger;
  readonly programs: ProgramStore;
  readonly history: History;
  readonly running: RunningExecutions;
  readonly logFeeds: LogFeeds;
}

export function createExecutionService(options: ExecutionServiceOptions): ExecutionService {
  const { database, pool, logger, programs, history, running, logFeeds } = options;

  async function prepare(caller: Caller, idOrName: string, version: number | undefined): Promise<Prepared> {
    const script = await withTenant(database, caller.tenantId, (queries) =>
      requireScript(queries, caller, idOrName),
    );
    const number = requireRunnable(script, version);
    const loaded = await programs.load({ tenantId: script.tenant_id, scriptId: script.id, version: number });
    if (loaded !== undefined) return { loaded, scriptName: script.name };
    throw new SkerryError("VERSION_NOT_FOUND", `The script ${script.name} has no version ${number}.`);
  }

  async function start(
    { tenantId }: Caller,
    prepared: Prepared,
    input: ExecuteInput,
    replayOf: string | null,
  ): Promise<Execution> {
    const executionId = randomUUIDv7();
    const begun = beginExecution({ ...prepared, executionId, trigger: "api" }, input.input, replayOf);
    using started = new DisposableStack();
    const { signal } = started.use(running.begin(executionId, prepared.loaded));
    await withTenant(database, tenantId, (queries) => insertRunning(queries, tenantId, begun));

    const ended = run(prepared, begun, input, signal);
    if (input.wait) return await ended;
    const owned = started.move();
    void ended
      .catch((error: unknown) => logger.error({ err: error, executionId }, "execution failed inside Skerry"))
      .finally(() => owned.dispose());
    return begun;
  }

  /** Runs it to its end, which is written when this resolves. */
  async function run(
    { loaded, scriptName }: Prepared,
    begun: Execution,
    { input, timeoutMs = Infinity }: ExecuteInput,
    signal: AbortSignal,
  ): Promise<Execution> {
    const { id: executionId, trigger } = begun;
    const journal = createJournal({ history, tenantId: loaded.tenantId, executionId, isLive: true });
    const result = await runInPool(pool, {
      executionId,
      loaded,
      scriptName,
      trigger,
      input: { json: JSON.stringify(input) },
      limits: { ...loaded.limits, wallMs: Math.min(loaded.limits.wallMs, timeoutMs) },
      signal,
      onLog: (lines) => journal.add(lines),
    });
    const execution = finishExecution(begun, result, readEnding(result));
    journal.end(execution);
    await history.flush();
    return execution;
  }

  async function find({ tenantId }: Caller, id: string): Promise<Execution> {
    await history.flush();
    const execution = isUuid(id)
      ? await withTenant(database, tenantId, (queries) => findExecution(queries, tenantId, id))
      : undefined;
    if (execution !== undefined) return execution;
    throw new SkerryError("EXECUTION_NOT_FOUND", `There is no execution ${JSON.stringify(id.slice(0, 80))}.`);
  }

  return {
    async execute(caller, idOrName, input) {
      requirePermission(caller, "scripts.execute");
      requireActive(caller);
      return await start(caller, await prepare(caller, idOrName, input.version), input, null);
    },

    async replay(caller, id, wished) {
      requirePermission(caller, "scripts.execute");
      // The answer shows the recorded input.
      requirePermission(caller, "executions.read");
      requireActive(caller);
      const original = await find(caller, id);
      const { input = original.input, version = original.version } = wished;
      const prepared = await prepare(caller, original.scriptId, version);
      return await start(caller, prepared, { ...wished, input, version }, original.id);
    },

    async list(caller, { script, ...query }) {
      requirePermission(caller, "executions.read");
      await history.flush();
      const { tenantId } = caller;
      const rows = await withTenant(database, tenantId, async (queries) => {
        // By id also the executions of a deleted script are found.
        const byName = script !== undefined && !isUuid(script);
        const scriptId = byName ? (await requireScript(queries, caller, script)).id : script;
        return await listExecutions(queries, tenantId, { ...query, scriptId });
      });
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
        throw new SkerryError(
          "EXECUTION_FINISHED",
          `The execution ${id} has ended already: ${execution.status}.`,
        );
      }
      const ended = running.cancel(execution.id);
      if (ended === undefined) await announceCancellation(database, execution.id);
      await ended;
      return await find(caller, id);
    },
  };
}

interface Prepared {
  readonly loaded: LoadedProgram;
  readonly scriptName: string;
}

function requireActive({ tenantId, suspended }: Caller): void {
  if (suspended)
    throw new SkerryError("TENANT_SUSPENDED", `The tenant ${tenantId} is suspended and runs nothing.`);
}

/** @returns the version that runs. */
function requireRunnable(
  { name, type, status, active_version }: ScriptRow,
  wished: number | undefined,
): number {
  if (type === "http") {
    const message = `The script ${name} is of type http: send a request to its address, which GET /scripts/${name} tells.`;
    throw new SkerryError("SCRIPT_NOT_EXECUTABLE", message);
  }
  if (status === "disabled") throw new SkerryError("SCRIPT_DISABLED", `The script ${name} is disabled.`);
  const version = wished ?? active_version;
  if (version !== null) return version;
  throw new SkerryError(
    "SCRIPT_NOT_PUBLISHED",
    `The script ${name} is a draft: publish a version, or name one to run.`,
  );
}
