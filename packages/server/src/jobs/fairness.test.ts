import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { TestDatabase } from "../../test/database.ts";
import { countPagesOfClaim } from "../../test/claim-pages.ts";
import { createTestDatabase } from "../../test/database.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import type { Job, JobRequest } from "./job.ts";
import type { JobQueue, JobQueueOptions } from "./queue.ts";
import { createJobQueue } from "./queue.ts";
import type { TenantShare } from "./repository.ts";

const BACKLOG = 100_000;
/** A claim ends the waiting of up to 200 jobs, each in its row and in two indexes. */
const PAGES_OF_200_JOBS = 5_000;
const EMPTY = "truncate skerry.jobs, skerry.job_notices, skerry.job_lanes";

let prepared: TestDatabase;

beforeAll(async () => {
  prepared = await createTestDatabase();
  const rows = ["large", "small", "third"].map((id) => ({ id, name: id }));
  await prepared.database.kysely.insertInto("tenants").values(rows).execute();
});
afterAll(() => prepared[Symbol.asyncDispose]());

async function createQueue(options: Partial<JobQueueOptions> = {}): Promise<JobQueue> {
  return await createJobQueue({
    database: prepared.database,
    logger: pino({ level: "silent" }),
    slots: 4,
    shareOf: () => ({ concurrency: 1_000 }),
    ...options,
  });
}

function describeJob(change: Partial<JobRequest> = {}): JobRequest {
  const retry = { attempts: 3, backoffMs: 0, maxBackoffMs: 0 };
  return { tenantId: "large", kind: "test", payload: null, retry, expireMs: 60_000, ...change };
}

async function sendMany(queue: JobQueue, jobs: readonly JobRequest[]): Promise<void> {
  await withPlatform(prepared.database, (queries) => queue.sendMany(queries, jobs));
}

/**
 * Rows as `sendMany` writes them, made by the database itself. It looks at the jobs just before they can be seen, and so
 * believes of their many pages that nothing is in them: the worst that it can believe.
 */
async function addBacklog(state: "ready" | "scheduled", runAt: string): Promise<void> {
  const { pool } = prepared.database;
  const adding = await pool.connect();
  try {
    await adding.query("begin");
    await adding.query(
      `insert into skerry.jobs (tenant_id, id, kind, payload, priority, state, run_at, max_attempts, backoff_ms,
         max_backoff_ms, expire_ms)
       select 'large', gen_random_uuid(), 'test', 'null', 0, $1, ${runAt}, 3, 0, 0, 60000 from generate_series(1, $2)`,
      [state, BACKLOG],
    );
    await adding.query(
      `insert into skerry.job_notices (tenant_id, due_at) select 'large', case when $1 = 'scheduled' then ${runAt} end`,
      [state],
    );
    await pool.query("analyze skerry.jobs");
    await adding.query("commit");
  } finally {
    adding.release();
  }
}

/**
 * Counts what runs at a time, by any name. Jobs of a name end only once as many as `wanted` were there together: a
 * limit that is not used up lets nothing end.
 */
function createGauge(nameOf: (job: Job) => string, wanted: Readonly<Record<string, number>>) {
  const present = new Map<string, number>();
  const most = new Map<string, number>();
  let ended = 0;
  const isUsedUp = (name: string): boolean => (most.get(name) ?? 0) >= (wanted[name] ?? 0);
  const handler = async (job: Job): Promise<void> => {
    const name = nameOf(job);
    const count = (present.get(name) ?? 0) + 1;
    present.set(name, count);
    most.set(name, Math.max(count, most.get(name) ?? 0));
    do await sleep(3);
    while (!isUsedUp(name));
    present.set(name, (present.get(name) ?? 0) - 1);
    ended++;
  };
  return { most, handler, ended: () => ended };
}

