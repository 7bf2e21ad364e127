import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expressionRuntimeBundle } from "../packages/expressions/src/bundles/development.ts";
import { CASES, type Case, FIXTURES, isContainment } from "../packages/expressions/test/corpus/cases.ts";
import { DIVERGENCES, QUICKJS_DIVERGENCES } from "../packages/expressions/test/corpus/divergences.ts";
import type { Outcome } from "../packages/expressions/test/corpus/replay.ts";
import { isAsRecorded } from "../packages/expressions/test/corpus/record.ts";
import { bundleForBrowser } from "../packages/sandbox/src/bundles/browser.ts";
import { launchChromium } from "../packages/sandbox/test/chromium.ts";
import type * as ExpressionsPage from "./expressions-page.ts";

/** Headers that make a page cross-origin isolated (HTML Standard, section 7.1.3). */
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const DOCUMENT = '<!doctype html><script src="/program.js"></script><body>';
const LANGUAGE_CASES = CASES.filter((each) => !isContainment(each));

let server: Server;
let browser: Browser;

beforeAll(async () => {
  const texts = { expressionRuntimeBundle: await expressionRuntimeBundle() };
  const program = await bundleForBrowser("../../../../test/expressions-page.ts", "iife", texts);
  server = createServer((request, response) => {
    const isPage = request.url !== "/program.js";
    const headers = request.url === "/isolated" ? ISOLATED : {};
    response.writeHead(200, { ...headers, "Content-Type": isPage ? "text/html" : "text/javascript" });
    response.end(isPage ? DOCUMENT : program);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function open(path: "/plain" | "/isolated"): Promise<Page> {
  const context = await browser.newContext({ timezoneId: "UTC", locale: "en-US" });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  return page;
}

/** Calls an export of `expressions-page.ts` in a page. */
function call<Name extends keyof typeof ExpressionsPage>(
  page: Page,
  name: Name,
  ...args: Parameters<(typeof ExpressionsPage)[Name]>
): Promise<Awaited<ReturnType<(typeof ExpressionsPage)[Name]>>> {
  return page.evaluate<Awaited<ReturnType<(typeof ExpressionsPage)[Name]>>>(
    `Skerry.${name}(...${JSON.stringify(args)})`,
  );
}

describe("the recorded language, in a browser", () => {
  test.for([
    ["webWorker", "/isolated", DIVERGENCES],
    ["webWorker", "/plain", DIVERGENCES],
    ["quickJs", "/plain", { ...DIVERGENCES, ...QUICKJS_DIVERGENCES }],
  ] as const)("by %s in a page %s", { timeout: 180_000 }, async ([name, path, divergences]) => {
    const page = await open(path);
    const text = await call(page, "replayAll", name, LANGUAGE_CASES, FIXTURES);
    const outcomes = JSON.parse(text) as Outcome[];
    const different = LANGUAGE_CASES.filter((each, index) => {
      const outcome = outcomes[index];
      return !outcome || !isAsRecorded(each, outcome);
    });
    const describeCase = (each: Case) => ({ ...each, outcome: outcomes[LANGUAGE_CASES.indexOf(each)] });
    expect(different.filter(({ id }) => !Object.hasOwn(divergences, id)).map(describeCase)).toEqual([]);
    const ids = new Set(different.map(({ id }) => id));
    expect(Object.keys(divergences).filter((id) => !ids.has(id))).toEqual([]);
  });
});

test("a bridge that needs Node says so, and editor services work", async () => {
  const page = await open("/plain");
  expect(await call(page, "tellMissing")).toMatch(/^ProcessBridge needs Node/);
  expect(await call(page, "complete", "{{ $json.user.", { $json: { user: { email: "a" } } })).toContain(
    "email",
  );
});
