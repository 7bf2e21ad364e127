import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { TestDatabase } from "../../test/database.ts";
import { createTestDatabase } from "../../test/database.ts";
import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { PostponedError, RetryableError } from "./errors.ts";
import type { JobConcurrency, JobRequest } from "./job.ts";
import type { JobQueue } from "./queue.ts";
import { createJobQueue } from "./queue.ts";

let prepared: TestDatabase;
let database: Database;

beforeAll(async () => {
  prepared = await createTestDatabase();
  ({ database } = prepared);
  await database.kysely.insertInto("tenants").values({ id: "acme", name: "acme" }).execute();
});
afterAll(() => prepared[Symbol.asyncDispose]());

const WAIT = { timeout: 20_000 };
const KEPT: JobConcurrency = { key: "kept", limit: 1, isOrdered: true };
const FREE: JobConcurrency = { key: "free", limit: 1 };

async function createQueue(): Promise<JobQueue> {
  const logger = pino({ level: "silent" });
  const onFinalFailure = (): Promise<void> => Promise.resolve();
  return await createJobQueue({
    database,
    logger,
    slots: 8,
    shareOf: () => ({ concurrency: 100 }),
    onFinalFailure,
  });
}

function describeJob(payload: string, concurrency: JobConcurrency, backoffMs = 50): JobRequest {
  const retry = { attempts: 2, backoffMs, maxBackoffMs: backoffMs };
  return { tenantId: "acme", kind: "test", payload, retry, concurrency, expireMs: 60_000 };
}

/** @returns their ids. */
async function sendAll(queue: JobQueue, jobs: readonly JobRequest[]): Promise<string[]> {
  const ids = await withPlatform(database, (queries) => queue.sendMany(queries, jobs));
  return ids.map(String);
}

async function expectNothingLeft(queue: JobQueue): Promise<void> {
  const nothing = { scheduled: 0, held: 0, ready: 0, running: 0 };
  await vi.waitFor(async () => expect((await queue.stats()).jobs).toEqual(nothing), WAIT);
}

test("a job that keeps its order holds up those after it until it has ended; others do not", async () => {
  await using queue = await createQueue();
  const begun: string[] = [];
  queue.work("test", (job) => {
    begun.push(`${job.payload as string}#${job.claim}`);
    if (job.payload === "kept 1" && job.claim === 1) return Promise.reject(new Error("not yet"));
    if (job.payload === "kept 2" && job.claim === 1)
      return Promise.reject(new PostponedError("crowded", 100));
    // Its attempts are used up.
    if (job.payload === "kept 3") return Promise.reject(new RetryableError("never", { retryInMs: 100 }));
    if (job.payload === "free 1" && job.claim === 1) return Promise.reject(new Error("not yet"));
    return Promise.resolve();
  });
  const kept = [1, 2, 3, 4].map((place) => describeJob(`kept ${place}`, KEPT));
  const free = [1, 2].map((place) => describeJob(`free ${place}`, FREE, 3_600_000));
  const ids = await sendAll(queue, [...kept, ...free]);
  await vi.waitFor(() => expect(begun).toContain("free 2#1"), WAIT);
  await queue.cancel("acme", ids[kept.length] ?? "");
  await expectNothingLeft(queue);
  expect(begun.filter((name) => name.startsWith("kept"))).toEqual([
    "kept 1#1",
    "kept 1#2",
    "kept 2#1",
    "kept 2#2",
    "kept 3#1",
    "kept 3#2",
    "kept 4#1",
  ]);
  expect(begun.filter((name) => name.startsWith("free"))).toEqual(["free 1#1", "free 2#1"]);
});

test("who cancels a job that waits for its next attempt lets the one after it go on", async () => {
  await using queue = await createQueue();
  const begun: string[] = [];
  queue.work("test", (job) => {
    begun.push(job.payload as string);
    return job.payload === "first" ? Promise.reject(new Error("not yet")) : Promise.resolve();
  });
  const [first = ""] = await sendAll(queue, [
    describeJob("first", KEPT, 3_600_000),
    describeJob("second", KEPT),
  ]);
  await vi.waitFor(
    async () => expect((await queue.stats()).jobs).toMatchObject({ scheduled: 1, held: 1 }),
    WAIT,
  );
  expect(await queue.cancel("acme", first, undefined, { onlyWaiting: true })).toBe("waiting");
  await expectNothingLeft(queue);
  expect(begun).toEqual(["first", "second"]);
});

test("only what runs one at a time can keep its order", async () => {
  await using queue = await createQueue();
  const sent = sendAll(queue, [describeJob("one", { ...KEPT, limit: 2 })]);
  await expect(sent).rejects.toMatchObject({ code: "JOB_INVALID" });
});