describe("limits", () => {
  test("of tenants hold exactly over several nodes, and are used up", async () => {
    const shares: Record<string, TenantShare> = {
      large: { concurrency: 5 },
      small: { concurrency: 1 },
      third: { concurrency: 50 },
    };
    const gauge = createGauge(({ tenantId }) => tenantId, { large: 5 });
    const shareOf = async (tenantId: string): Promise<TenantShare> =>
      await Promise.resolve(shares[tenantId] ?? { concurrency: 1 });
    await using one = await createQueue({ slots: 6, shareOf });
    await using two = await createQueue({ slots: 6, shareOf });
    await using three = await createQueue({ slots: 6, shareOf });
    const jobs = ["large", "small", "third"].flatMap((tenantId) =>
      Array.from({ length: 80 }, () => describeJob({ tenantId })),
    );
    await sendMany(one, jobs);
    for (const queue of [one, two, three]) queue.work("test", gauge.handler);
    await vi.waitFor(() => expect(gauge.ended()).toBe(jobs.length), { timeout: 25_000 });
    expect(gauge.most.get("large")).toBe(5);
    expect(gauge.most.get("small")).toBe(1);
    expect(gauge.most.get("third")).toBeLessThanOrEqual(18);
  });

  test("of concurrency keys hold exactly over several nodes, also through retries, and leave the rest alone", async () => {
    const gauge = createGauge(({ payload }) => payload as string, { b: 3, free: 4 });
    const failed = new Set<string>();
    const handler = async (job: Job): Promise<void> => {
      await gauge.handler(job);
      if (failed.size < 30 && !failed.has(job.id)) {
        failed.add(job.id);
        throw new Error("again");
      }
    };
    await using one = await createQueue({ slots: 6 });
    await using two = await createQueue({ slots: 6 });
    const soon = new Date(Date.now() + 100);
    const keyed = ["a", "b"].flatMap((key) =>
      Array.from({ length: 60 }, (_, index) =>
        describeJob({
          payload: key,
          concurrency: { key, limit: key === "a" ? 1 : 3 },
          ...(index % 2 ? { startAfter: soon } : {}),
        }),
      ),
    );
    const free = Array.from({ length: 40 }, () => describeJob({ payload: "free" }));
    await sendMany(one, [...keyed, ...free]);
    for (const queue of [one, two]) queue.work("test", handler);
    await vi.waitFor(() => expect(gauge.ended()).toBe(keyed.length + free.length + 30), { timeout: 20_000 });
    expect({ a: gauge.most.get("a"), b: gauge.most.get("b") }).toEqual({ a: 1, b: 3 });
    expect(gauge.most.get("free")).toBeGreaterThanOrEqual(4);
  });
});

