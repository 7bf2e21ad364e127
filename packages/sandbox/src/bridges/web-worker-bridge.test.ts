import { stop as stopEsbuild } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Outcome } from "../../test/bridge-page.ts";
import { type TestBrowser, callPage, startBrowser } from "../../test/browser.ts";
import type { WebWorkerBridgeOptions } from "./web-worker-bridge.ts";

let browser: TestBrowser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await stopEsbuild();
});

function run(page: Page, options: WebWorkerBridgeOptions, ...codes: string[]): Promise<Outcome[]> {
  return callPage(page, "runCodes", "WebWorkerBridge", options, codes);
}

const SUM = "return data.list.reduce((sum, { id }) => sum + id, 0)";

describe.each(["/isolated", "/plain"] as const)("a WebWorkerBridge on the page %s", (path) => {
  let page: Page;
  beforeAll(async () => {
    page = await browser.open(path);
  });
  afterAll(() => page.close());

  test("runs over data that is fetched while it runs", async () => {
    expect(await page.evaluate("crossOriginIsolated")).toBe(path === "/isolated");
    const [sum, last] = await run(page, {}, SUM, "return data.list.at(-1).name");
    expect(sum).toMatchObject({ value: 49_995_000 });
    expect(last).toMatchObject({ value: "item 9999" });
  });

  test("calls a host function as often as the code says, also between fetches and under a catch", async () => {
    const code = `
      const seen = [];
      for (let i = 0; i < 5; i++) try { seen.push(data.count(), data.list[i * 2000].id) } catch { seen.push("caught") }
      return seen`;
    const [first, second] = await run(page, {}, code, "return data.count()");
    expect(first).toMatchObject({ value: [1, 0, 2, 2000, 3, 4000, 4, 6000, 5, 8000] });
    expect(second).toMatchObject({ value: 6 });
  });

  test.each([
    ["a loop", "for (;;);"],
    [
      "promises that make promises",
      "let p = Promise.resolve(); (function f() { p = p.then(f); })(); return 1",
    ],
    ["a loop around what must be fetched", "for (;;) try { data.list[0].id } catch {}"],
  ])("ends a worker that does not answer and replaces it: %s", async (_, code) => {
    const [late, next] = await run(page, { timeoutMs: 300 }, code, "return 1 + 1");
    expect(late).toMatchObject({ code: "BRIDGE_TIMEOUT" });
    // It would run for ever; the rest is for a busy machine.
    expect(late?.ms).toBeLessThan(15_000);
    expect(next).toMatchObject({ value: 2 });
    // The worker that was ended goes with its frame.
    expect(await page.locator("iframe").count()).toBe(0);
  });

  test("has only the language in its realm", async () => {
    const names = `
      AbortController Atomics Blob BroadcastChannel CacheStorage EventSource FileReader IDBFactory MessageChannel
      Notification OffscreenCanvas SharedArrayBuffer URL WebAssembly WebSocket WebTransport Worker XMLHttpRequest
      addEventListener caches close console cookieStore createImageBitmap crypto dispatchEvent fetch fonts importScripts
      indexedDB isSecureContext location navigator onmessage origin performance postMessage queueMicrotask reportError
      requestAnimationFrame scheduler self setInterval setTimeout structuredClone trustedTypes`.match(/\w+/g);
    const found = `
      const found = [];
      for (let scope = globalThis; scope; scope = Object.getPrototypeOf(scope)) {
        for (const name of ${JSON.stringify(names)}) if (name in scope) found.push(name);
        for (const key of Reflect.ownKeys(scope)) {
          const value = scope[key];
          if (/native code/.test(value) && /^(HTML|DOM|Event|Worker|Web|Message)/.test(String(key))) found.push(key);
        }
      }
      return found`;
    const outcomes = await run(
      page,
      {},
      found,
      "return typeof this + typeof fetch + typeof new Function('return self')",
    );
    expect(outcomes[0]).toMatchObject({ value: [] });
    expect(outcomes[1]).toMatchObject({ value: "objectundefinedfunction" });
  });

  test("loads nothing, though code cannot be kept from saying import()", async () => {
    const attempts = ["/leak.js", "/isolated?"].map(
      (path) => `import("${browser.url}${path}").catch(() => {});`,
    );
    const before = browser.requests.length;
    const script = btoa("globalThis.x = 1");
    await run(page, {}, ...attempts, `import("data:text/javascript;base64,${script}").catch(() => {})`, SUM);
    expect(browser.requests.slice(before)).toEqual([]);
  });

  test("says what is wrong instead of answering too much", async () => {
    const [large, next] = await run(page, { memoryLimitMb: 8 }, `return "x".repeat(2 ** 24)`, "return 1");
    expect(large).toMatchObject({ code: "BRIDGE_MEMORY" });
    expect(next).toMatchObject({ value: 1 });
  });
});

