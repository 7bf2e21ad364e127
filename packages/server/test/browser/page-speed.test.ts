import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowserSite } from "./browser-site.ts";
import type { BrowserSite } from "./browser-site.ts";
import { FLOOD_SCRIPT, measureInputDelays, timeEditor } from "./page-speed.ts";
import { TENANT } from "./visitors.ts";

/** Ten times what `npm run bench -- --only=ui` holds: here other tests run beside it. */
const EDITOR_AT_MOST_MS = 20_000;
const INPUT_AT_MOST_MS = 2_000;

let skerry: BrowserSite;
beforeAll(async () => {
  skerry = await startBrowserSite();
});
afterAll(() => skerry[Symbol.asyncDispose]());

test("the editor comes over a slow line", { timeout: 60_000 }, async () => {
  const page = await skerry.open({ as: "developer" });
  expect(await timeEditor(page, `/t/${TENANT}/scripts/ahoy`)).toBeLessThan(EDITOR_AT_MOST_MS);
});

test("somebody can type while 20,000 lines are logged", { timeout: 120_000 }, async () => {
  await skerry.acme.request("POST", "/api/v1/scripts", FLOOD_SCRIPT);
  const { body } = await skerry.acme.request("POST", "/api/v1/scripts/flood/execute", { wait: false });
  const page = await skerry.open({ as: "developer" });
  await page.goto(`/t/${TENANT}/executions/${body.id}`);
  const delays = await measureInputDelays(page);
  expect(delays.length).toBeGreaterThan(5);
  expect(Math.max(...delays)).toBeLessThan(INPUT_AT_MOST_MS);
});
