import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { makeDataDir } from "../../test/data-dir.ts";
import type { TestDatabase } from "../../test/database.ts";
import { createTestDatabase } from "../../test/database.ts";
import { startEmbeddedPostgres } from "../db/embedded-postgres.ts";
import type { Database } from "../db/open.ts";
import { openDatabase } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import type { Job, JobRequest } from "./job.ts";
import { createJobQueue } from "./queue.ts";
import type { JobQueue } from "./queue.ts";
import { claimJobs, completeJobs, putOffJob } from "./repository.ts";

const NODE = fileURLToPath(new URL("../../test/job-node.ts", import.meta.url));
/** What the platform promises after the loss of a node, and as much again for what else the machine does. */
const RECOVERY_MS = 2 * 15_000;

let prepared: TestDatabase;

beforeAll(async () => {
  prepared = await createTestDatabase();
  await addTenant(prepared.database);
});
afterEach(async () => {
  await prepared.database.pool.query("truncate skerry.jobs, skerry.job_notices, skerry.job_lanes");
});
afterAll(() => prepared[Symbol.asyncDispose]());

async function addTenant(database: Database): Promise<void> {
  await database.kysely.insertInto("tenants").values({ id: "acme", name: "Acme" }).execute();
}

async function createQueue(database: Database): Promise<JobQueue> {
  return await createJobQueue({
    database,
    logger: pino({ level: "silent" }),
    slots: 8,
    shareOf: () => ({ concurrency: 1_000 }),
  });
}

function describeJob(change: Partial<JobRequest> = {}): JobRequest {
  const retry = { attempts: 5, backoffMs: 0, maxBackoffMs: 0 };
  return { tenantId: "acme", kind: "endless", payload: null, retry, expireMs: 600_000, ...change };
}

/** Another process; `starts` gets a line of JSON for each attempt that it begins. */
function startNode(url: string, slots: number) {
  const flags = ["--conditions=@skerry/source", "--disable-warning=ExperimentalWarning"];
  const child = spawn(process.execPath, [...flags, NODE, url, String(slots)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const starts: unknown[] = [];
  createInterface(child.stdout).on("line", (line) => starts.push(JSON.parse(line)));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "close");
  };
  return { starts, end, [Symbol.asyncDispose]: () => end("SIGKILL") };
}

