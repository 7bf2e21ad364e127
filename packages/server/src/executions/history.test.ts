import { randomUUIDv7 } from "node:crypto";
import type { LogLine } from "@skerry/sandbox";
import { sql } from "kysely";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import type { TestDatabase } from "../../test/database.ts";
import type { Database } from "../db/open.ts";
import type { Execution } from "./execution.ts";
import { createGroupedWrite } from "./grouped-writes.ts";
import { createHistory } from "./history.ts";
import type { History } from "./history.ts";
import type { ExecutionRecord } from "./history-repository.ts";
import { createJournal } from "./journal.ts";
import { momentOf } from "../rest/ids.ts";

const SCRIPT = randomUUIDv7();
const SECRET = "s3cr3t";

let made: TestDatabase;
let database: Database;
let history: History;

beforeAll(async () => {
  made = await createTestDatabase();
  ({ database } = made);
  await database.kysely.insertInto("tenants").values({ id: "acme", name: "acme" }).execute();
  await sql`insert into skerry.scripts (tenant_id, id, name, type, status, latest_version)
    values ('acme', ${SCRIPT}, 'script', 'oneoff', 'disabled', 1)`.execute(database.kysely);
  history = createHistory({
    database,
    logger: pino({ level: "silent" }),
    onWritten: () => {},
    redact: (tenantId, text) => text.replaceAll(SECRET, `[secret of ${tenantId}]`),
  });
});
afterAll(async () => {
  await history[Symbol.asyncDispose]();
  await made[Symbol.asyncDispose]();
});

function createRecord(change: Partial<ExecutionRecord> = {}): ExecutionRecord {
  const id = randomUUIDv7();
  return {
    tenantId: "acme",
    id,
    scriptId: SCRIPT,
    version: 1,
    trigger: "api",
    status: "pending",
    input: null,
    output: null,
    error: null,
    queuedMs: null,
    durationMs: null,
    cpuMs: null,
    memoryPeakBytes: null,
    capabilityCalls: null,
    attempt: 1,
    traceId: null,
    jobId: null,
    startAfter: null,
    progress: null,
    replayOf: null,
    parentId: null,
    eventId: null,
    requestId: null,
    actor: null,
    createdAt: momentOf(id),
    startedAt: null,
    completedAt: null,
    ...change,
  };
}

function journalOf({ tenantId, id: executionId }: ExecutionRecord) {
  return createJournal({ history, tenantId, executionId, scriptType: "oneoff", isLive: true });
}

async function read(id: string) {
  return await database.kysely.selectFrom("executions").selectAll().where("id", "=", id).executeTakeFirst();
}

const ended = (record: ExecutionRecord, change: Partial<Execution>): Execution => ({
  ...record,
  status: "completed",
  startedAt: new Date(),
  completedAt: new Date(),
  ...change,
});

describe("the history", () => {
  test("keeps nothing that is to be redacted, and gives back what it keeps", async () => {
    const record = createRecord({ input: { key: SECRET } });
    await history.begin(record);
    expect(await read(record.id)).toMatchObject({ status: "pending", input: { key: "[secret of acme]" } });

    const journal = journalOf(record);
    const line: LogLine = {
      level: "info",
      time: Date.now(),
      message: `uses ${SECRET}`,
      fields: { key: SECRET },
    };
    journal.add([line]);
    const error = { code: "SCRIPT_ERROR", message: `Error: ${SECRET}`, stack: `at ${SECRET}` };
    const kept = journal.end(ended(record, { status: "failed", output: [SECRET, 1], error }), []);
    expect(JSON.stringify(kept)).not.toContain(SECRET);
    await history.flush();
    const rows = await sql`
      select row_to_json(execution) as execution, row_to_json(log) as log
      from skerry.executions execution join skerry.execution_logs log on log.execution_id = execution.id
      where execution.id = ${record.id}`.execute(database.kysely);
    expect(rows.rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(SECRET);
    expect(rows.rows[0]).toMatchObject({
      execution: { status: "failed", output: ["[secret of acme]", 1], error: { code: "SCRIPT_ERROR" } },
      log: { message: "uses [secret of acme]", fields: { key: "[secret of acme]" } },
    });
  });

  test("lets an execution end once, and start only before that", async () => {
    const record = createRecord();
    await history.begin(record);
    const journal = journalOf(record);
    journal.start(new Date());
    await history.flush();
    expect(await read(record.id)).toMatchObject({ status: "running", completed_at: null });
    journal.end(ended(record, { output: "first" }), []);
    await history.flush();
    journal.end(ended(record, { status: "cancelled", output: "second" }), []);
    journal.start(new Date(0));
    await history.flush();
    expect(await read(record.id)).toMatchObject({ status: "completed", output: "first" });
    expect((await read(record.id))?.started_at?.getTime()).toBeGreaterThan(0);
  });

  test("writes beginnings of many together, and one that cannot be written harms no other", async () => {
    const good = Array.from({ length: 40 }, () => createRecord());
    const orphan = createRecord({ tenantId: "nobody" });
    const outcomes = await Promise.allSettled([...good, orphan].map((record) => history.begin(record)));
    expect(outcomes.at(-1)).toMatchObject({
      status: "rejected",
      reason: { constraint: "executions_script" },
    });
    expect(outcomes.slice(0, -1).every(({ status }) => status === "fulfilled")).toBe(true);
    for (const { id } of good) expect(await read(id)).toMatchObject({ status: "pending" });
  });
});

test("a grouped write writes one alone at once, and those that come meanwhile as one", async () => {
  const groups: number[][] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const write = createGroupedWrite<number>(async (items) => {
    groups.push([...items]);
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise;
  });
  const written = [write(1), write(2), write(3)];
  expect(groups).toEqual([[1]]);
  gates[0]?.resolve();
  await written[0];
  await Promise.resolve();
  expect(groups).toEqual([[1], [2, 3]]);
  gates[1]?.resolve();
  await Promise.all(written);
});