describe("beside 100,000 jobs of another tenant", () => {
  let pagesWhenEmpty = 0;

  beforeAll(async () => {
    await prepared.database.pool.query(EMPTY);
    pagesWhenEmpty = await countPages();
    await addBacklog("ready", "clock_timestamp()");
  });
  afterAll(() => prepared.database.pool.query(EMPTY));

  /** The least of some: the first ones read the notices and fill caches. */
  async function countPages(): Promise<number> {
    const counts: number[] = [];
    for (let round = 0; round < 5; round++) {
      counts.push(await countPagesOfClaim(prepared.database, { reserved: 0 }));
      await prepared.database.pool.query(
        "update skerry.jobs set state = 'ready', node_id = null, lease_until = null where state = 'running'",
      );
      await prepared.database.pool.query("update skerry.job_lanes set concurrency = 1000");
    }
    return Math.min(...counts);
  }

  test("a claim costs no more than the job that it takes", async () => {
    expect(await countPages()).toBeLessThanOrEqual(pagesWhenEmpty + 60);
  });

  test("of which one runs, a claim for a tenant of which nothing does costs no more", async () => {
    const { pool } = prepared.database;
    await pool.query(`update skerry.jobs set state = 'running', node_id = gen_random_uuid(), lease_until = now()
      where id = (select id from skerry.jobs limit 1)`);
    await pool.query("update skerry.job_lanes set concurrency = 1000");
    await countPagesOfClaim(prepared.database, { reserved: 1 });
    expect(await countPagesOfClaim(prepared.database, { reserved: 1 })).toBeLessThanOrEqual(
      pagesWhenEmpty + 10,
    );
    const { rows } = await pool.query(
      "update skerry.jobs set state = 'ready', node_id = null, lease_until = null where state = 'running' returning id",
    );
    expect(rows).toHaveLength(1);
  });

  test.for([
    { slots: 1, concurrency: 1_000, ranMs: 5 },
    { slots: 2, concurrency: 1_000, ranMs: 3_600_000 },
    { slots: 16, concurrency: 1_000, ranMs: 5 },
    { slots: 16, concurrency: 4, ranMs: 5 },
  ])(
    "a single one starts within a second: $slots places, $concurrency per tenant, $ranMs ms each",
    async ({ slots, concurrency, ranMs }) => {
      await prepared.database.pool.query("update skerry.job_lanes set concurrency = null, known_at = null");
      await using queue = await createQueue({ slots, shareOf: () => ({ concurrency }) });
      const begun = { large: 0, small: 0 };
      queue.work("test", async ({ tenantId }, signal) => {
        begun[tenantId as keyof typeof begun]++;
        if (tenantId === "large") await sleep(ranMs, undefined, { signal });
      });
      await vi.waitFor(() => expect(begun.large).toBeGreaterThan(0), { timeout: 20_000 });
      // A busy machine can hold up any of them; a backlog that is in their way holds up each.
      let fastestMs = Infinity;
      for (let round = 1; round <= 20 && fastestMs >= 1_000; round++) {
        const sentAt = performance.now();
        await sendMany(queue, [describeJob({ tenantId: "small" })]);
        await vi.waitFor(() => expect(begun.small).toBe(round), { interval: 5 });
        fastestMs = Math.min(fastestMs, performance.now() - sentAt);
      }
      expect(fastestMs).toBeLessThan(1_000);
      expect((await queue.stats()).jobs.ready).toBeGreaterThan(BACKLOG / 2);
    },
  );

  test("that are for later, a claim costs nothing more, nor do they hold up others when they all get due", async () => {
    const { pool } = prepared.database;
    await pool.query(EMPTY);
    await addBacklog("scheduled", "clock_timestamp() + interval '1 hour'");
    expect(await countPages()).toBeLessThanOrEqual(pagesWhenEmpty + 10);

    await pool.query("update skerry.jobs set run_at = clock_timestamp()");
    await pool.query("update skerry.job_lanes set due_at = clock_timestamp()");
    expect(await countPages()).toBeLessThanOrEqual(pagesWhenEmpty + PAGES_OF_200_JOBS);
    await using queue = await createQueue();
    const begun = { large: 0, small: 0 };
    queue.work("test", ({ tenantId }) => Promise.resolve(void begun[tenantId as keyof typeof begun]++));
    await vi.waitFor(() => expect(begun.large).toBeGreaterThan(0), { timeout: 20_000 });
    const sentAt = performance.now();
    await sendMany(queue, [describeJob({ tenantId: "small", startAfter: new Date(Date.now() + 50) })]);
    await vi.waitFor(() => expect(begun.small).toBe(1), { interval: 5 });
    expect(performance.now() - sentAt).toBeLessThan(5_000);
    expect((await queue.stats()).jobs.scheduled).toBeGreaterThan(0);
  });
});

test("tenants get turns by their weights, and none for the time they were idle", async () => {
  await prepared.database.pool.query(EMPTY);
  const order: string[] = [];
  await using queue = await createQueue({
    slots: 1,
    shareOf: (tenantId) => ({ concurrency: 10, weight: tenantId === "large" ? 3 : 1 }),
  });
  const describeJobs = (tenantId: string, length: number) =>
    Array.from({ length }, () => describeJob({ tenantId }));
  const isKnown = Promise.withResolvers<void>();
  const enoughRan = Promise.withResolvers<void>();
  let firstOfThird = Infinity;
  queue.work("test", async ({ tenantId }) => {
    order.push(tenantId);
    if (order.length === 1) isKnown.resolve();
    // Had the third tenant's idle time counted, it would now have all turns.
    if (order.length === 60) await sendMany(queue, describeJobs("third", 40));
    if (tenantId === "third" && order.length > 60) firstOfThird = Math.min(firstOfThird, order.length - 1);
    if (order.length === firstOfThird + 40) enoughRan.resolve();
  });
  // A tenant of which the dispatcher knows nothing yet has to wait, and the others would get its turns meanwhile.
  await sendMany(queue, describeJobs("third", 1));
  await isKnown.promise;
  await sendMany(
    queue,
    ["large", "small"].flatMap((tenantId) => describeJobs(tenantId, 90)),
  );
  await enoughRan.promise;
  const count = (from: number, to: number, tenant: string) =>
    order.slice(from, to).filter((name) => name === tenant).length;
  expect(count(10, 50, "large")).toBeGreaterThanOrEqual(29);
  expect(count(10, 50, "large")).toBeLessThanOrEqual(31);
  expect(firstOfThird).toBeLessThanOrEqual(65);
  // A fifth of 40.
  expect(count(firstOfThird, firstOfThird + 40, "third")).toBeGreaterThanOrEqual(7);
  expect(count(firstOfThird, firstOfThird + 40, "third")).toBeLessThanOrEqual(9);
});
