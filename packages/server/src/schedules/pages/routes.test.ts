import { afterAll, beforeAll, expect, test } from "vitest";
import { createVisitors } from "../../../test/browser/visitors.ts";
import type { Visitors } from "../../../test/browser/visitors.ts";
import { createTestPlatform } from "../../../test/platform.ts";
import type { TestPlatform } from "../../../test/platform.ts";

let skerry: TestPlatform;
let visitors: Visitors;

beforeAll(async () => {
  skerry = await createTestPlatform();
  visitors = await createVisitors(skerry);
  const source = "export default () => 1;";
  const settings = { cron: "30 2 * * *", timezone: "Asia/Kolkata", overlap: "queue" };
  await visitors.acme.request("POST", "/api/v1/scripts", {
    name: "nightly",
    type: "scheduled",
    source,
    settings,
  });
  await visitors.acme.request("POST", "/api/v1/scripts", {
    name: "often",
    type: "scheduled",
    source,
    settings: { cron: "* * * * *" },
  });
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function show(path: string, headers: Record<string, string> = {}): Promise<string> {
  return await (await visitors.ask("developer", `/t/acme${path}`, { headers })).text();
}

function post(path: string, headers: Record<string, string> = {}) {
  return visitors.ask("developer", `/t/acme${path}`, {
    method: "POST",
    headers: {
      "sec-fetch-site": "same-origin",
      "content-type": "application/x-www-form-urlencoded",
      ...headers,
    },
  });
}

test("the list tells schedules in words of the viewer's language, in their own time zones", async () => {
  const page = await show("/schedules");
  expect(page).toContain("At 02:30");
  expect(page).toMatch(/Asia\/Kolkata/);
  // Half past two there is nine in the evening in UTC.
  expect(page).toMatch(/datetime="\d{4}-\d{2}-\d{2}T21:00:00.000Z"/);
  expect(page).toMatch(/02:30<\/small>/);
  expect(await show("/schedules", { "accept-language": "ru" })).toContain("Каждую минуту");
  const found = await show("/schedules?search=NIGHT&status=");
  expect(found).toContain("nightly");
  expect(found).not.toContain(">often<");
  expect(await show("/schedules?status=paused")).toContain("No schedule fits");
});

test("a schedule is paused and resumed, in its row or without scripts of the page", async () => {
  const answer = await post("/schedules/nightly/pause", { "hx-request": "true" });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("hx-trigger")).toContain("nightly is paused");
  const row = await answer.text();
  expect(row).toMatch(/^<tr id="schedule-/);
  expect(row).toContain("/t/acme/schedules/nightly/resume");
  const plain = await post("/schedules/nightly/resume");
  expect([plain.status, plain.headers.get("location")]).toEqual([303, "/t/acme/schedules"]);
  expect(await show("/schedules")).not.toContain("/schedules/nightly/resume");
});

test("running a schedule now leads to its execution, which a person asked for", async () => {
  const answer = await post("/schedules/often/run");
  const [, id] = /\/t\/acme\/executions\/(.+)$/.exec(answer.headers.get("location") ?? "") ?? [];
  const execution = await visitors.acme.request("GET", `/api/v1/executions/${id}`);
  expect(execution.body).toMatchObject({ trigger: "manual" });
});

test("a cron expression is tried while it is typed, and what is wrong is said", async () => {
  const headers = { "hx-request": "true" };
  const good = await show("/schedules/preview?cron=0+9+*+*+1-5&timezone=Europe%2FParis", headers);
  expect(good).toContain("At 09:00, Monday through Friday");
  expect(good.match(/<time /g)).toHaveLength(5);
  const bad = await show("/schedules/preview?cron=61+*+*+*+%3Cb%3E&timezone=Nowhere", headers);
  expect(bad).toContain("minute &quot;61&quot; at character 1");
  expect(bad).toContain("must be a time zone");
  expect(bad).not.toContain("<b>");
});
