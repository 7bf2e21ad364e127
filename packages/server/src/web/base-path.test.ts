import { once } from "node:events";
import { request as sendRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeDemoScripts, makeSiteData } from "../../test/browser/site-data.ts";
import type { SiteData } from "../../test/browser/site-data.ts";
import { addressOf, SHOWN_OTHERWISE, SHOWN_PAGES, valuesOf } from "../../test/browser/site-pages.ts";
import type { ShownPage } from "../../test/browser/site-pages.ts";
import { createVisitors } from "../../test/browser/visitors.ts";
import type { Visitors } from "../../test/browser/visitors.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestPlatform } from "../../test/platform.ts";
import { actAsHost } from "../auth/host.ts";
import { createSite } from "../main/site.ts";

const SAME_SITE = { "sec-fetch-site": "same-origin" };

let skerry: TestPlatform;
let visitors: Visitors;
/** Without the base path. */
let host: string;

beforeAll(async () => {
  skerry = await createTestPlatform({
    basePath: "/skerry",
    embed: { origins: ["https://app.example.com"] },
    oidc: { issuer: "https://login.example.com", clientId: "skerry", clientSecret: "a secret of theirs" },
  });
  host = new URL(skerry.url).origin;
  visitors = await createVisitors(skerry);
  await makeDemoScripts(visitors.acme);
});
afterAll(() => skerry[Symbol.asyncDispose]());

/** Attributes whose values are paths of this host outside of the installation. */
function findStrays(html: string): string[] {
  return [...html.matchAll(/\s([\w:-]+)="(\/[^"]*)"/g)]
    .filter(([, name]) => name !== "aria-keyshortcuts")
    .filter(([, , path = ""]) => !/^\/skerry(?:[/?]|$)/.test(path))
    .map(([attribute]) => attribute);
}

/** Sends a form as a browser does. */
async function send(path: string, fields: Readonly<Record<string, string>>) {
  const body = new URLSearchParams(fields);
  const answer = await visitors.ask("admin", path, { method: "POST", headers: SAME_SITE, body });
  return {
    status: answer.status,
    to: answer.headers.get("location"),
    cookies: answer.headers.getSetCookie(),
  };
}

/** All GET routes of pages. */
const VISITS: readonly Pick<ShownPage, "name" | "as" | "path">[] = [
  ...SHOWN_PAGES,
  ...SHOWN_OTHERWISE.map((route) => ({
    name: route[0],
    as: route[1].realm === "operator" ? ("operator" as const) : ("admin" as const),
    path: (data: SiteData) => addressOf(route, valuesOf(data)),
  })),
];

