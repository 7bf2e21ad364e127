import * as batches from "../../src/executions/batches/repository.ts";
import * as history from "../../src/executions/history-repository.ts";
import { LOST } from "../../src/executions/queued-attempt.ts";
import * as queued from "../../src/executions/queued-repository.ts";
import * as executions from "../../src/executions/repository.ts";
import type { CallsOf } from "./repository-call.ts";
import * as rows from "./tenant-rows.ts";

const PAGE = { limit: 10 };
const SOON = new Date(Date.now() + 3_600_000);
const LAST_ID = "ffffffff-ffff-7fff-bfff-ffffffffffff";

/** Calls of the repositories of executions, one for each function. */
export const HISTORY_CALLS = {
  insertBegun: (queries, { script }) =>
    history.insertBegun(queries, [rows.createExecution(script, "running")]),
  saveEntries: (queries, { tenantId, running }) =>
    history.saveEntries(queries, [
      { tenantId, executionId: running.id, ended: undefined, logs: [rows.createLogEntry(1)], logBytes: 0 },
    ]),
} satisfies CallsOf<typeof history>;

export const EXECUTION_CALLS = {
  findExecution: (queries, { tenantId, ended }) => executions.findExecution(queries, tenantId, ended.id),
  findStanding: (queries, { tenantId, ended }) => executions.findStanding(queries, tenantId, ended.id),
  listCalls: (queries, { tenantId, ended }) => executions.listCalls(queries, tenantId, ended.id),
  findScriptNames: (queries, { tenantId, script }) =>
    executions.findScriptNames(queries, tenantId, [script.id]),
  filterExecutions: (queries, { tenantId }) =>
    executions.filterExecutions(queries, tenantId, { scriptId: undefined }).select("id").execute(),
  listExecutions: (queries, { tenantId }) =>
    executions.listExecutions(queries, tenantId, { ...PAGE, scriptId: undefined }),
  selectExecutions: (queries, { tenantId }) =>
    executions.selectExecutions(queries, tenantId, { ...PAGE, scriptId: undefined }).execute(),
  listLogs: (queries, { tenantId, ended }) => executions.listLogs(queries, tenantId, ended.id, PAGE),
  failRunning: (queries) => executions.failRunning(queries, { code: "NODE_LOST", message: "" }, SOON),
  deleteEnded: (queries, { tenantId }) =>
    executions.deleteEnded(queries, tenantId, { before: LAST_ID, limit: 10 }),
} satisfies CallsOf<typeof executions>;

export const BATCH_CALLS = {
  insertBatch: (queries, { tenantId }) => batches.insertBatch(queries, tenantId, rows.createBatch()),
  findBatch: (queries, { tenantId, batch }) => batches.findBatch(queries, tenantId, batch.id),
  advanceBatch: (queries, { batch, ended }) =>
    batches.advanceBatch(queries, batch, { done: 1, refused: 0, position: ended.id, isLast: true }),
  endBatch: (queries, { tenantId, batch }) => batches.endBatch(queries, tenantId, batch.id),
  deleteOldBatches: (queries, { tenantId }) => batches.deleteOldBatches(queries, tenantId, SOON),
  countForBatch: (queries, { tenantId }) =>
    batches.countForBatch(queries, tenantId, "replay", { scriptId: undefined }, 10),
  listNextMembers: (queries, { batch }) =>
    batches.listNextMembers(queries, batch, { scriptId: undefined }, 10),
  listRunnableScripts: (queries, { tenantId, eventScriptId }) =>
    batches.listRunnableScripts(queries, tenantId, [eventScriptId]),
} satisfies CallsOf<typeof batches>;

export const QUEUED_CALLS = {
  insertPending: (queries, { script }) => queued.insertPending(queries, [rows.createPendingOrder(script)]),
  endOpenAttempts: (queries, { tenantId, attemptedJobId: jobId }) =>
    queued.endOpenAttempts(queries, { tenantId, jobId, attempt: 2 }, LOST),
  findOpenAttempt: (queries, { tenantId, attemptedJobId: jobId }) =>
    queued.findOpenAttempt(queries, { tenantId, jobId, attempt: 2 }),
  listFailedAttempts: (queries, { tenantId, attemptedJobId: jobId }) =>
    queued.listFailedAttempts(queries, tenantId, jobId),
} satisfies CallsOf<typeof queued>;