test("a worker that cannot wait says so when code calls differently each time", async () => {
  const page = await browser.open("/plain");
  const [outcome] = await run(page, {}, "return data.count(Math.random()) + data.list[9000].id");
  expect(outcome).toMatchObject({ code: "BRIDGE_DATA" });
  expect(outcome?.message).toContain("cross-origin isolated");
  await page.close();
});

test("a page that allows no code from text takes the frame from its server", async () => {
  const page = await browser.open("/strict");
  const [outcome] = await run(page, { frameUrl: "/frame.html" }, SUM);
  expect(outcome).toMatchObject({ value: 49_995_000 });
  await page.close();
});

test("disposing of a bridge ends what runs and leaves nothing on the page", async () => {
  const page = await browser.open("/isolated");
  expect(await callPage(page, "disposeWhileRunning")).toBe("BRIDGE_DISPOSED");
  expect(await page.locator("iframe").count()).toBe(0);
  await page.close();
});

/** What an attacker does who has every global of the worker, that is without the kernel. */
const ATTACK = `
  const tries = {
    fetch: async () => { await fetch("URL/leak-fetch") },
    noCors: async () => { await fetch("URL/leak-no-cors", { mode: "no-cors" }) },
    request: () => { const r = new XMLHttpRequest(); r.open("GET", "URL/leak-xhr", false); r.send() },
    script: () => importScripts("URL/leak-script"),
    module: () => import("URL/leak-module"),
    socket: () => new Promise((resolve, reject) => {
      const socket = new WebSocket("URL/leak-socket".replace("http", "ws"));
      socket.onopen = resolve; socket.onerror = reject }),
    stream: () => new Promise((resolve, reject) => {
      const stream = new EventSource("URL/leak-stream"); stream.onopen = resolve; stream.onerror = reject }),
    worker: () => new Promise((resolve, reject) => {
      const worker = new Worker("URL/leak-worker"); worker.onmessage = resolve; worker.onerror = reject }),
    database: () => new Promise((resolve, reject) => {
      const opening = indexedDB.open("x"); opening.onsuccess = resolve; opening.onerror = reject }),
    caches: () => caches.open("x"),
    files: () => navigator.storage.getDirectory(),
    locks: () => navigator.locks.request("x", () => {}),
  };
  const done = {};
  globalThis.__attachBridge = () => () => "";
  (async () => {
    for (const [name, attempt] of Object.entries(tries)) {
      done[name] = await Promise.race([
        (async () => attempt())().then(() => "DONE", () => "refused"),
        new Promise((resolve) => setTimeout(resolve, 1000, "refused")),
      ]);
    }
    postMessage(["reply", JSON.stringify({ ...done, origin: self.origin })]);
  })();`;

test.each(["/isolated", "/plain"] as const)(
  "the frame on %s holds alone, with all of the browser's globals there",
  async (path) => {
    const page = await browser.open(path);
    const before = browser.requests.length;
    const reply = await callPage(page, "runInFrame", browser.frame, ATTACK.replaceAll("URL", browser.url));
    const { origin, ...attempts } = JSON.parse(reply) as Record<string, string>;
    expect(origin).toBe("null");
    expect(Object.entries(attempts).filter(([, outcome]) => outcome !== "refused")).toEqual([]);
    expect(browser.requests.slice(before)).toEqual([]);
    await page.close();
  },
);
