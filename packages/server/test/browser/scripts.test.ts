import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowserSite } from "./browser-site.ts";
import type { BrowserSite } from "./browser-site.ts";

let skerry: BrowserSite;
beforeAll(async () => {
  skerry = await startBrowserSite();
});
afterAll(() => skerry[Symbol.asyncDispose]());

const LIST = "/t/acme/scripts";

function rowOf(page: Page, name: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
}

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if ((await target.and(page.locator(":focus")).count()) > 0) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`The keyboard does not reach ${target.toString()}.`);
}

/** The page's scripts are there when its editor is. */
async function waitForScripts(page: Page): Promise<void> {
  await page.locator("code-editor[data-ready]").waitFor();
}

async function versionOf(name: string): Promise<unknown> {
  const { body } = await skerry.acme.request<{ activeVersion: number }>("GET", `/api/v1/scripts/${name}`);
  return body.activeVersion;
}

test(
  "a script is made from a template, found, paused and archived, with the keyboard alone",
  { timeout: 60_000 },
  async () => {
    const page = await skerry.open({ as: "developer", allow: [422] });
    await page.goto(LIST);
    await tabTo(page, page.getByRole("link", { name: "New script" }));
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByRole("link", { name: "HTTP", exact: false }));
    await page.keyboard.press("Enter");

    // What the settings mean follows what is typed.
    const name = page.getByRole("textbox", { name: "Name" });
    await waitForScripts(page);
    await name.and(page.locator(":focus")).waitFor();
    await page.keyboard.type("hello");
    const meaning = page.locator("#trigger-meaning");
    await meaning.getByText(`curl '${skerry.url}/run/acme/hello'`).waitFor();
    const path = page.getByRole("textbox", { name: "Path" });
    await tabTo(page, path);
    await page.keyboard.type("no slash");
    await meaning.getByText("must begin with /").waitFor();
    await page.keyboard.press("Enter");
    await page.locator("[id='settings.path-error']").waitFor();
    await waitForScripts(page);
    await tabTo(page, path);
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("/hello/:who");
    await meaning.getByText("/run/acme/hello/:who'").waitFor();
    // In the editor, Tab indents until Ctrl+M lets it go on.
    await tabTo(page, page.getByRole("textbox", { name: /^Source/ }));
    await page.keyboard.press("Control+m");
    await tabTo(page, page.getByRole("button", { name: "Create and publish" }));
    await page.keyboard.press("Enter");
    await page.waitForURL("**/scripts/hello");
    expect(await versionOf("hello")).toBe(1);

    await page.goto(LIST);
    // Before htmx has seen the form, what is typed in it says nothing.
    await page.locator("form[role=search][data-htmx-powered]").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("hel");
    await page.waitForURL((url) => url.searchParams.get("search") === "hel");
    await expect.poll(() => page.locator("tbody tr").count()).toBe(1);
    await rowOf(page, "hello").getByText("GET /hello/:who").waitFor();

    const pause = page.getByRole("switch", { name: "hello: Active" });
    await tabTo(page, pause);
    await page.keyboard.press("Space");
    await page.getByText("hello: Paused").waitFor();
    await expect.poll(() => pause.getAttribute("aria-checked")).toBe("false");

    await tabTo(page, page.getByRole("button", { name: "Actions for hello" }));
    await page.keyboard.press("Enter");
    const archive = page.locator(".row-menu").getByRole("button", { name: "Archive" });
    await archive.waitFor();
    await tabTo(page, archive);
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByRole("dialog").getByRole("button", { name: "Archive" }));
    await page.keyboard.press("Enter");
    await rowOf(page, "hello").locator(".status", { hasText: "Archived" }).waitFor();
    await page.goto(`${LIST}?status=archived`);
    await rowOf(page, "hello").waitFor();
    await page.goto(LIST);
    expect(await rowOf(page, "hello").count()).toBe(0);
  },
);

test("versions are compared side by side and rolled back", async () => {
  const source = 'export default () => "low";\n';
  await skerry.acme.request("POST", "/api/v1/scripts", { name: "tide", type: "oneoff", source });
  const change = { source: 'export default () => "high";\n', note: "The moon is full." };
  await skerry.acme.request("PATCH", "/api/v1/scripts/tide", change);

  const page = await skerry.open({ as: "developer" });
  await page.goto(`${LIST}/tide/versions`);
  await rowOf(page, "Version 2").getByText("The moon is full.").waitFor();
  await page.getByRole("button", { name: "Compare" }).click();
  await page.waitForURL("**/versions/diff*");
  const diff = page.getByRole("region", { name: "Source" });
  expect(await diff.locator("del").innerText()).toContain("low");
  expect(await diff.locator("ins").innerText()).toContain("high");

  await page.goBack();
  await rowOf(page, "Version 1").getByRole("button", { name: "Roll back" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Note" }).fill("It is not.");
  await dialog.getByRole("button", { name: "Roll back" }).click();
  await page.getByText("Version 1 is active.").waitFor();
  await rowOf(page, "Version 1").getByText("Active", { exact: true }).waitFor();
  expect(await versionOf("tide")).toBe(1);
});

test("viewers look, and are offered nothing that they may not do", async () => {
  const page = await skerry.open({ as: "viewer", allow: [403] });
  await page.goto(LIST);
  await rowOf(page, "count-seals").getByText("Active").waitFor();
  expect(await page.getByRole("switch").count()).toBe(0);
  expect(await page.getByRole("link", { name: "New script" }).count()).toBe(0);
  await page.getByRole("button", { name: "Actions for count-seals" }).click();
  await page.locator(".row-menu:popover-open").getByRole("link").click();
  await page.getByRole("heading", { name: "Status" }).waitFor();
  expect(await page.locator("main form, main button").count()).toBe(0);
  const refused = await page.goto(`${LIST}/new?type=http`);
  expect(refused?.status()).toBe(403);
});

test("the tour leads to what it speaks of", async () => {
  const page = await skerry.open({ as: "developer" });
  await page.goto(`${LIST}?tour=1`);
  const tour = page.getByRole("region", { name: "Welcome to Skerry" });
  await tour.getByText("of 5 done").waitFor();
  await tour.getByText("read-tide").click();
  await tour.getByRole("link", { name: "Go to the schedules" }).click();
  await page.waitForURL("**/schedules");
  await page.goto(`${LIST}?tour=1`);
  await tour.getByRole("button", { name: "Close the tour" }).click();
  await page.waitForURL((url) => url.search === "");
  expect(await tour.count()).toBe(0);
});
