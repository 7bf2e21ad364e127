import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";
import type { Page } from "playwright-core";
import type { HostAnswer } from "../src/bridges/engine.ts";
import { bundleForBrowser } from "../src/bundles/browser.ts";
import { webWorkerFrame } from "../src/bundles/development.ts";
import type * as BridgePage from "./bridge-page.ts";
import { launchChromium } from "./chromium.ts";

/** Headers that make a page cross-origin isolated (HTML Standard, section 7.1.3). */
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const DOCUMENT = '<!doctype html><script type="module" src="/start.js"></script><body>';
const SCRIPT = { "Content-Type": "text/javascript" };

/** A page's policy under which nothing may be made from text and no worker be started by the page itself. */
const STRICT = { "Content-Security-Policy": "default-src 'self'" };

/** The kinds of pages that are served, by path. */
const PAGES = {
  "/plain": {},
  "/isolated": ISOLATED,
  "/strict": STRICT,
} as const;

export type PagePath = keyof typeof PAGES;

/** A real Chromium and a server with pages for it. */
export interface TestBrowser extends AsyncDisposable {
  readonly url: string;
  /** Every path that was asked for, in order. */
  readonly requests: readonly string[];
  /** Text of the frame's document, which the server has as `/frame.html` too. */
  readonly frame: string;
  /** Who answers what a page asks at `/answers/{id}`. */
  readonly answers: Map<string, HostAnswer>;
  /** Opens a page. {@link callPage} then reaches the exports of `bridge-page.ts` in it. */
  open(path: PagePath): Promise<Page>;
}

/** Calls an export of `bridge-page.ts` in a page. Arguments and result cross as JSON. */
export function callPage<Name extends keyof typeof BridgePage>(
  page: Page,
  name: Name,
  ...args: Parameters<(typeof BridgePage)[Name]>
): Promise<Awaited<ReturnType<(typeof BridgePage)[Name]>>> {
  const call = `bridgePage.${name}(...${JSON.stringify(args)})`;
  return page.evaluate<Awaited<ReturnType<(typeof BridgePage)[Name]>>>(call);
}

export async function startBrowser(): Promise<TestBrowser> {
  const [frame, program] = await Promise.all([
    webWorkerFrame(),
    bundleForBrowser("../../test/bridge-page.ts", "esm"),
  ]);
  const requests: string[] = [];
  const answers = new Map<string, HostAnswer>();
  const server = await serve({ frame, program }, requests, answers);
  const browser = await launchChromium();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    frame,
    answers,
    async open(path) {
      const page = await browser.newPage();
      await page.goto(url + path);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(
  texts: { frame: string; program: string },
  requests: string[],
  answers: ReadonlyMap<string, HostAnswer>,
): Promise<Server> {
  const files: Readonly<Record<string, readonly [headers: Record<string, string>, text: string]>> = {
    "/frame.html": [{ ...ISOLATED, "Content-Type": "text/html" }, texts.frame],
    "/program.js": [SCRIPT, texts.program],
    "/start.js": [SCRIPT, 'import * as page from "/program.js"; globalThis.bridgePage = page;'],
    ...Object.fromEntries(
      Object.entries(PAGES).map(([path, headers]) => [
        path,
        [{ ...headers, "Content-Type": "text/html" }, DOCUMENT],
      ]),
    ),
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    requests.push(pathname);
    const answer = answers.get(pathname.replace("/answers/", ""));
    if (answer) return void response.end(answer(await readText(request)));
    const [headers, text] = files[pathname] ?? [];
    return void response.writeHead(headers ? 200 : 404, headers).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
