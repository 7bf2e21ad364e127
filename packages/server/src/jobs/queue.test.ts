import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { TestDatabase } from "../../test/database.ts";
import { createTestDatabase } from "../../test/database.ts";
import type { Database } from "../db/open.ts";
import { withPlatform, withTenant } from "../db/tenant-scope.ts";
import { FinalError, PostponedError, RetryableError } from "./errors.ts";
import { JOB_PAYLOAD_MAX_BYTES } from "./job.ts";
import type { Job, JobRequest } from "./job.ts";
import type { JobQueue, JobQueueOptions } from "./queue.ts";
import { createJobQueue } from "./queue.ts";

const TENANTS = ["acme", "globex"];

let prepared: TestDatabase;
let database: Database;

beforeAll(async () => {
  prepared = await createTestDatabase();
  ({ database } = prepared);
  const rows = TENANTS.map((id) => ({ id, name: id }));
  await database.kysely.insertInto("tenants").values(rows).execute();
});
afterAll(() => prepared[Symbol.asyncDispose]());

async function createQueue(options: Partial<JobQueueOptions> = {}): Promise<JobQueue> {
  return await createJobQueue({
    database,
    logger: pino({ level: "silent" }),
    slots: 4,
    shareOf: () => ({ concurrency: 100 }),
    ...options,
  });
}

function describeJob(change: Partial<JobRequest> = {}): JobRequest {
  const retry = { attempts: 3, backoffMs: 1, maxBackoffMs: 4 };
  return { tenantId: "acme", kind: "test", payload: {}, retry, expireMs: 10_000, ...change };
}

async function send(queue: JobQueue, change: Partial<JobRequest> = {}): Promise<string> {
  const id = await withPlatform(database, (queries) => queue.send(queries, describeJob(change)));
  if (id === null) throw new Error("the key is taken");
  return id;
}

/** Keeps each job it is called with, in order. */
function createRecorder() {
  const jobs: Job[] = [];
  return {
    jobs,
    handler: (job: Job) => Promise.resolve(void jobs.push(job)),
    payloads: () => jobs.map(({ payload }) => payload),
  };
}

async function expectNothingLeft(queue: JobQueue): Promise<void> {
  await vi.waitFor(async () => {
    expect((await queue.stats()).jobs).toEqual({ scheduled: 0, held: 0, ready: 0, running: 0 });
  });
}

describe("send", () => {
  test("adds the job exactly when the caller's transaction commits", async () => {
    await using queue = await createQueue();
    const { jobs, handler } = createRecorder();
    queue.work("test", handler);
    const undone = withTenant(database, "acme", async (queries) => {
      await queue.send(queries, describeJob({ payload: "undone" }));
      throw new Error("stop");
    });
    await expect(undone).rejects.toThrow("stop");
    const id = await withTenant(database, "acme", async (queries) => {
      const sent = await queue.send(queries, describeJob({ payload: { text: "\u0000\ud83d\ude00" } }));
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(jobs).toEqual([]);
      return sent;
    });
    await vi.waitFor(() => expect(jobs).toHaveLength(1));
    expect(jobs[0]).toMatchObject({
      id,
      tenantId: "acme",
      kind: "test",
      attempt: 1,
      payload: { text: "\u0000\ud83d\ude00" },
    });
    await expectNothingLeft(queue);
  });

  test("within a tenant's transaction adds jobs of that tenant alone", async () => {
    await using queue = await createQueue();
    const stray = withTenant(database, "acme", (queries) =>
      queue.send(queries, describeJob({ tenantId: "globex" })),
    );
    await expect(stray).rejects.toThrow("row-level security");
    await expectNothingLeft(queue);
  });

  test("adds no second job while one of the same tenant, kind and key is there", async () => {
    await using queue = await createQueue();
    const requests = [
      describeJob({ key: "tick" }),
      describeJob({ key: "tick" }),
      describeJob({ key: "tick", tenantId: "globex" }),
      describeJob({ key: "tick", kind: "other" }),
    ];
    const ids = await withPlatform(database, (queries) => queue.sendMany(queries, requests));
    expect(ids.map((id) => id !== null)).toEqual([true, false, true, true]);
    expect(
      await withPlatform(database, (queries) => queue.send(queries, describeJob({ key: "tick" }))),
    ).toBeNull();

    const { handler } = createRecorder();
    queue.work("other", handler);
    queue.work("test", handler);
    await expectNothingLeft(queue);
    await send(queue, { key: "tick" });
    await expectNothingLeft(queue);
  });

  test.each<[string, object, string]>([
    ["a payload that is too large", { payload: "x".repeat(JOB_PAYLOAD_MAX_BYTES) }, "JOB_PAYLOAD_SIZE"],
    ["a payload of wide characters", { payload: "€".repeat(JOB_PAYLOAD_MAX_BYTES / 3) }, "JOB_PAYLOAD_SIZE"],
    ["no payload", { payload: undefined }, "JOB_INVALID"],
    ["a kind that names nothing", { kind: "No such kind" }, "JOB_INVALID"],
    ["U+0000 in a key", { key: "a\0" }, "JOB_INVALID"],
    ["a lone surrogate in a key", { concurrency: { key: "\ud800", limit: 1 } }, "JOB_INVALID"],
    ["a tenant id that is none", { tenantId: "a'--" }, "JOB_INVALID"],
    ["a limit of nothing", { concurrency: { key: "a", limit: 0 } }, "JOB_INVALID"],
    ["endless attempts", { retry: { attempts: Infinity, backoffMs: 1, maxBackoffMs: 1 } }, "JOB_INVALID"],
    ["a date that is none", { startAfter: new Date(Number.NaN) }, "JOB_INVALID"],
    ["an unknown field", { surprise: true }, "JOB_INVALID"],
  ])("refuses %s, and the others of its batch", async (_name, change, code) => {
    await using queue = await createQueue();
    const batch = [describeJob(), { ...describeJob(), ...change }];
    const refused = withPlatform(database, (queries) => queue.sendMany(queries, batch));
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(/^The /) });
    await expectNothingLeft(queue);
  });
});