/** All but the one that asks. */
async function endConnections(database: Database): Promise<void> {
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where pid <> pg_backend_pid() and datname = current_database()`,
  );
}

describe("a node that is gone", () => {
  test("by kill -9 loses its jobs to another soon", { timeout: 60_000 }, async () => {
    await using node = startNode(prepared.url, 4);
    await using queue = await createQueue(prepared.database);
    const ids = await withPlatform(prepared.database, (queries) =>
      queue.sendMany(queries, [describeJob(), describeJob(), describeJob()]),
    );
    await vi.waitFor(() => expect(node.starts).toHaveLength(3), { timeout: 20_000 });
    const recovered: Job[] = [];
    queue.work("endless", (job) => Promise.resolve(void recovered.push(job)));
    await node.end("SIGKILL");
    await vi.waitFor(() => expect(recovered).toHaveLength(3), { timeout: RECOVERY_MS });
    expect(new Set(recovered.map(({ id }) => id))).toEqual(new Set(ids));
    for (const { attempt, failures } of recovered) {
      expect({ attempt, failures }).toMatchObject({
        attempt: 2,
        failures: [{ attempt: 1, code: "JOB_LOST" }],
      });
    }
  });

  test("by SIGTERM gives them back at once, as if it had not begun", { timeout: 60_000 }, async () => {
    await using node = startNode(prepared.url, 4);
    await using queue = await createQueue(prepared.database);
    await withPlatform(prepared.database, (queries) => queue.send(queries, describeJob()));
    await vi.waitFor(() => expect(node.starts).toHaveLength(1), { timeout: 20_000 });
    const recovered: Job[] = [];
    queue.work("endless", (job) => Promise.resolve(void recovered.push(job)));
    await node.end("SIGTERM");
    await vi.waitFor(() => expect(recovered).toMatchObject([{ attempt: 1, failures: [] }]));
  });
});

describe("a claim that has lapsed", () => {
  test("neither completes nor fails the newer attempt", async () => {
    const { database } = prepared;
    await using queue = await createQueue(database);
    await withPlatform(database, (queries) => queue.send(queries, describeJob()));
    const claim = { nodeId: crypto.randomUUID(), kinds: ["endless"], free: 1, reserved: 0, leaseMs: 0 };
    await claimJobs(database.kysely, claim);
    await database.pool.query("update skerry.job_lanes set concurrency = 10");
    const [stale] = await claimJobs(database.kysely, claim);
    if (stale === undefined) throw new Error("nothing was claimed");
    const attempts: number[] = [];
    const ended = Promise.withResolvers<void>();
    queue.work("endless", async ({ attempt }) => {
      attempts.push(attempt);
      await ended.promise;
    });
    await vi.waitFor(() => expect(attempts).toEqual([2]));
    await completeJobs(database.kysely, [stale], false);
    expect(await putOffJob(database.kysely, stale, [], 0, { ifLapsed: false })).toBe(false);
    expect((await queue.stats()).jobs).toEqual({ scheduled: 0, held: 0, ready: 0, running: 1 });
    ended.resolve();
    await vi.waitFor(async () => expect((await queue.stats()).jobs.running).toBe(0));
  });

  test("is heard of by the node that held it", async () => {
    const { database } = prepared;
    await using queue = await createQueue(database);
    const lost = Promise.withResolvers<unknown>();
    queue.work("endless", async (_job, signal) => {
      await once(signal, "abort");
      lost.resolve(signal.reason);
    });
    const id = await withPlatform(database, (queries) => queue.send(queries, describeJob()));
    await vi.waitFor(async () => expect((await queue.stats()).node.running).toBe(1));
    const other = crypto.randomUUID();
    await database.pool.query("update skerry.jobs set claims = claims + 1, node_id = $1 where id = $2", [
      other,
      id,
    ]);
    expect(await lost.promise).toMatchObject({ code: "JOB_LOST" });
    await vi.waitFor(async () => expect((await queue.stats()).node.running).toBe(0));
    expect((await queue.stats()).jobs.running).toBe(1);
  });
});

describe("a database that is gone", () => {
  test("and comes back has lost no job, and nodes go on by themselves", { timeout: 90_000 }, async () => {
    const dataDir = makeDataDir();
    await using resources = new AsyncDisposableStack();
    resources.defer(() => rmSync(dataDir, { recursive: true }));
    const server = resources.use(await startEmbeddedPostgres({ dataDir }));
    const database = resources.use(await openDatabase({ url: server.url }));
    await addTenant(database);
    const nodes = [resources.use(await createQueue(database)), resources.use(await createQueue(database))];
    const ran = new Set<unknown>();
    for (const node of nodes) {
      node.work("brief", async ({ payload }) => {
        await sleep(2);
        ran.add(payload);
      });
    }
    const [first] = nodes;
    if (first === undefined) throw new Error("there are no nodes");
    const accepted: unknown[] = [];
    const faults = new Map<number, () => unknown>([
      [200, () => process.kill(server.pid, "SIGKILL")],
      [400, () => endConnections(database)],
    ]);
    for (let batch = 0; accepted.length < 600; batch++) {
      const jobs = Array.from({ length: 20 }, (_, index) =>
        describeJob({
          kind: "brief",
          payload: batch * 20 + index,
          concurrency: { key: `${index % 2}`, limit: 4 },
        }),
      );
      const fault = faults.get(accepted.length);
      faults.delete(accepted.length);
      await fault?.();
      const ids = await withPlatform(database, (queries) => first.sendMany(queries, jobs)).catch(
        () => undefined,
      );
      if (ids !== undefined) accepted.push(...jobs.map(({ payload }) => payload));
    }
    await vi.waitFor(() => expect(accepted.filter((payload) => !ran.has(payload))).toEqual([]), {
      timeout: 40_000,
    });
    await vi.waitFor(
      async () => expect((await first.stats()).jobs).toEqual({ scheduled: 0, held: 0, ready: 0, running: 0 }),
      { timeout: 20_000 },
    );
  });
});
