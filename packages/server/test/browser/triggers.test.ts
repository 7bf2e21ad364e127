import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, listLetters, ONCE, subscribe } from "../event-client.ts";
import { startBrowserSite } from "./browser-site.ts";
import type { BrowserSite } from "./browser-site.ts";

let skerry: BrowserSite;
beforeAll(async () => {
  skerry = await startBrowserSite();
});
afterAll(() => skerry[Symbol.asyncDispose]());

test("schedules are tried, paused, resumed and run", async () => {
  const page = await skerry.open({ as: "developer" });
  await page.goto("/t/acme/schedules");
  const cron = page.getByRole("textbox", { name: "Cron expression" });
  await cron.fill("0 9 * * 1");
  await page.getByText("At 09:00, only on Monday").waitFor();
  await cron.fill("0 9 * * 9");
  await page.getByText(/day of week "9"/).waitFor();

  const row = page.getByRole("row", { name: /read-tide/ });
  await row.getByRole("button", { name: "Pause: read-tide" }).click();
  await row.getByText("Paused").waitFor();
  await page.getByText("read-tide is paused.").waitFor();
  await row.getByRole("button", { name: "Resume: read-tide" }).click();
  await row.getByText("Active").waitFor();
  await row.getByRole("button", { name: "Run now: read-tide" }).click();
  await page.waitForURL(/\/t\/acme\/executions\/[0-9a-f-]{36}$/);
  const { pathname } = new URL(page.url());
  const execution = await ask(skerry.acme, "GET", pathname.replace("/t/acme", ""));
  expect(execution).toMatchObject({ trigger: "manual" });
});

test("an endpoint is called from its page, time and again", async () => {
  const page = await skerry.open({ as: "developer", allow: [422] });
  await page.goto("/t/acme/endpoints");
  await page.getByRole("link", { name: "/ahoy" }).click();
  const panel = page.getByRole("region", { name: "Test request" });
  const send = panel.getByRole("button", { name: "Send" });
  for (const name of ["Ada", "Grace"]) {
    await panel.getByRole("textbox", { name: "Query" }).fill(`name=${name}`);
    await send.click();
    await panel.getByText(`Ahoy, ${name}!`).waitFor();
  }
  const recent = page.getByRole("table", { name: "Recent responses" });
  await recent.getByText("200").nth(1).waitFor();
  await panel.locator("#test-send:focus").waitFor();
  await panel.getByRole("textbox", { name: "Headers" }).fill("nonsense");
  await send.click();
  await panel.getByText("line 1 is not of the form name: value").waitFor();
  expect(await panel.getByRole("textbox", { name: "Query" }).inputValue()).toBe("name=Grace");
});

test("an event is published, fails, and its dead letter is replayed", async () => {
  const { acme } = skerry;
  const fails = "export default () => { throw new Error('the gauge is silent'); };";
  const script = await subscribe(acme, "break-gauge", fails, { events: ["gauge.*"], retry: ONCE });
  const page = await skerry.open({ as: "developer" });
  await page.goto("/t/acme/events");
  await page.getByRole("link", { name: "Publish an event" }).click();
  await page.getByLabel("Type").fill("gauge.read");
  await page.getByRole("button", { name: "Publish" }).click();
  const deliveries = page.getByRole("region", { name: "Deliveries" });
  await deliveries.getByText("the gauge is silent").waitFor();
  await deliveries.getByRole("link", { name: "Open the dead letter" }).click();
  await page.getByRole("region", { name: "Attempts" }).getByText("the gauge is silent").waitFor();
  await ask(acme, "PATCH", `/scripts/${script}`, { source: "export default () => 1;" });
  await page.getByRole("button", { name: "Replay" }).click();
  await page.waitForURL(/\/t\/acme\/events\//);
  await deliveries.getByText("Delivered").waitFor();
  await page.goto("/t/acme/dead-letters");
  await page.getByText("No dead letters").waitFor();
  expect((await listLetters(acme)).items).toEqual([]);
});
