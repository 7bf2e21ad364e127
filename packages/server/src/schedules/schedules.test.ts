import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";

interface ScheduleBody {
  readonly scriptName: string;
  readonly scriptStatus: string;
  readonly cron: string;
  readonly timezone: string;
  readonly overlap: string;
  readonly misfire: string;
  readonly offsetMs: number;
  readonly nextRuns: readonly string[];
  readonly lastRun: {
    readonly executionId: string;
    readonly status: string;
    readonly scheduledAt: string;
  } | null;
  readonly skippedTicks: number;
  readonly lastMisfireAt: string | null;
}

interface TriggerBody {
  readonly type: string;
  readonly scheduledAt: string;
  readonly previousAt: string | null;
  readonly nextAt: string;
  readonly timezone: string;
  readonly cron: string;
}

const TELLS_TRIGGER = "export default (input, ctx) => ctx.trigger;";

let skerry: TestPlatform;
let acme: TestClient;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
});

afterAll(() => skerry[Symbol.asyncDispose]());

describe("a schedule follows its script", () => {
  test("through publishing, pausing, archiving and deletion", async () => {
    await create("follower", { cron: "30 2 * * *", timezone: "Europe/Berlin" });
    const published = await scheduleOf("follower");
    expect(published).toMatchObject({
      scriptStatus: "active",
      overlap: "skip",
      misfire: "once",
      lastRun: null,
    });
    expect(published?.nextRuns).toHaveLength(5);

    await change("follower", { status: "paused" });
    expect(await scheduleOf("follower")).toMatchObject({ scriptStatus: "paused", nextRuns: [] });
    await change("follower", { status: "active" });
    expect(await scheduleOf("follower")).toEqual(published);

    await change("follower", { settings: { cron: "0 0 1 1 *", jitterMs: 1_000 } });
    const yearly = await scheduleOf("follower");
    expect(yearly).toMatchObject({ cron: "0 0 1 1 *", timezone: "UTC" });
    expect(yearly?.nextRuns.map((run) => run.slice(4))).toEqual(Array(5).fill("-01-01T00:00:00.000Z"));
    expect(yearly?.offsetMs).toBeLessThanOrEqual(1_000);

    await change("follower", { status: "archived" });
    expect(await scheduleOf("follower")).toBeUndefined();
    await change("follower", { status: "disabled" });
    expect(await scheduleOf("follower")).toMatchObject({ scriptStatus: "disabled", nextRuns: [] });
    expect((await acme.request("DELETE", "/api/v1/scripts/follower")).status).toBe(204);
    expect(await scheduleOf("follower")).toBeUndefined();
  });

  test("a draft has none, and what is not scheduled neither", async () => {
    await create("drafted", { cron: "@daily" }, { status: "draft" });
    const script = { name: "by-hand", type: "oneoff", source: TELLS_TRIGGER };
    expect((await acme.request("POST", "/api/v1/scripts", script)).status).toBe(201);
    expect([await scheduleOf("drafted"), await scheduleOf("by-hand")]).toEqual([undefined, undefined]);
  });
});

test("a script of every second runs each second, with its tick in ctx.trigger, and by hand as well", async () => {
  await create("ticking", { cron: "* * * * * *", timezone: "Asia/Tokyo", overlap: "allow" });
  const triggers = await untilInARow("ticking", 3);
  await change("ticking", { status: "paused" });
  for (const [index, trigger] of triggers.entries()) {
    expect(trigger).toEqual({
      type: "cron",
      scheduledAt: secondsAfter(trigger, 0),
      previousAt: index === 0 ? trigger.previousAt : secondsAfter(trigger, -1),
      nextAt: secondsAfter(trigger, 1),
      timezone: "Asia/Tokyo",
      cron: "* * * * * *",
    });
  }
  expect((await scheduleOf("ticking"))?.lastRun).toMatchObject({ executionId: expect.any(String) as string });
  const byHand = await acme.request<{ readonly output: object }>(
    "POST",
    "/api/v1/scripts/ticking/execute",
    {},
  );
  expect([byHand.status, byHand.body.output]).toEqual([200, { type: "api" }]);
});

