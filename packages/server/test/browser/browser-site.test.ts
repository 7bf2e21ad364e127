import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findDocumentFaults, findKeyboardFaults } from "./page-rules.ts";
import { startBrowserSite } from "./browser-site.ts";
import type { BrowserSite } from "./browser-site.ts";

let skerry: BrowserSite;
beforeAll(async () => {
  skerry = await startBrowserSite();
});
afterAll(() => skerry[Symbol.asyncDispose]());

test("what goes wrong in a page is noticed, and nothing else", async () => {
  await using visit = await skerry.visit({ as: "viewer", allow: [404] });
  const { page, problems } = visit;
  await page.goto("/api/v1/session");
  expect(await page.textContent("body")).toContain("vera@example.com");
  await page.goto("/api/v1/scripts/nothing");
  expect(problems).toEqual([]);

  await page.goto("/api/v1/audit");
  await page.evaluate('console.error("as it shall")');
  await page.evaluate(async () => {
    await fetch("http://127.0.0.1:9/").catch(() => undefined);
    setTimeout(() => {
      throw new Error("thrown late");
    });
  });
  await expect.poll(() => problems).toHaveLength(5);
  const all = problems.join("\n");
  expect(all).toMatch(/\/api\/v1\/audit answered 403/);
  expect(all).toContain("console: as it shall");
  expect(all).toContain("page error: Error: thrown late");
  expect(all).toContain("GET http://127.0.0.1:9/ failed: net::ERR_UNSAFE_PORT");
});

const GOOD = `<!doctype html><html lang="en"><title>Good · Skerry</title><body><a class="skip" href="#main" style="padding: 8px">Skip</a>
  <nav></nav><main id="main" tabindex="-1"><h1>Good</h1><button>One</button><h2>Two</h2>`;

const keyboardOf = findKeyboardFaults;
const documentOf = (page: Page) => findDocumentFaults(page, "en");
const axeOf = (page: Page) => skerry.axe(page);

test.each([
  ["nothing where all is well", GOOD, documentOf, []],
  ["nothing where all can be reached", GOOD, keyboardOf, []],
  ["no language", GOOD.replace(' lang="en"', ""), documentOf, ['its language is "", not "en"']],
  ["no title", GOOD.replace("Good · Skerry", ""), documentOf, ['its title is ""']],
  ["a level too far", `${GOOD}<h4>Far</h4>`, documentOf, ['"Far" of level 4 comes after level 2']],
  [
    "too wide",
    `${GOOD}<pre style="width: 3000px">Wide`,
    documentOf,
    [/3\d\d\d px wide in a window of 1440$/],
  ],
  [
    "no way past the navigation",
    GOOD.replace(' class="skip"', ""),
    keyboardOf,
    ["the first stop is no skip link"],
  ],
  [
    "a skip link to nowhere",
    GOOD.replace("#main", "#x"),
    keyboardOf,
    ["the skip link does not lead into main"],
  ],
  ["no focus ring", `${GOOD}<style>button { outline: none }`, keyboardOf, [/^button One does not show/]],
  [
    "a stop out of sight",
    `${GOOD}<button style="opacity: 0; width: 0; padding: 0; border: 0">`,
    keyboardOf,
    [/cannot be seen/],
  ],
  ["pale text", `${GOOD}<p style="color: #ccc">Pale`, axeOf, [/^color-contrast p/]],
  ["an input without a name", `${GOOD}<input>`, axeOf, [/^label input/]],
] as const)("%s", async (_, html, rule, faults) => {
  const page = await skerry.open({ as: "nobody" });
  await page.setContent(html);
  const found = await rule(page);
  expect(found).toHaveLength(faults.length);
  for (const [at, fault] of faults.entries()) expect(found[at]).toMatch(fault);
});
