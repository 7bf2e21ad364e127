import { stop as stopEsbuild } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { describeBridge } from "../../test/bridge-conformance.ts";
import type { CreateBridge } from "../../test/conformance/subject.ts";
import { type PagePath, type TestBrowser, startBrowser } from "../../test/browser.ts";
import { PageBridge, type PageEngineName } from "../../test/page-bridge.ts";

let browser: TestBrowser;
const pages = new Map<PagePath, Page>();

beforeAll(async () => {
  browser = await startBrowser();
  for (const path of ["/plain", "/isolated"] as const) pages.set(path, await browser.open(path));
});

afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await stopEsbuild();
});

/** Every question is a request to this process: slower than in an ordinary page, where the data is in the page. */
const SLOW_MS = 10_000;

function inPage(path: PagePath, engine: PageEngineName): CreateBridge {
  return (options) =>
    new PageBridge(browser, pages.get(path) as Page, engine, { timeoutMs: SLOW_MS, ...options });
}

describeBridge("a QuickJsBridge in a page", inPage("/plain", "QuickJsEngine"), {
  isAsynchronous: true,
  isDistant: true,
  isImmediate: true,
});
describeBridge("a WebWorkerBridge in an isolated page", inPage("/isolated", "WebWorkerEngine"), {
  isAsynchronous: true,
  isDistant: true,
  isUnbounded: true,
});
describeBridge("a WebWorkerBridge in a plain page", inPage("/plain", "WebWorkerEngine"), {
  isAsynchronous: true,
  isDistant: true,
  isUnbounded: true,
});