test("an import brings schedules with it", async () => {
  await create("imported", { cron: "@hourly" });
  const document = (await acme.request("GET", "/api/v1/export")).body;
  const globex = await skerry.createTenant("globex");
  const answer = await globex.request("POST", "/api/v1/import", { document, mode: "merge" });
  expect(answer).toMatchObject({ status: 200 });
  const schedules = await globex.request<{ readonly items: readonly ScheduleBody[] }>(
    "GET",
    "/api/v1/schedules",
  );
  expect(schedules.body.items.map(({ scriptName }) => scriptName)).toContain("imported");
});

describe("the preview", () => {
  test("gives the next runs", async () => {
    const body = { cron: "0 9 * * MON-FRI", timezone: "America/New_York", count: 7 };
    const answer = await acme.request<{ readonly runs: string[] }>("POST", "/api/v1/schedules/preview", body);
    expect([answer.status, answer.body.runs.length]).toEqual([200, 7]);
    for (const run of answer.body.runs) expect(run).toMatch(/T1[34]:00:00\.000Z$/);
    const five = await acme.request<{ readonly runs: string[] }>("POST", "/api/v1/schedules/preview", {
      cron: "@daily",
    });
    expect(five.body.runs).toHaveLength(5);
  });

  test.each([
    [{ cron: "0 25 * * *" }, 'cron: is no cron pattern: hour "25" at character 3'],
    [{ cron: "0 0 30 2 *" }, "cron: never fires"],
    [{ cron: "@daily", timezone: "Mars/Olympus" }, "timezone: must be a time zone"],
    [{ cron: "@daily", timezone: "+02:00" }, "timezone: must be a time zone"],
    [{ cron: "@daily", count: 51 }, "count: "],
    [{ cron: "* ".repeat(5_000) }, "cron: "],
    [{}, "cron: "],
  ])("refuses %j", async (body, detail) => {
    const answer = await acme.request("POST", "/api/v1/schedules/preview", body);
    expect([answer.status, answer.body.detail.slice(0, detail.length)]).toEqual([422, detail]);
  });
});

async function create(name: string, settings: object, more: object = {}): Promise<void> {
  const body = { name, type: "scheduled", source: TELLS_TRIGGER, settings, ...more };
  const answer = await acme.request("POST", "/api/v1/scripts", body);
  expect(answer).toMatchObject({ status: 201 });
}

async function change(name: string, body: object): Promise<void> {
  const answer = await acme.request("PATCH", `/api/v1/scripts/${name}`, body);
  expect(answer).toMatchObject({ status: 200 });
}

/** Looks through all pages, of one item each. */
async function scheduleOf(name: string): Promise<ScheduleBody | undefined> {
  let cursor = "";
  for (;;) {
    const path = `/api/v1/schedules?limit=1${cursor}`;
    const { body } = await acme.request<{
      readonly items: readonly ScheduleBody[];
      readonly nextCursor: string | null;
    }>("GET", path);
    const found = body.items.find(({ scriptName }) => scriptName === name);
    if (found !== undefined || body.nextCursor === null) return found;
    cursor = `&cursor=${body.nextCursor}`;
  }
}

/** Asks again until executions of so many seconds in a row have completed: a busy machine may run late and skip some. */
async function untilInARow(name: string, count: number): Promise<readonly TriggerBody[]> {
  for (;;) {
    const path = `/api/v1/executions?script=${name}&trigger=cron&status=completed`;
    const { body } = await acme.request<{ readonly items: readonly { readonly output: TriggerBody }[] }>(
      "GET",
      path,
    );
    const triggers = body.items
      .map(({ output }) => output)
      .toSorted((one, other) => one.scheduledAt.localeCompare(other.scheduledAt));
    for (const [start, first] of triggers.entries()) {
      const row = triggers.slice(start, start + count);
      if (row.at(count - 1)?.scheduledAt === secondsAfter(first, count - 1)) return row;
    }
    await sleep(100);
  }
}

function secondsAfter({ scheduledAt }: TriggerBody, seconds: number): string {
  return new Date(Date.parse(scheduledAt) + seconds * 1_000).toISOString();
}
