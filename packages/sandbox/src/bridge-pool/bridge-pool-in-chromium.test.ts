import { stop as stopEsbuild } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../../test/chromium.ts";
import type { QuickJsBridge } from "../bridges/quickjs-bridge.ts";
import { bundleForBrowser } from "../bundles/browser.ts";
import type { createBridgePool } from "./bridge-pool.ts";
import type { BridgePoolStats } from "./stats.ts";

/** What the page has; see {@link load}. */
interface PageGlobals {
  readonly createBridgePool: typeof createBridgePool;
  readonly QuickJsBridge: typeof QuickJsBridge;
}

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  await stopEsbuild();
});

/** Puts what a file exports into a page, as globals. A file that needed Node would not bundle. */
async function load(page: Page, entry: string): Promise<void> {
  await page.addScriptTag({ content: await bundleForBrowser(entry, "iife") });
  await page.evaluate("Object.assign(globalThis, Skerry)");
}

test("a pool in a page leases, refills and goes down to nothing", async () => {
  const page = await browser.newPage();
  await load(page, "../bridge-pool/bridge-pool.ts");
  await load(page, "../bridges/quickjs-bridge.ts");
  const outcome = await page.evaluate(async () => {
    const { createBridgePool, QuickJsBridge } = globalThis as unknown as PageGlobals;
    const pool = createBridgePool({ createBridge: () => new QuickJsBridge(), idleTimeoutMs: 2_000 });
    const until = async (isSo: (stats: BridgePoolStats) => boolean): Promise<void> => {
      while (!isSo(pool.stats())) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await pool.initialize();
    const results: unknown[] = [];
    for (const owner of ["a", "b", "a"]) {
      const lease = await pool.acquire(owner);
      results.push(lease.bridge.executeSync("return data.owner", { owner }));
      lease.release();
    }
    await until(({ spares }) => spares === 1);
    const warm = pool.stats();
    await until(({ owners, spares }) => owners + spares === 0);
    const cold = pool.stats();
    await pool.dispose();
    return { results, warm, cold };
  });
  expect(outcome).toMatchObject({
    results: ["a", "b", "a"],
    warm: { owners: 2, hits: 1, misses: 1, reuses: 1, hitRate: 0.5 },
    cold: { owners: 0, spares: 0, expired: 3, started: 3 },
  });
});