describe("links to nothing but what is below the base path:", () => {
  let data: SiteData;
  beforeAll(async () => {
    data = await makeSiteData(visitors);
  });

  test.each(VISITS)("$name", async ({ as, path }) => {
    const answer = await visitors.ask(as, path(data));
    const location = answer.headers.get("location") ?? "/skerry/";
    expect([location, findStrays(await answer.text())]).toEqual([
      expect.stringMatching(/^\/skerry\//) as string,
      [],
    ]);
  });
});

test("scripts, styles and pages that links name are there", async () => {
  const page = await visitors.ask("admin", "/t/acme/usage");
  const links = [...(await page.text()).matchAll(/(?:href|src)="\/skerry(\/[^"?]*)"/g)];
  const paths = new Set(links.map(([, path = ""]) => path));
  expect([...paths].filter((path) => path.startsWith("/assets/")).length).toBeGreaterThanOrEqual(2);
  for (const path of paths) {
    expect([path, (await visitors.ask("admin", path)).status < 400]).toEqual([path, true]);
  }
  const home = await visitors.ask("admin", "/");
  expect([home.status, home.headers.get("location")]).toEqual([303, "/skerry/t/acme/scripts"]);
});

test.each([
  "/",
  "/t/acme/scripts",
  "/sign-in",
  "/api/v1/scripts",
  "/run/acme/ahoy",
  "/skerry2/",
  "/assets/x/y",
])("there is no %s", async (path) => {
  const answer = await fetch(host + path, { redirect: "manual" });
  expect([answer.status, await answer.json()]).toEqual([
    404,
    expect.objectContaining({
      code: "ROUTE_NOT_FOUND",
      detail: expect.stringContaining("/skerry") as string,
    }),
  ]);
});

test.each(["/", "/t/acme/scripts", "/api/v1/scripts"])("nothing answers TRACE /skerry%s", async (path) => {
  const sent = sendRequest(skerry.url + path, { method: "TRACE" });
  sent.end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  expect([answer.statusCode, await json(answer)]).toEqual([
    404,
    expect.objectContaining({ code: "ROUTE_NOT_FOUND" }),
  ]);
});

describe("signing in", () => {
  test("is asked for below the base path, and leads back", async () => {
    const answer = await visitors.ask("nobody", "/t/acme/events?limit=5");
    const to = "/skerry/sign-in?to=%2Fskerry%2Ft%2Facme%2Fevents%3Flimit%3D5";
    expect([answer.status, answer.headers.get("location")]).toEqual([303, to]);
    const page = await (await fetch(host + to)).text();
    expect(page).toContain('name="to" value="/skerry/t/acme/events?limit=5"');
    expect(page).toMatch(/<input[^>]*value="acme"/);
    expect(page).toContain('href="/skerry/api/v1/session/oidc/start?');
    const piece = await visitors.ask("nobody", "/t/acme/palette", {
      headers: { "hx-request": "true", "hx-current-url": `${skerry.url}/t/acme/events` },
    });
    expect(piece.headers.get("hx-redirect")).toBe("/skerry/sign-in?to=%2Fskerry%2Ft%2Facme%2Fevents");
  });

  test("by the link that REST gives sets cookies for the base path alone", async () => {
    const made = { email: "gil@example.com", name: "Gil", role: "viewer" };
    const { id } = (await visitors.acme.request("POST", "/api/v1/users", made)).body;
    const path = `/api/v1/users/${id}/sign-in-link`;
    const { url, link } = (await visitors.acme.request<{ url: string; link: string }>("POST", path)).body;
    expect(url).toBe(`/skerry/sign-in#${link}`);
    const { status, to, cookies } = await send("/sign-in", { link, to: "/skerry/t/acme/events" });
    expect([status, to]).toEqual([303, "/skerry/t/acme/events"]);
    expect(cookies).toEqual([expect.stringMatching(/^skerry_session=ss_[^;]+; .*Path=\/skerry;/)]);
  });

  test.each(["/", "/t/acme", "/admin", "/skerry2", "//evil.example/skerry/", "/skerry/../admin", ""])(
    "does not lead on to %j",
    async (to) => {
      expect((await send("/preferences", { language: "en", to })).to).toBe("/skerry/");
    },
  );

  test("and out, and every choice, leave no cookie elsewhere", async () => {
    const sent = await Promise.all([
      send("/preferences", { language: "ru", to: "/skerry/t/acme/usage" }),
      send("/t/acme/tour/dismiss", {}),
      send("/sign-out", {}),
    ]);
    expect(sent.map(({ to }) => to)).toEqual([
      "/skerry/t/acme/usage",
      "/skerry/t/acme/scripts",
      "/skerry/sign-in",
    ]);
    const cookies = sent.flatMap((answer) => answer.cookies);
    expect(cookies.length).toBeGreaterThanOrEqual(3);
    for (const cookie of cookies) expect(cookie).toMatch(/; Path=\/skerry(?:;|\/)/);
  });
});

test("REST, endpoints and the embedded editor are below the base path, and know it", async () => {
  const source = "export default ({ url }) => new Response(url);";
  const script = await visitors.acme.request<{ url: string }>("POST", "/api/v1/scripts", {
    name: "where",
    type: "http",
    source,
  });
  expect(script.body.url).toBe("/skerry/run/acme/where");
  const seen = await fetch(`${skerry.url}/run/acme/where?x=1`);
  expect(await seen.text()).toBe(`${skerry.url}/run/acme/where?x=1`);
  const openapi = await visitors.acme.request<{ servers: unknown }>("GET", "/api/v1/openapi.json");
  expect(openapi.body.servers).toEqual([{ url: "/skerry/api/v1" }]);
  const shell = await visitors.ask("nobody", "/embed/t/acme/scripts/where");
  expect(await shell.text()).toContain('hx-get="/skerry/t/acme/scripts/where"');
});

test("the process itself asks without the base path", async () => {
  const principal = actAsHost({ tenant: "acme" });
  const request = new Request("http://localhost/api/v1/scripts");
  expect((await skerry.platform.fetch(request, { principal })).status).toBe(200);
});

test("probes are at the root, for who watches the node, and below the base path", async () => {
  const site = createSite(skerry, { metrics: { scrape: () => Promise.resolve(""), token: undefined } });
  const statusOf = async (path: string) => (await site(new Request(host + path))).status;
  expect(await Promise.all(["/health", "/skerry/health", "/ready", "/skerry/ready"].map(statusOf))).toEqual([
    200, 200, 200, 200,
  ]);
  expect(await Promise.all(["/healthy", "/skerry2/health", "/skerry/metrics"].map(statusOf))).toEqual([
    404, 404, 404,
  ]);
});
