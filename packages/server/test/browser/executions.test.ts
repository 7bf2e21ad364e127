import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowserSite } from "./browser-site.ts";
import type { BrowserSite } from "./browser-site.ts";

const READING = `export default async function (input, ctx) {
  ctx.log.debug("asks", { gauge: input?.gauge });
  await ctx.cache.set("last", 1);
  if (input?.gauge === "south") throw new TypeError("the south gauge is silent");
  return { metres: 2.4, gauge: input?.gauge };
}
`;
const WATCHING = `export default async function (input, ctx) {
  for (let wave = 0; wave < 100_000; wave++) {
    ctx.log.info(\`wave \${wave}\`);
    await ctx.progress(0.25, "watching the harbour");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
`;
const WAIT = { timeout: 20_000 };

let skerry: BrowserSite;
beforeAll(async () => {
  skerry = await startBrowserSite({ demoScripts: false });
  await publish("read-gauge", READING);
  await publish("watch-harbour", WATCHING, { limits: { wallMs: 600_000 } });
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function publish(name: string, source: string, settings = {}): Promise<void> {
  const script = { name, type: "oneoff", source, language: "js", settings };
  expect((await skerry.acme.request("POST", "/api/v1/scripts", script)).status).toBe(201);
}

async function run(script: string, body: object): Promise<string> {
  return (await skerry.acme.request("POST", `/api/v1/scripts/${script}/execute`, body)).body.id;
}

/** Pastes a text into one of the page's editors, in place of what is there. */
async function write(page: Page, field: string, text: string): Promise<void> {
  await page.locator(`code-editor:has(> textarea[name=${field}]) .view-lines`).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", ${JSON.stringify(text)});
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(paste);
  }`);
}

test("a failure is found, understood and replayed with another input", { timeout: 60_000 }, async () => {
  await run("read-gauge", { input: { gauge: "north" } });
  const failed = await run("read-gauge", { input: { gauge: "south" } });
  const page = await skerry.open({ as: "developer" });
  await page.goto("/t/acme/executions");
  expect(await page.locator("tbody tr").count()).toBe(2);
  expect(await page.locator("figure.dots circle").count()).toBe(2);

  await page.getByRole("combobox", { name: "Status" }).selectOption("failed");
  await expect.poll(() => page.locator("tbody tr").count(), WAIT).toBe(1);
  await expect.poll(() => page.url(), WAIT).toContain("status=failed");
  await page.reload();
  await page.getByRole("link", { name: failed.slice(-8) }).click();

  await page.getByRole("heading", { name: "Error" }).waitFor();
  expect(await page.locator(".excerpt mark").textContent()).toContain('throw new TypeError("the south gauge');
  expect(await page.locator(".waterfall").textContent()).toContain("cache.set");
  const debug = page.locator(".line.debug");
  expect(await debug.isVisible()).toBe(true);
  await page.getByRole("button", { name: "Debug" }).click();
  await debug.waitFor({ state: "hidden" });

  await page.getByRole("link", { name: "Replay" }).click();
  await page.locator("code-editor[data-ready] textarea[name=input]").waitFor({ state: "attached" });
  await write(page, "input", '{ "gauge": "west" }');
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByText("The execution was queued.").waitFor();
  await page.locator("#standing .status.good").waitFor();
  expect(await page.locator("#outcome").textContent()).toContain('"gauge": "west"');
  await page
    .locator("#facts")
    .getByRole("link", { name: failed.slice(-8) })
    .waitFor();
});

test("a running execution is followed, and cancelled", { timeout: 60_000 }, async () => {
  const id = await run("watch-harbour", { wait: false });
  const page = await skerry.open({ as: "developer" });
  await page.goto(`/t/acme/executions/${id}`);
  await page.getByText("watching the harbour").waitFor();
  await page.locator(".line").filter({ hasText: "wave 3" }).first().waitFor();
  await page.getByRole("button", { name: "Cancel" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).last().click();
  await page.locator("#standing").getByText("Cancelled").waitFor();
  await page.locator("#outcome .code").getByText("CANCELLED").waitFor();
  expect(await page.locator("#standing").getAttribute("hx-trigger")).toBeNull();
});

test("the page of an execution that ends by itself tells so", { timeout: 60_000 }, async () => {
  await publish(
    "ends-soon",
    "export default () => new Promise((resolve) => setTimeout(() => resolve(7), 2_500));",
  );
  const id = await run("ends-soon", { wait: false });
  const page = await skerry.open({ as: "viewer" });
  await page.goto(`/t/acme/executions/${id}`);
  await page.locator("#standing").getByText("Completed").waitFor();
  await page.locator("#outcome").getByRole("heading", { name: "Output" }).waitFor();
  await expect.poll(() => page.locator("#facts [role=meter]").count(), WAIT).toBe(4);
});

test("many are replayed at once, counted first", { timeout: 60_000 }, async () => {
  for (let index = 0; index < 3; index++) await run("read-gauge", { input: { gauge: `east ${index}` } });
  const page = await skerry.open({ as: "developer" });
  await page.goto("/t/acme/executions?script=read-gauge&status=completed");
  const rows = page.locator("tbody tr");
  const listed = await rows.count();
  expect(await page.getByRole("link", { name: "Replay all…" }).isVisible()).toBe(true);
  await rows.nth(0).getByRole("checkbox").check();
  await rows.nth(1).getByRole("checkbox").check();
  await page.getByRole("button", { name: "Replay selected…" }).click();
  await page.getByRole("heading", { name: "Replay 2 executions?" }).waitFor();
  await page.getByRole("link", { name: "Back to executions" }).click();
  await page.getByRole("link", { name: "Replay all…" }).click();
  await page.getByRole("heading", { name: `Replay ${listed} executions?` }).waitFor();
  await page.getByRole("button", { name: "Replay", exact: true }).click();
  await page.getByText(`${listed} of ${listed} executions queued.`).waitFor();
  await page.getByRole("link", { name: "Show the new executions" }).click();
  await expect.poll(() => rows.count(), WAIT).toBe(listed);
  // The list asks for news by itself until all have ended.
  await expect.poll(() => page.locator("tbody .status.good").count(), WAIT).toBe(listed);
});

test("the playground evaluates while somebody types", { timeout: 60_000 }, async () => {
  const page = await skerry.open({ as: "developer" });
  await page.goto("/t/acme/playground");
  await page.getByRole("link", { name: "Greeting" }).click();
  await page.locator("code-editor[data-ready] textarea[name=code]").waitFor({ state: "attached" });
  const result = page.locator("#result");
  await result.getByText("Hello Ada Lovelace!").waitFor();
  await write(page, "code", "{{ $json.items.length * 21 }}");
  await result.getByText("42", { exact: true }).waitFor();
  await result.getByText("$json.items.length").waitFor();
  await page.getByRole("radio", { name: "Expression" }).check();
  await write(page, "code", "$json.items[0].sku.nothing.more");
  await result.locator("mark").waitFor();
  await expect.poll(() => page.url(), WAIT).toContain("nothing.more");
  await page.reload();
  await result.locator("mark").waitFor();
});
