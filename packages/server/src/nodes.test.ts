import { randomUUIDv7 } from "node:crypto";
import { sql } from "kysely";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { asAdministrator } from "../test/database.ts";
import { createTestPlatform, OPERATOR_KEY } from "../test/platform.ts";
import type { AnswerBody, TestClient, TestPlatform } from "../test/platform.ts";
import type { Execution } from "./executions/execution.ts";
import type { HistoryEntry } from "./executions/history-repository.ts";
import { createHistory } from "./executions/history.ts";
import { createPlatform } from "./platform.ts";
import type { Platform } from "./platform.ts";

const logger = pino({ level: "silent" });

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let slow: { readonly id: string };

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  const source =
    "export default async () => { await new Promise((resolve) => setTimeout(resolve, 20_000)); };";
  slow = (await acme.request("POST", "/api/v1/scripts", { name: "slow", type: "oneoff", source })).body;
});
afterAll(() => skerry[Symbol.asyncDispose]());

/** A further node on the same database. */
async function startNode(): Promise<Platform> {
  return await createPlatform({
    database: skerry.database,
    pool: skerry.pool,
    vault: skerry.vault,
    quotas: skerry.quotas,
    logger,
    operatorKey: OPERATOR_KEY,
  });
}

async function ask(platform: Platform, method: string, path: string, body?: object) {
  const request = new Request(`http://node${path}`, {
    method,
    headers: { authorization: `Bearer ${acme.key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await platform.fetch(request);
  const text = await response.text();
  return { status: response.status, text, body: parseObject(text) };
}

/** Scripts of these tests answer texts that are no objects. */
function parseObject(text: string): AnswerBody | undefined {
  return text.startsWith("{") ? (JSON.parse(text) as AnswerBody) : undefined;
}

async function insertRunningRow(createdAt: Date): Promise<string> {
  const id = randomUUIDv7();
  const row = {
    tenant_id: "acme",
    id,
    script_id: slow.id,
    version: 1,
    trigger: "api",
    status: "running",
    created_at: createdAt,
  } as const;
  await skerry.database.kysely.insertInto("executions").values(row).execute();
  return id;
}

async function readExecution(id: string) {
  return await skerry.database.kysely
    .selectFrom("executions")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
}

function createEntry(change: Partial<Execution> = {}, tenantId = "acme"): HistoryEntry {
  const now = new Date();
  const ended: Execution = {
    id: randomUUIDv7(),
    scriptId: slow.id,
    version: 1,
    trigger: "http",
    status: "completed",
    input: null,
    output: { status: 200 },
    error: null,
    queuedMs: 0,
    durationMs: 1,
    cpuMs: 1,
    memoryPeakBytes: 1,
    capabilityCalls: 0,
    attempt: 1,
    jobId: null,
    startAfter: null,
    traceId: null,
    progress: null,
    replayOf: null,
    parentId: null,
    eventId: null,
    requestId: null,
    actor: null,
    createdAt: now,
    startedAt: now,
    completedAt: now,
    ...change,
  };
  const logs = [{ seq: 0, level: "info", time: now.getTime(), message: "hello", fieldsJson: null }] as const;
  return { tenantId, executionId: ended.id, ended, logs, logBytes: 5 };
}

describe("a node that starts", () => {
  test("leaves what other nodes may still run, and ends what runs longer than anything can", async () => {
    const recent = await insertRunningRow(new Date());
    const ancient = await insertRunningRow(new Date(Date.now() - 60 * 60_000));
    await using _node = await startNode();

    expect(await readExecution(recent)).toMatchObject({ status: "running" });
    expect(await readExecution(ancient)).toMatchObject({ status: "failed", error: { code: "NODE_LOST" } });
  });

  test("ends whatever is left running when it is the only one", async () => {
    await using own = await createTestPlatform();
    const tenant = await own.createTenant("acme");
    const script = await tenant.request("POST", "/api/v1/scripts", {
      name: "one",
      type: "oneoff",
      source: "export default () => 1;",
    });
    const id = randomUUIDv7();
    await own.database.kysely
      .insertInto("executions")
      .values({
        tenant_id: "acme",
        id,
        script_id: script.body.id,
        version: 1,
        trigger: "api",
        status: "running",
      })
      .execute();
    await own.platform[Symbol.asyncDispose]();

    const { database, pool } = own;
    const { vault, quotas } = skerry;
    await using next = await createPlatform({
      database,
      pool,
      vault,
      quotas,
      logger,
      operatorKey: OPERATOR_KEY,
    });
    const caller = {
      tenantId: "acme",
      suspended: false,
      principal: await next.services.apiKeys.authenticate(tenant.key),
      origin: {},
    };
    expect(await next.services.executions.get(caller, id)).toMatchObject({
      status: "failed",
      error: { code: "NODE_LOST" },
    });
  });
});

describe("two nodes", () => {
  test("cancel each other's executions", async () => {
    await using other = await startNode();
    const begun = await acme.request("POST", "/api/v1/scripts/slow/execute", { wait: false });

    const asked = await ask(other, "POST", `/api/v1/executions/${begun.body.id}/cancel`);
    expect([200, 202]).toContain(asked.status);
    await vi.waitFor(async () => {
      const { body } = await ask(other, "GET", `/api/v1/executions/${begun.body.id}`);
      expect(body).toMatchObject({ status: "cancelled", error: { code: "CANCELLED" } });
    });
  });

  test("hear of each other's routes", async () => {
    await using other = await startNode();
    expect((await ask(other, "GET", "/run/acme/heard")).status).toBe(404);
    await acme.request("POST", "/api/v1/scripts", {
      name: "heard",
      type: "http",
      source: "export default () => 'yes';",
    });
    await vi.waitFor(async () =>
      expect(await ask(other, "GET", "/run/acme/heard")).toMatchObject({ status: 200, text: "yes" }),
    );
  });
});

describe("a node that stops", () => {
  test("refuses new executions, ends running ones after the deadline, and writes their history", async () => {
    await using node = await startNode();
    await ask(node, "POST", "/api/v1/scripts", {
      name: "served",
      type: "http",
      source: "export default () => 'served';",
    });
    expect((await ask(node, "GET", "/run/acme/served")).text).toBe("served");
    const begun = ask(node, "POST", "/api/v1/scripts/slow/execute", {});
    await vi.waitFor(async () => {
      const { body } = await acme.request("GET", "/api/v1/executions?script=slow&trigger=api&limit=1");
      expect(body.items).toMatchObject([{ status: "running" }]);
    });

    const draining = node.drain(50);
    expect(await ask(node, "GET", "/run/acme/served")).toMatchObject({
      status: 503,
      body: { code: "SHUTTING_DOWN" },
    });
    expect(await ask(node, "POST", "/api/v1/scripts/slow/execute")).toMatchObject({
      status: 503,
      body: { code: "SHUTTING_DOWN" },
    });
    await draining;
    expect(await readExecution((await begun).body?.id ?? "")).toMatchObject({
      status: "cancelled",
      error: { code: "CANCELLED" },
    });
    const { rows } = await sql`select from skerry.executions where trigger = 'http'`.execute(
      skerry.database.kysely,
    );
    expect(rows.length).toBeGreaterThan(0);
  });
});

describe("the history", () => {
  test("loses one record that the database refuses, and none beside it", async () => {
    const written: string[] = [];
    const onWritten = (id: string): void => void written.push(id);
    await using history = createHistory({ database: skerry.database, logger, onWritten });
    const good = Array.from({ length: 5 }, () => createEntry());
    const bad = createEntry({ status: "exploded" as "failed" });
    const orphan = createEntry({}, "nobody");
    for (const entry of [...good.slice(0, 2), bad, orphan, ...good.slice(2)]) history.append(entry);
    await history.flush();

    for (const { executionId } of good) {
      expect(await readExecution(executionId)).toMatchObject({ status: "completed" });
    }
    expect(await readExecution(bad.executionId)).toBeUndefined();
    expect(await readExecution(orphan.executionId)).toBeUndefined();
    expect(written).not.toContain(bad.executionId);
  });

  test("waits for a database that went away", async () => {
    await using history = createHistory({ database: skerry.database, logger, onWritten: () => {} });
    const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(
      skerry.database.kysely,
    );
    const name = rows[0]?.name ?? "";
    const entry = createEntry();

    await asAdministrator(async (client) => {
      await client.query(`alter database ${name} connection limit 0`);
      await client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
    });
    history.append(entry);
    await history.flush();
    const api = await acme.request("GET", "/api/v1/scripts");
    expect(api).toMatchObject({ status: 503, body: { code: "STORAGE_UNAVAILABLE" } });
    expect(api.headers.get("retry-after")).toBe("1");

    await asAdministrator((client) => client.query(`alter database ${name} connection limit -1`));
    await vi.waitFor(
      async () => expect(await readExecution(entry.executionId)).toMatchObject({ status: "completed" }),
      10_000,
    );
    expect((await acme.request("GET", "/api/v1/scripts")).status).toBe(200);
  });
});
