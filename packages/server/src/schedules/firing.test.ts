import { randomUUIDv7 } from "node:crypto";
import { sql } from "kysely";
import type { Kysely } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import type { TestDatabase } from "../../test/database.ts";
import { createScheduleNode, fireUntilIdle } from "../../test/schedule-node.ts";
import type { ScheduleNode } from "../../test/schedule-node.ts";
import { up } from "../db/migrations/0012-schedules.ts";
import { withPlatform, withTenant } from "../db/tenant-scope.ts";
import type { Queries } from "../db/tenant-scope.ts";
import { insertScript, insertVersion } from "../scripts/repository.ts";
import type { ScriptSettings } from "../scripts/settings.ts";
import { insertTenant } from "../tenants/repository.ts";
import { fireDueSchedules } from "./firing.ts";
import { registerSchedule } from "./registration.ts";
import { findTimetable, listTicks } from "./timetable.ts";

const NODES = 3;

let prepared: TestDatabase;
let nodes: ScheduleNode[];
let node: ScheduleNode;

beforeAll(async () => {
  prepared = await createTestDatabase();
  nodes = await Promise.all(Array.from({ length: NODES }, () => createScheduleNode(prepared.url)));
  node = nodes[0] as ScheduleNode;
});

afterAll(async () => {
  await Promise.all(nodes.map((each) => each[Symbol.asyncDispose]()));
  await prepared[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await asPlatform(async (queries) => {
    await sql`delete from skerry.tenants`.execute(queries);
    await insertTenant(queries, { id: "acme", name: "acme", plan: "default" });
  });
});

test("three nodes at once fire every tick of a minute once", async () => {
  const cases: ScriptSettings[] = [
    { cron: "* * * * * *", overlap: "allow" },
    { cron: "*/7 * * * * *", overlap: "queue", timezone: "Europe/Berlin" },
    { cron: "*/10 * * * * *", overlap: "allow", jitterMs: 3_000 },
    { cron: "* * * * *", overlap: "queue", misfire: "all" },
  ];
  const schedules = await Promise.all(
    cases.map(async (settings) => ({ settings, id: await publish(settings) })),
  );
  const begin = Math.floor(Date.now() / 1_000) * 1_000;
  const first = await Promise.all(schedules.map(({ id }) => nextRunOf(id)));
  for (let second = 1; second <= 65; second += 1) {
    // Each node asks at its own moment of the second.
    await Promise.all(
      nodes.map((each, index) => fireDueSchedules(each, new Date(begin + second * 1_000 + index * 250))),
    );
  }
  await fireDueSchedules(node, new Date(begin + 66_000));
  for (const [index, { id, settings }] of schedules.entries()) {
    const next = (await nextRunOf(id)) as Date;
    const { offset_ms: offset } = await readSchedule(id);
    const timetable = findTimetable(settings.cron as string, settings.timezone ?? "UTC");
    const due = listTicks(timetable, new Date((first[index] as Date).getTime() - offset - 1_000), 70);
    const expected = due.filter((tick) => tick.getTime() + offset < next.getTime());
    expect(expected.length).toBeGreaterThan(0);
    expect(await keysOf(id)).toEqual(expected.map((tick) => `${id}@${tick.toISOString()}`));
  }
});

test("a transaction that is lost after the orders were written leaves the tick to the next one", async () => {
  const id = await publish({ cron: "* * * * *" });
  const now = (await nextRunOf(id)) as Date;
  const dying: ScheduleNode = {
    ...node,
    queued: {
      async enqueueMany(queries, orders) {
        await node.queued.enqueueMany(queries, orders);
        throw new Error("the node died");
      },
    },
  };
  await expect(fireDueSchedules(dying, now)).rejects.toThrow("the node died");
  expect(await keysOf(id)).toEqual([]);
  expect(await fireDueSchedules(node, now)).toBe(1);
  expect(await fireDueSchedules(node, now)).toBe(0);
  expect(await keysOf(id)).toEqual([`${id}@${now.toISOString()}`]);
});

test("a schedule whose script is being published waits, and holds nothing up", async () => {
  const id = await publish({ cron: "* * * * *" });
  const other = await publish({ cron: "* * * * *" });
  const now = (await nextRunOf(id)) as Date;
  await withTenant(node.database, "acme", async (queries) => {
    await sql`select from skerry.scripts where id = ${id} for update`.execute(queries);
    expect(await fireDueSchedules(nodes[1] as ScheduleNode, now)).toBe(1);
    // The same cron pattern: what is due already stays due.
    await registerSchedule(queries, { tenantId: "acme", scriptId: id }, scheduled({ cron: "* * * * *" }));
  });
  expect([await keysOf(id), (await keysOf(other)).length]).toEqual([[], 1]);
  expect(await fireDueSchedules(node, now)).toBe(1);
  expect(await keysOf(id)).toEqual([`${id}@${now.toISOString()}`]);
});

test("what was published before there were schedules gets its own", async () => {
  const id = await publish({
    cron: "30 2 * * *",
    timezone: "Europe/Berlin",
    overlap: "queue",
    misfire: "all",
    retry: { attempts: 3, backoffMs: 10 },
    concurrency: { limit: 2 },
  });
  const published = await readSchedule(id);
  await asPlatform((queries) => sql`drop table skerry.schedules`.execute(queries));
  await up(prepared.database.kysely as unknown as Kysely<unknown>);
  expect(await readSchedule(id)).toEqual(published);
});

test("what cannot be read is paused and does not stop the others", async () => {
  const broken = await publish({ cron: "* * * * *" });
  const good = await publish({ cron: "* * * * *" });
  const now = (await nextRunOf(broken)) as Date;
  await asPlatform((queries) =>
    sql`update skerry.schedules set timezone = 'Mars/Olympus' where script_id = ${broken}`.execute(queries),
  );
  expect(await fireDueSchedules(node, now)).toBe(2);
  expect([await nextRunOf(broken), (await keysOf(good)).length]).toEqual([null, 1]);
});

describe("overlap", () => {
  test("skip counts ticks while an execution waits, and runs again when it has ended", async () => {
    const id = await publish({ cron: "* * * * *" });
    const first = (await nextRunOf(id)) as Date;
    const minute = (count: number) => new Date(first.getTime() + count * 60_000);
    for (const count of [0, 1, 2]) await fireDueSchedules(node, minute(count));
    expect(await readSchedule(id)).toMatchObject({ skipped_ticks: 2, last_tick_at: first });
    await endExecutions();
    await fireDueSchedules(node, minute(3));
    expect(await readSchedule(id)).toMatchObject({ skipped_ticks: 2, last_tick_at: minute(3) });
    expect(await keysOf(id)).toHaveLength(2);
  });

  test("skip also heeds an execution that failed and is to be tried again", async () => {
    const id = await publish({ cron: "* * * * *", retry: { attempts: 2 } });
    const first = (await nextRunOf(id)) as Date;
    await fireDueSchedules(node, first);
    await asPlatform((queries) => sql`update skerry.executions set status = 'failed'`.execute(queries));
    await fireDueSchedules(node, new Date(first.getTime() + 60_000));
    expect(await readSchedule(id)).toMatchObject({ skipped_ticks: 1, last_tick_at: first });
  });

  test.each([
    [{ overlap: "queue" }, { concurrency_key: true, concurrency_limit: 1 }],
    [{ overlap: "allow" }, { concurrency_key: false, concurrency_limit: null }],
    [
      { overlap: "allow", concurrency: { limit: 4 } },
      { concurrency_key: true, concurrency_limit: 4 },
    ],
  ] as const)("%j limits how many run at a time", async (settings, limits) => {
    const id = await publish({ cron: "* * * * *", ...settings });
    await fireDueSchedules(node, (await nextRunOf(id)) as Date);
    const { rows } = await asPlatform((queries) =>
      sql`select concurrency_key is not null as concurrency_key, concurrency_limit from skerry.jobs`.execute(
        queries,
      ),
    );
    expect(rows).toEqual([limits]);
  });
});

describe("after a downtime of 100 minutes", () => {
  test.each([
    ["skip", 0],
    ["once", 1],
    ["all", 100],
  ] as const)("misfire %s runs %i of the ticks, whichever node comes back first", async (misfire, count) => {
    const id = await publish({ cron: "* * * * *", misfire });
    const first = (await nextRunOf(id)) as Date;
    const now = new Date(first.getTime() + 99 * 60_000 + 40_000);
    await Promise.all(nodes.map((each) => fireUntilIdle(each, now)));
    await fireUntilIdle(node, now);
    const ticks = listTicks(findTimetable("* * * * *", "UTC"), new Date(first.getTime() - 1_000), 100);
    expect(await keysOf(id)).toEqual(ticks.slice(100 - count).map((tick) => `${id}@${tick.toISOString()}`));
    expect(await readSchedule(id)).toMatchObject({
      next_run_at: new Date(first.getTime() + 100 * 60_000),
      last_misfire_at: misfire === "all" ? null : now,
    });
  });
});

test("a suspended tenant's ticks are left out, and those after it is back are not", async () => {
  const id = await publish({ cron: "* * * * *", misfire: "all" });
  const first = (await nextRunOf(id)) as Date;
  await setTenantStatus("suspended");
  await fireDueSchedules(node, new Date(first.getTime() + 300_000));
  expect(await keysOf(id)).toEqual([]);
  await setTenantStatus("active");
  await fireDueSchedules(node, new Date(first.getTime() + 360_000));
  expect(await keysOf(id)).toEqual([`${id}@${new Date(first.getTime() + 360_000).toISOString()}`]);
});

function asPlatform<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result> {
  return withPlatform(prepared.database, work);
}

function scheduled(settings: ScriptSettings) {
  return { settings, isActive: true };
}

/** Makes a script with this schedule. @returns its id. */
async function publish(settings: ScriptSettings): Promise<string> {
  const id = randomUUIDv7();
  await withTenant(prepared.database, "acme", async (queries) => {
    await insertScript(queries, createScript(id));
    await insertVersion(queries, createVersion(id, settings));
    await registerSchedule(queries, { tenantId: "acme", scriptId: id }, scheduled(settings));
  });
  return id;
}

function createScript(id: string) {
  return {
    tenantId: "acme",
    id,
    name: `script-${id}`,
    type: "scheduled",
    status: "active",
    description: "",
    tags: [],
    activeVersion: 1,
    latestVersion: 1,
  } as const;
}

function createVersion(scriptId: string, settings: ScriptSettings) {
  const source = "export default () => 1;";
  const content = { language: "js", source, code: source, sourceMap: "", settings } as const;
  return {
    tenantId: "acme",
    scriptId,
    version: 1,
    ...content,
    checksum: Buffer.alloc(32),
    note: "",
    author: "",
  };
}

async function readSchedule(scriptId: string) {
  return await prepared.database.kysely
    .selectFrom("schedules")
    .selectAll()
    .where("script_id", "=", scriptId)
    .executeTakeFirstOrThrow();
}

async function nextRunOf(scriptId: string): Promise<Date | null> {
  return (await readSchedule(scriptId)).next_run_at;
}

/** The keys of the executions that a schedule made, in the order of its ticks. */
async function keysOf(scriptId: string): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select order_key as key from skerry.executions where script_id = ${scriptId} order by order_key
  `.execute(prepared.database.kysely);
  return rows.map(({ key }) => key);
}

/** As if a worker had run all that waits. */
async function endExecutions(): Promise<void> {
  await asPlatform(async (queries) => {
    await sql`update skerry.executions set status = 'completed', completed_at = now()`.execute(queries);
    await sql`delete from skerry.jobs`.execute(queries);
  });
}

async function setTenantStatus(status: string): Promise<void> {
  await asPlatform((queries) => sql`update skerry.tenants set status = ${status}`.execute(queries));
}