describe("a job", () => {
  test("of higher priority goes first, and of two equal ones the older", async () => {
    await using queue = await createQueue({ slots: 1 });
    const recorder = createRecorder();
    const requests = [0, 5, 0, -5, 5].map((priority, index) => describeJob({ priority, payload: index }));
    await withPlatform(database, (queries) => queue.sendMany(queries, requests));
    queue.work("test", recorder.handler);
    await vi.waitFor(() => expect(recorder.payloads()).toEqual([1, 4, 0, 2, 3]));
  });

  test("waits for its time by the database's clock, whatever this node's clock says", async () => {
    await using queue = await createQueue();
    const recorder = createRecorder();
    queue.work("test", recorder.handler);
    const { rows } = await database.pool.query<{ now: Date }>("select clock_timestamp() as now");
    const dueAt = new Date((rows[0]?.now.getTime() ?? 0) + 400);
    vi.useFakeTimers({ toFake: ["Date"], now: dueAt.getTime() + 24 * 3_600_000 });
    try {
      await send(queue, { startAfter: dueAt, payload: "later" });
      await send(queue, { payload: "now" });
      // Which one is first is up to how long it took to send them.
      await vi.waitFor(() => expect(new Set(recorder.payloads())).toEqual(new Set(["later", "now"])));
    } finally {
      vi.useRealTimers();
    }
    const { rows: after } = await database.pool.query<{ late: boolean }>(
      "select clock_timestamp() >= $1 as late",
      [dueAt],
    );
    expect(after).toEqual([{ late: true }]);
  });

  test("that fails is tried again, and its last failure is told once with all that went before", async () => {
    const told: Job[] = [];
    await using queue = await createQueue({
      onFinalFailure: async (queries, job) => {
        told.push(job);
        if (told.length === 1) throw new Error("the first transaction fails");
        await queries.updateTable("tenants").set({ name: "told" }).where("id", "=", job.tenantId).execute();
      },
    });
    const attempts: number[] = [];
    queue.work("test", (job) => {
      attempts.push(job.attempt);
      return Promise.reject(Object.assign(new Error(`no ${job.attempt}`), { code: "NO_LUCK" }));
    });
    const id = await send(queue);
    await vi.waitFor(() => expect(attempts).toEqual([1, 2, 3]));
    // The first telling was rolled back with the end of the job; when its lease is over, it is told anew.
    await database.pool.query("update skerry.jobs set lease_until = now() where id = $1", [id]);
    await vi.waitFor(() => expect(told).toHaveLength(2));
    expect(told[0]?.failures).toMatchObject([
      { attempt: 1, code: "NO_LUCK", message: "no 1" },
      { attempt: 2, code: "NO_LUCK", message: "no 2" },
      { attempt: 3, code: "NO_LUCK", message: "no 3" },
    ]);
    expect(told[1]?.failures.map(({ message }) => message)).toContain("no 2");
    await expectNothingLeft(queue);
    const tenant = database.kysely.selectFrom("tenants").select("name").where("id", "=", "acme");
    expect(await tenant.executeTakeFirst()).toEqual({ name: "told" });
  });

  test("says by its error whether and when it is tried again", async () => {
    const told: Job[] = [];
    await using queue = await createQueue({
      onFinalFailure: (_queries, job) => Promise.resolve(void told.push(job)),
    });
    const times: number[] = [];
    queue.work("final", () => Promise.reject(new FinalError("never", { code: "GONE" })));
    queue.work("later", () => {
      times.push(performance.now());
      if (times.length > 1) return Promise.resolve();
      return Promise.reject(new RetryableError("not yet", { retryInMs: 300 }));
    });
    await send(queue, { kind: "final" });
    await send(queue, { kind: "later" });
    await vi.waitFor(() => expect(times).toHaveLength(2));
    await vi.waitFor(() => expect(told).toHaveLength(1));
    expect(told[0]).toMatchObject({ attempt: 1, failures: [{ code: "GONE", message: "never" }] });
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(300);
    await expectNothingLeft(queue);
  });

  test("that runs too long is aborted", async () => {
    const told: Job[] = [];
    await using queue = await createQueue({
      onFinalFailure: (_queries, job) => Promise.resolve(void told.push(job)),
    });
    queue.work(
      "test",
      async (_job, signal) => await once(signal, "abort").then(() => Promise.reject(new Error("aborted"))),
    );
    await send(queue, { expireMs: 30, retry: { attempts: 1, backoffMs: 0, maxBackoffMs: 0 } });
    await vi.waitFor(() => expect(told).toHaveLength(1));
    expect(told[0]?.failures).toMatchObject([
      { code: "JOB_EXPIRED", message: expect.stringContaining("30 ms") },
    ]);
  });
});

