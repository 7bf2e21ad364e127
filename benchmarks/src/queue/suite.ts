import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Database,
  type JobQueue,
  type JobRequest,
  createJobQueue,
  createLogger,
  openDatabase,
  withTenant,
} from "skerry/jobs";
import { type Row, rowOf } from "../report.ts";
import { type Spread, spreadOf } from "../samples.ts";
import { measureEvents } from "./events.ts";
import { measureExecutions } from "./executions.ts";
import { measureFloor } from "./floor.ts";
import { measurePgBoss } from "./pg-boss.ts";

const SLOTS = 16;
const TENANTS = ["large", "small"] as const;
const WARM_UPS = 50;
const SINGLES = 300;
const SENT_AT_ONCE = 5_000;
const BACKLOG = 100_000;
const DRAINED = 20_000;
const NEWCOMERS = 20;

/** The queue on an embedded PostgreSQL with its usual durability: how soon, how many, and how fair. */
export async function measureQueue(): Promise<Row[]> {
  const jobs = await withDataFolder(measureJobs);
  const executions = await withDataFolder(measureExecutions);
  const events = await withDataFolder(measureEvents);
  return [...jobs, ...(await measurePgBoss()), ...executions, ...events];
}

async function withDataFolder(measure: (dataDir: string) => Promise<Row[]>): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "skerry-bench-"));
  try {
    // The server may run as another user, who has to pass through.
    await chmod(dataDir, 0o755);
    return await measure(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measureJobs(dataDir: string): Promise<Row[]> {
  await using resources = new AsyncDisposableStack();
  const database = resources.use(await openDatabase({ dataDir }));
  for (const id of TENANTS) await database.kysely.insertInto("tenants").values({ id, name: id }).execute();
  const floor = await measureFloor(database);
  const station = resources.use(await createStation(database));

  const idle = await measureSingles(station, SINGLES);
  const sending = await station.send("large", BACKLOG, new Date(Date.now() + 3_600_000));
  const besideFuture = await measureSingles(station, SINGLES);
  await database.pool.query("delete from skerry.jobs");
  const rate = await measureRate(station);
  const newcomers = await measureNewcomers(station);
  return [
    rowOf("floor: one bare row inserted, taken and deleted", floor.single, "ms"),
    rowOf("accepted to handler started, idle", idle, "ms", { atMost: 5 }),
    rowOf(`the same beside ${BACKLOG} jobs for later`, besideFuture, "ms"),
    { what: "floor: bare rows inserted, taken and deleted by 16", value: floor.perSecond, unit: "/s" },
    { what: `jobs done, ${SLOTS} places, no work`, value: rate, unit: "/s", target: { atLeast: 800 } },
    { what: `jobs sent, ${SENT_AT_ONCE} at once`, value: sending, unit: "/s", target: { atLeast: 5_000 } },
    rowOf(`accepted to started, ${BACKLOG} jobs of another tenant waiting`, newcomers, "ms", {
      atMost: 1_000,
    }),
  ];
}

/** A queue and a handler that tells of starts. */
interface Station extends AsyncDisposable {
  /** @returns jobs per second. */
  send(tenantId: string, count: number, startAfter?: Date): Promise<number>;
  /** When the next job of the tenant starts, in ms of `performance.now()`. */
  nextStart(tenantId: string): Promise<number>;
  started(tenantId: string): number;
}

async function createStation(database: Database): Promise<Station> {
  const counts = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  const queue: JobQueue = await createJobQueue({
    database,
    logger: createLogger("error"),
    slots: SLOTS,
    shareOf: () => ({ concurrency: SLOTS }),
  });
  queue.work("nothing", ({ tenantId }) => {
    counts.set(tenantId, (counts.get(tenantId) ?? 0) + 1);
    waiting.get(tenantId)?.(performance.now());
    return Promise.resolve();
  });
  return {
    async send(tenantId, count, startAfter) {
      const retry = { attempts: 3, backoffMs: 1_000, maxBackoffMs: 60_000 };
      const job: JobRequest = {
        tenantId,
        kind: "nothing",
        payload: { executionId: 1 },
        retry,
        expireMs: 60_000,
        startAfter,
      };
      const start = performance.now();
      for (let sent = 0; sent < count; sent += SENT_AT_ONCE) {
        const jobs = Array.from({ length: Math.min(SENT_AT_ONCE, count - sent) }, () => job);
        await withTenant(database, tenantId, (queries) => queue.sendMany(queries, jobs));
      }
      return (count * 1_000) / (performance.now() - start);
    },
    nextStart: (tenantId) => new Promise((resolve) => waiting.set(tenantId, resolve)),
    started: (tenantId) => counts.get(tenantId) ?? 0,
    [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose](),
  };
}

async function measureSingles(station: Station, count: number): Promise<Spread> {
  const samples: number[] = [];
  for (let index = 0; index < count + WARM_UPS; index++) {
    samples.push(await timeOne(station, "small"));
    await sleep(2);
  }
  return spreadOf(samples.slice(WARM_UPS));
}

async function timeOne(station: Station, tenantId: string): Promise<number> {
  const next = station.nextStart(tenantId);
  await station.send(tenantId, 1);
  const acceptedAt = performance.now();
  // A handler may even start before the sender hears that it has committed.
  return Math.max(0, (await next) - acceptedAt);
}

async function measureRate(station: Station): Promise<number> {
  await station.send("large", DRAINED);
  const before = station.started("large");
  const start = performance.now();
  while (station.started("large") - before < DRAINED / 2) await sleep(10);
  const rate = ((station.started("large") - before) * 1_000) / (performance.now() - start);
  while (station.started("large") < DRAINED) await sleep(10);
  return rate;
}

async function measureNewcomers(station: Station): Promise<Spread> {
  await station.send("large", BACKLOG);
  const samples: number[] = [];
  for (let index = 0; index < NEWCOMERS; index++) {
    samples.push(await timeOne(station, "small"));
    await sleep(20);
  }
  return spreadOf(samples);
}
