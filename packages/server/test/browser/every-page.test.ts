import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBrowserSite } from "./browser-site.ts";
import type { BrowserSite } from "./browser-site.ts";
import { checkFolder, checkLook } from "./golden-folder.ts";
import type { Look } from "./golden-folder.ts";
import { findDocumentFaults, findKeyboardFaults } from "./page-rules.ts";
import { createStrangerFinder } from "./page-texts.ts";
import { watchWeight } from "./page-weight.ts";
import { makeSiteData } from "./site-data.ts";
import type { SiteData } from "./site-data.ts";
import { addressOf, SHOWN_OTHERWISE, SHOWN_PAGES, valuesOf } from "./site-pages.ts";

/** Of scripts and style sheets together, sent with gzip, of pages without the code editor. */
const MOST_BYTES = 40 * 1024;
const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

let skerry: BrowserSite;
let data: SiteData;

beforeAll(async () => {
  skerry = await startBrowserSite();
  data = await makeSiteData(skerry);
});
afterAll(() => skerry[Symbol.asyncDispose]());

describe("every page is light, accessible, fits a phone and looks as it did", () => {
  test.concurrent.each(SHOWN_PAGES)("$name", { timeout: 120_000 }, async (shown) => {
    const { name, as, path, status, prepare } = shown;
    await using visit = await skerry.visit({
      as,
      width: WIDE.width,
      allow: status === undefined ? [] : [status],
    });
    const { page, problems } = visit;
    const weigh = watchWeight(page);
    const answer = await page.goto(path(data));
    await skerry.settle(page);
    await prepare?.(page);
    const weight = await weigh();
    const look = async (of: Look) => await checkLook(name, of, await page.screenshot({ caret: "hide" }));

    const light = { look: await look("light"), axe: await skerry.axe(page) };
    const wide = await findDocumentFaults(page, "en");
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = { axe: await skerry.axe(page, ["color-contrast"]), look: await look("dark") };
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(PHONE);
    const phone = { document: await findDocumentFaults(page, "en"), look: await look("phone") };

    await page.setViewportSize(WIDE);
    // Last, because it scrolls the page and leaves the focus somewhere.
    const keyboard = prepare === undefined ? await findKeyboardFaults(page) : [];

    expect(answer?.status()).toBe(status ?? 200);
    expect({ light, wide, dark, phone, keyboard, problems }).toEqual({
      light: { look: [], axe: [] },
      wide: [],
      dark: { axe: [], look: [] },
      phone: { document: [], look: [] },
      keyboard: [],
      problems: [],
    });
    if (!weight.hasEditor) expect(weight.bytes).toBeLessThanOrEqual(MOST_BYTES);
  });
});

test.each(SHOWN_OTHERWISE)("%s is no whole page", async (name, route) => {
  const visitor = route.realm === "operator" ? "operator" : "admin";
  const answer = await skerry.ask(visitor, addressOf([name, route], valuesOf(data)), {
    headers: { "hx-request": "true" },
  });
  expect(answer.status).toBeLessThan(400);
  expect(await answer.text()).not.toContain("<html");
});

describe("no page mixes languages", () => {
  const { find } = createStrangerFinder("en", "ru");
  test.each(SHOWN_PAGES)("$name", async ({ as, path }) => {
    const answer = await skerry.ask(as, path(data), { headers: { "accept-language": "ru" } });
    const html = await answer.text();
    expect(html.slice(0, 100)).toContain('<html lang="ru"');
    expect(find(html)).toEqual([]);
  });
});

test("the folder of golden screenshots holds those of all pages and nothing else", async () => {
  expect(await checkFolder(SHOWN_PAGES.map(({ name }) => name))).toEqual([]);
});
