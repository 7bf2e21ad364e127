import { launchChromium } from "@skerry/sandbox/test/chromium";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { SESSION_COOKIE } from "../../src/auth/sessions/cookie.ts";
import { createTestPlatform } from "../platform.ts";
import type { TestPlatform, TestPlatformOptions } from "../platform.ts";
import { findViolations } from "./accessibility.ts";
import { watchPage } from "./page-problems.ts";
import { makeDemoScripts } from "./site-data.ts";
import { createVisitors } from "./visitors.ts";
import type { Visitor, Visitors } from "./visitors.ts";

/** How a page is looked at. */
export interface VisitOptions {
  readonly as: Visitor;
  /** Default light. It is the system's setting, which pages follow. */
  readonly theme?: "light" | "dark";
  /** In CSS pixels. Default 1440; the height is 900, on phones 740. */
  readonly width?: number;
  /** Default `en`. */
  readonly language?: "en" | "ru";
  /** Statuses from 400 that the test expects answers to have. Default none. */
  readonly allow?: readonly number[];
}

/** A page in a browser of its own: it shares neither cookies nor settings with others. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** What went wrong up to now that nobody expected: see `open`. */
  readonly problems: readonly string[];
}

/** A platform with the tenant acme, its users and the demo scripts, and a real Chromium to look at it. */
export interface BrowserSite extends Visitors, AsyncDisposable {
  readonly site: TestPlatform;
  readonly browser: Browser;
  readonly url: string;
  /**
   * A blank page; paths for `goto` are relative to the site. When the test ends, the page is closed and the test fails
   * by what went wrong in it: errors of the page or on its console, what its content security policy refused,
   * requests that failed, and answers with a status from 400 that are not in `allow`.
   */
  open(options: VisitOptions): Promise<Page>;
  /** The same where there is no test of which the page would be, or many pages are looked at in one. */
  visit(options: VisitOptions): Promise<Visit>;
  /** Waits until a page that was loaded has its fonts and editors and asks for nothing more. */
  settle(page: Page): Promise<void>;
  /** What is wrong with the accessibility of a page, by WCAG 2.2 level AA; one text per element. */
  axe(page: Page, rules?: readonly string[]): Promise<string[]>;
}

export interface BrowserSiteOptions extends TestPlatformOptions {
  /** Default true. */
  readonly demoScripts?: boolean;
}

const LOCALES = { en: "en-GB", ru: "ru-RU" } as const;
const PHONE_WIDTH = 480;

export async function startBrowserSite({
  demoScripts = true,
  ...options
}: BrowserSiteOptions = {}): Promise<BrowserSite> {
  await using starting = new AsyncDisposableStack();
  const [site, browser] = await Promise.all([
    startPlatform(options).then((each) => starting.use(each)),
    launchChromium().then((each) => starting.use(each)),
  ]);
  const visitors = await createVisitors(site);
  if (demoScripts) await makeDemoScripts(visitors.acme);

  async function visit({ as, allow = [], ...looks }: VisitOptions): Promise<Visit> {
    const context = await openContext(browser, site.url, looks);
    const session = visitors.sessionOf(as);
    if (session !== undefined) {
      await context.addCookies([{ name: SESSION_COOKIE, value: session, url: site.url, httpOnly: true }]);
    }
    const page = await context.newPage();
    const problems = watchPage(page, allow);
    return { page, problems, [Symbol.asyncDispose]: () => context.close() };
  }

  const parts = starting.move();
  return {
    ...visitors,
    site,
    browser,
    url: site.url,
    visit,
    async open(looks) {
      const { page, problems, ...opened } = await visit(looks);
      onTestFinished(async () => {
        await opened[Symbol.asyncDispose]();
        if (problems.length > 0) throw new Error(`The page was not quiet:\n${problems.join("\n")}`);
      });
      return page;
    },
    settle: settlePage,
    axe: findViolations,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** The scripts of pages are bundled for the first page, which no test should wait for. */
async function startPlatform(options: TestPlatformOptions): Promise<TestPlatform> {
  const site = await createTestPlatform(options);
  await (await fetch(`${site.url}/sign-in`)).text();
  return site;
}

async function openContext(
  browser: Browser,
  baseURL: string,
  { theme = "light", width = 1440, language = "en" }: Omit<VisitOptions, "as">,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL,
    colorScheme: theme,
    locale: LOCALES[language],
    timezoneId: "Europe/Paris",
    reducedMotion: "reduce",
    viewport: { width, height: width < PHONE_WIDTH ? 740 : 900 },
  });
  context.setDefaultTimeout(20_000);
  return context;
}

async function settlePage(page: Page): Promise<void> {
  await page.evaluate("document.fonts.ready.then(() => undefined)");
  for (const editor of await page.locator("code-editor, code-diff").all()) {
    await editor.locator(".monaco-editor .view-line").first().waitFor();
  }
  await page.locator(".htmx-request").waitFor({ state: "detached" });
}
