import { launchChromium } from "@skerry/sandbox/test/chromium";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { FRESH_TOKEN, SCRIPT, startElementSite } from "./element-site.tsx";
import type { ElementSite } from "./element-site.tsx";
import { FLOOD_LINES } from "./log-flood.ts";
import { watchPage } from "./page-problems.ts";

const PATIENT = { timeout: 20_000 };
/** Some ten times as long as it takes, for other tests run beside it; who draws each line by itself takes longer. */
const MAX_DELAY_MS = 1_000;

let site: ElementSite;
let browser: Browser;

beforeAll(async () => {
  [site, browser] = await Promise.all([startElementSite(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
});

/** Fails the test by errors of the page, what its policy refused among them. */
async function open(path: string, allow: readonly number[] = []): Promise<Page> {
  const context = await browser.newContext({
    reducedMotion: "reduce",
    viewport: { width: 1200, height: 900 },
  });
  context.setDefaultTimeout(PATIENT.timeout);
  const page = await context.newPage();
  const problems = watchPage(page, allow);
  onTestFinished(async () => {
    await context.close();
    expect(problems).toEqual([]);
  });
  await page.goto(path.startsWith("/") ? site.url + path : path);
  return page;
}

test("a flood of lines leaves the page usable, and its newest lines in it", async () => {
  const page = await open("/log");
  await page.evaluate(`
    globalThis.delays = [];
    document.addEventListener("keydown", ({ timeStamp }) =>
      requestAnimationFrame(() => delays.push(performance.now() - timeStamp)), true);
    document.addEventListener("log:end", ({ detail }) => { globalThis.ended = detail.status; });
  `);
  const typing = page.locator("#typing");
  while ((await page.evaluate("globalThis.ended")) === undefined) await typing.press("a");
  expect(await page.evaluate("ended")).toBe("failed");
  const delays = (await page.evaluate<number[]>("delays")).sort((one, other) => one - other);
  expect(delays).not.toHaveLength(0);
  expect(delays[Math.floor(delays.length / 2)]).toBeLessThan(MAX_DELAY_MS);
  // The second connection went on where the first one had broken off.
  expect(site.resumptions).toEqual([undefined, "11999"]);

  const lines = page.locator(".log-lines .line");
  expect(await lines.count()).toBe(2_000);
  expect(await lines.first().getAttribute("data-seq")).toBe(String(FLOOD_LINES - 2_000));
  expect(await lines.last().locator(".text").textContent()).toBe('line <b>19999</b> {"seq":19999}');
  expect(await lines.last().isVisible()).toBe(true);

  const shown = page.locator(".log-lines .line:not([hidden])");
  await page.locator("[data-level=info]").click();
  expect(await shown.count()).toBe(200);
  await page.locator(".log-toolbar input").fill("LINE <B>1999");
  expect(await shown.count()).toBe(1);
  await page.locator("[data-level=info]").click();
  expect(await shown.count()).toBe(10);
});

test("the editor types `ctx` in plain JavaScript, and knows no browser", async () => {
  const page = await open("/editor");
  const editor = page.locator("code-editor").first();
  const area = editor.locator("textarea[name=source]");
  await editor.locator(".view-line").first().waitFor();
  // As it was written: parsers of HTML drop a newline at the start.
  expect(await area.inputValue()).toBe(SCRIPT);
  await page.locator("code-editor[data-markers='2']").waitFor();

  await editor.locator(".view-line").first().click();
  const messages: string[] = [];
  for (let found = 0; found < 2; found++) {
    await page.keyboard.press("F8");
    const zone = page.locator(".marker-widget .message");
    await vi.waitFor(async () => {
      const text = (await zone.innerText()).trim();
      expect([...messages, ""]).not.toContain(text);
      messages.push(text);
    }, PATIENT);
  }
  expect(messages[0]).toContain("Cannot find name 'window'");
  expect(messages[1]).toContain("Property 'shout' does not exist on type 'Log'");
  await page.keyboard.press("Escape");

  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText("\nexport default (input) => input;\r\n");
  await page.locator("code-editor[language=javascript][data-markers='0']").waitFor();
  await vi.waitFor(
    async () => expect(await area.inputValue()).toBe("\nexport default (input) => input;\n"),
    PATIENT,
  );
});

test("keys of the editor become events, and Tab leaves a field of JSON", async () => {
  const page = await open("/editor");
  await page.evaluate(`
    globalThis.heard = [];
    for (const type of ["editor:save", "editor:run"]) {
      document.body.addEventListener(type, ({ target }) => heard.push(type + " " + target.tagName));
    }
  `);
  const json = page.locator("code-editor[language=json]");
  await json.locator(".view-line").first().click();
  await page.keyboard.press("Control+Enter");
  await page.keyboard.press("Control+s");
  await vi.waitFor(async () => {
    const heard = await page.evaluate<string[]>("heard");
    expect(heard.map((each) => each.split(" ")[0])).toEqual(["editor:run", "editor:save"]);
  }, PATIENT);
  await page.keyboard.press("End");
  await page.keyboard.insertText(" ");
  expect(await page.locator("form[data-unsaved]").count()).toBe(1);
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.closest('[language=json]')")).toBe(null);
  await page.getByRole("button", { name: "Save" }).click();
  await vi.waitFor(() => expect(site.saved.at(-1)).toMatchObject({ source: SCRIPT }), PATIENT);
  site.release();
  await page.locator("#toasts").getByText("Saved: ё").waitFor();
  expect(await page.locator("form[data-unsaved]").count()).toBe(0);
});

test("charts are drawn at the width that they have, in the colours of the theme", async () => {
  const page = await open("/charts");
  const lines = page.locator("x-chart").first();
  const bars = page.locator("x-chart").last();
  await bars.locator("rect").first().waitFor();
  // The gap of the second line makes two of it.
  expect(await lines.locator("path").count()).toBe(3);
  expect(await bars.locator("rect").count()).toBe(14 + 12);
  await bars.locator("svg").hover({ position: { x: 900, y: 100 } });
  await bars.getByText(/^completed 1\.\d+ s$/).waitFor();
  const stroke = () => page.evaluate("getComputedStyle(document.querySelector('x-chart path')).stroke");
  const light = await stroke();
  await page.locator("[data-theme-toggle]").click();
  expect(await stroke()).not.toBe(light);
  await page.setViewportSize({ width: 400, height: 700 });
  await vi.waitFor(async () => {
    const [svg, room] = await Promise.all([lines.locator("svg").boundingBox(), lines.boundingBox()]);
    expect(svg?.width).toBe(room?.width);
  }, PATIENT);
});

test("a form in a dialog is sent once, and what came of it is told", async () => {
  const page = await open("/things", [403]);
  const before = site.saved.length;
  await page.getByRole("button", { name: "Remove" }).click();
  const dialog = page.locator("dialog.confirm");
  const confirm = dialog.getByRole("button", { name: "Remove" });
  await confirm.click();
  await page.locator("dialog.confirm button:disabled").waitFor();
  await confirm.click({ force: true });
  await vi.waitFor(() => expect(site.saved.length).toBe(before + 1), PATIENT);
  site.release();
  await page.locator(".toast.done").getByText("Saved: ё").waitFor();
  await dialog.waitFor({ state: "hidden" });
  expect(site.saved.length).toBe(before + 1);

  await page.getByRole("button", { name: "Refuse" }).click();
  const refusal = page.locator(".toast.failed");
  expect(await refusal.locator("span").textContent()).toBe("No <b>way</b>");
  await refusal.getByRole("button").click();
  await refusal.waitFor({ state: "detached" });
});

test("keys work on every page; the palette leads where its arrows point", async () => {
  const page = await open("/things");
  expect(await page.locator("time[data-relative]").innerText()).toBe("1h ago");
  await page.keyboard.press("/");
  expect(await page.evaluate("document.activeElement.ariaLabel")).toBe("Filter");
  await page.keyboard.type("gx?");
  expect(await page.locator("dialog[open]").count()).toBe(0);
  await page.evaluate("document.activeElement.blur()");
  await page.keyboard.press("?");
  await page.locator("#shortcuts[open]").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("x");
  await page.waitForURL("**/t/acme/executions");

  await page.keyboard.press("Control+k");
  await page.locator("#palette [role=option][aria-selected=true]").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/log?two");
});

test("an embedded page takes tokens from the page around it alone, and tells what happens in it", async () => {
  const page = await open("about:blank", [401]);
  await page.addInitScript(`
    globalThis.told = [];
    addEventListener("message", ({ data }) => told.push(data));
    const send = fetch;
    globalThis.sent = 0;
    globalThis.fetch = (...values) => (sent++, send(...values));
  `);
  await page.goto(`${site.url.replace("127.0.0.1", "localhost")}/host`);
  await vi.waitFor(async () => {
    const told = await listTold(page);
    expect(told.filter(({ type }) => type === "skerry:token-needed")).toHaveLength(2);
  }, PATIENT);
  const [, embedded, sibling, stranger] = page.frames();
  // Out of the address, and so out of histories.
  expect(embedded?.url()).toBe(`${site.url}/embed`);
  const offer = (token: string) => `postMessage({ type: "skerry:token", token: "${token}" }, "*")`;
  await sibling?.evaluate(`parent.frames[0].${offer("of another frame")}`);
  await page.evaluate(`frames[2].${offer("of another product")}`);
  await page.evaluate(`frames[0].${offer(FRESH_TOKEN)}`);
  await embedded?.getByText("Embedded content").waitFor();
  expect(site.shownTokens).toEqual(["Bearer stale", `Bearer ${FRESH_TOKEN}`]);
  await vi.waitFor(async () => {
    const told = await listTold(page);
    expect(told).toContainEqual({ type: "skerry:saved", detail: { version: 7 } });
    expect(told.map(({ type }) => type)).toContain("skerry:height");
  }, PATIENT);
  // What it did with the token it did before the next task.
  await vi.waitFor(async () => {
    expect(stranger && (await listTold(stranger))).toContainEqual(
      expect.objectContaining({ type: "skerry:token" }),
    );
  }, PATIENT);
  expect(await stranger?.evaluate("sent")).toBe(0);
});

function listTold(frame: Pick<Page, "evaluate">): Promise<{ type: string }[]> {
  return frame.evaluate<{ type: string }[]>("told");
}