describe("a job that its handler puts off", () => {
  test("comes again as the same attempt, under its own id, and is claimed once more", async () => {
    await using queue = await createQueue();
    const recorder = createRecorder();
    queue.work("test", async (job) => {
      await recorder.handler(job);
      if (job.claim < 4) throw new PostponedError("crowded", 10);
    });
    const id = randomUUID();
    await send(queue, { id, retry: { attempts: 1, backoffMs: 1, maxBackoffMs: 1 } });
    await expectNothingLeft(queue);
    expect(recorder.jobs.map((job) => [job.id, job.attempt, job.claim, job.failures])).toEqual(
      [1, 2, 3, 4].map((claim) => [id, 1, claim, []]),
    );
  });

  test("while it is cancelled ends, and the platform is told", async () => {
    const told: string[] = [];
    const onCancelled = (_queries: unknown, job: Job) => Promise.resolve(void told.push(job.id));
    await using queue = await createQueue({ onCancelled });
    queue.work("test", async (_job, signal) => {
      await once(signal, "abort");
      throw signal.reason;
    });
    const id = await send(queue);
    await vi.waitFor(async () => expect((await queue.stats()).jobs.running).toBe(1));
    await queue.cancel("acme", id);
    await expectNothingLeft(queue);
    expect(told).toEqual([id]);
  });
});

describe("cancel", () => {
  test("removes what waits, and aborts what runs, on another node too", async () => {
    const told: Job[] = [];
    const onFinalFailure = (_queries: unknown, job: Job) => Promise.resolve(void told.push(job));
    await using asking = await createQueue();
    await using working = await createQueue({ onFinalFailure });
    const codes: unknown[] = [];
    const started = Promise.withResolvers<void>();
    working.work("test", async (_job, signal) => {
      started.resolve();
      await once(signal, "abort");
      codes.push((signal.reason as { code: string }).code);
      throw signal.reason;
    });
    const running = await send(asking);
    const waiting = await send(asking, { startAfter: new Date(Date.now() + 60_000) });
    await started.promise;
    expect(await asking.cancel("globex", running)).toBeUndefined();
    expect(await asking.cancel("acme", waiting)).toBe("waiting");
    expect(await asking.cancel("acme", waiting)).toBeUndefined();
    expect(await asking.cancel("acme", running)).toBe("running");
    await expectNothingLeft(asking);
    expect({ codes, told }).toEqual({ codes: ["JOB_CANCELLED"], told: [] });
  });
});

describe("drain", () => {
  test("waits for what ends in time and gives the rest back, the attempt uncounted", async () => {
    const first = await createQueue();
    const ended: unknown[] = [];
    first.work("test", async (job, signal) => {
      if (job.payload === "short") await new Promise((resolve) => setTimeout(resolve, 200));
      else await once(signal, "abort");
      ended.push(job.payload);
      signal.throwIfAborted();
    });
    await send(first, { payload: "short" });
    await send(first, { payload: "long" });
    await vi.waitFor(async () => expect((await first.stats()).jobs.running).toBe(2));
    await first.drain(600);
    expect(ended).toEqual(["short", "long"]);
    expect(await first.stats()).toEqual({
      jobs: { scheduled: 0, held: 0, ready: 1, running: 0 },
      node: { slots: 4, running: 0, isDraining: true },
    });
    await first[Symbol.asyncDispose]();

    await using second = await createQueue();
    const recorder = createRecorder();
    second.work("test", recorder.handler);
    await vi.waitFor(() => expect(recorder.jobs).toMatchObject([{ payload: "long", attempt: 1 }]));
    await expectNothingLeft(second);
  });
});
