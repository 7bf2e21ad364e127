import type { RunnerPool } from "@skerry/sandbox";
import { pino } from "pino";
import { openDatabase } from "../src/db/open.ts";
import { createHistory } from "../src/executions/history.ts";
import { createLauncher } from "../src/executions/launcher.ts";
import { createProgressBoard } from "../src/executions/progress.ts";
import { createQueuedExecutions } from "../src/executions/queued.ts";
import { createRunningExecutions } from "../src/executions/running.ts";
import { createScriptCompiler } from "../src/modules/compiler.ts";
import { createPlans } from "../src/plans/plan.ts";
import { createTracing } from "../src/observability/tracing.ts";
import { createQuotaService } from "../src/quotas/service.ts";
import { fireDueSchedules } from "../src/schedules/firing.ts";
import type { FiringOptions } from "../src/schedules/firing.ts";
import { createScriptCatalogue } from "../src/scripts/catalogue.ts";
import { createProgramStore } from "../src/scripts/program-store.ts";
import { createSecretVault } from "../src/secrets/vault.ts";
import { createTestMasterKeys } from "./platform.ts";

/** A node of its own on a database, whose clock the test turns: it enqueues and runs nothing. */
export type ScheduleNode = FiringOptions & AsyncDisposable;

export async function createScheduleNode(url: string): Promise<ScheduleNode> {
  await using starting = new AsyncDisposableStack();
  const database = await openDatabase({ url });
  starting.defer(() => database.close());
  const logger = pino({ level: "silent" });
  const vault = starting.use(await createSecretVault({ database, keys: createTestMasterKeys(), logger }));
  const quotas = starting.use(await createQuotaService({ database, logger, plans: createPlans() }));
  const catalogue = starting.use(await createScriptCatalogue(database));
  const programs = createProgramStore(database);
  const history = starting.use(createHistory({ database, logger, onWritten() {} }));
  const running = createRunningExecutions(quotas);
  const pool: Pick<RunnerPool, "execute"> = {
    execute: () => Promise.reject(new Error("this node runs nothing")),
  };
  const launcher = createLauncher({ pool, history, running, progress: createProgressBoard() });
  const filters = { passes: () => Promise.reject(new Error("this node asks no filter")) };
  const compiler = createScriptCompiler(database, new Map());
  const parts = {
    database,
    catalogue,
    compiler,
    programs,
    launcher,
    history,
    running,
    logger,
    quotas,
    vault,
    filters,
    tracing: createTracing(),
  };
  const queued = starting.use(await createQueuedExecutions({ ...parts, slots: 0, onEnded() {} }));
  const owned = starting.move();
  return { database, logger, queued, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** @returns how many schedules it claimed. */
export async function fireUntilIdle(each: ScheduleNode, now: Date): Promise<number> {
  let total = 0;
  for (;;) {
    const fired = await fireDueSchedules(each, now);
    if (fired === 0) return total;
    total += fired;
  }
}
