import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROLE_PERMISSIONS } from "../../src/auth/permission.ts";
import type { Permission } from "../../src/auth/permission.ts";
import { SESSION_COOKIE } from "../../src/auth/sessions/cookie.ts";
import type { PageRoute } from "../../src/web/page.ts";
import { createTestPlatform } from "../platform.ts";
import type { TestPlatform } from "../platform.ts";
import { makeDemoScripts, makeSiteData } from "./site-data.ts";
import { addressOf, fillPath, PAGE_ROUTES, valuesOf } from "./site-pages.ts";
import type { PathValues } from "./site-pages.ts";
import { createVisitors, TENANT } from "./visitors.ts";
import type { Visitor, Visitors } from "./visitors.ts";

let skerry: TestPlatform;
let visitors: Visitors;
let values: PathValues;

beforeAll(async () => {
  skerry = await createTestPlatform();
  visitors = await createVisitors(skerry);
  await makeDemoScripts(visitors.acme);
  values = valuesOf(await makeSiteData(visitors));
});
afterAll(() => skerry[Symbol.asyncDispose]());

const SAME_SITE = { "sec-fetch-site": "same-origin" };

/** As a browser asks that is on a page of ours, or on another. */
async function ask(
  visitor: Visitor,
  route: PageRoute,
  headers: Record<string, string> = SAME_SITE,
  of: PathValues = values,
) {
  const isPost = route.method === "POST";
  const answer = await visitors.ask(visitor, fillPath(route, of), {
    method: route.method,
    headers: { ...headers, ...(isPost && { "content-type": "application/x-www-form-urlencoded" }) },
    ...(isPost && { body: "" }),
  });
  return { status: answer.status, location: answer.headers.get("location"), text: await answer.text() };
}

const tenantRoutes = PAGE_ROUTES.flatMap(([name, route]) =>
  route.realm === "tenant" ? [[name, route] as const] : [],
);

const palette = PAGE_ROUTES.find(([name]) => name === "GET /t/{tenant}/palette")?.[1] as PageRoute;

/** The routes that a role may not ask for. */
function refusedTo(role: keyof typeof ROLE_PERMISSIONS) {
  const granted: readonly (Permission | "member")[] = [...ROLE_PERMISSIONS[role], "member"];
  return tenantRoutes.filter(([, { access }]) => !granted.includes(access));
}

test("no two pages share a method and path", () => {
  const names = PAGE_ROUTES.map(([name]) => name.replaceAll(/\{\w+\}/g, "{}"));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe("who is not signed in is led to the sign-in page", () => {
  test.each(PAGE_ROUTES)("%s", async (_, route) => {
    const answer = await ask("nobody", route);
    expect(answer).toMatchObject({ status: 303, location: expect.stringMatching(/^\/sign-in(\?|$)/) });
    const piece = await ask("nobody", route, { ...SAME_SITE, "hx-request": "true" });
    expect(piece).toMatchObject({ status: 401, text: "" });
  });
});

/** What browsers send along with a form of another page. */
const FOREIGN: readonly Record<string, string>[] = [
  { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
  { "sec-fetch-site": "same-site" },
  { origin: "https://evil.example" },
  // A program, or a browser that hides where it is: neither sends our forms.
  {},
];

describe("forms of other sites are refused", () => {
  test.each(PAGE_ROUTES.filter(([, { method }]) => method === "POST"))("%s", async (_, route) => {
    const visitor = route.realm === "operator" ? "operator" : "admin";
    const answers = await Promise.all(FOREIGN.map((headers) => ask(visitor, route, headers)));
    const refusal = { status: 403, text: expect.stringContaining("CROSS_ORIGIN") };
    expect(answers).toMatchObject(FOREIGN.map(() => refusal));
  });
});

describe("pages that need no session", () => {
  const post = async (path: string, body: string, headers: Record<string, string>) =>
    await visitors.ask("viewer", path, {
      method: "POST",
      headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
      body,
    });

  test.each(["/sign-out", "/preferences"])("POST %s is refused to other sites", async (path) => {
    expect((await post(path, "language=ru", { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await post(path, "language=ru", { origin: "https://evil.example" })).status).toBe(403);
    expect((await ask("viewer", palette)).status).toBe(200);
  });

  test("a session that is over can be signed out of", async () => {
    const answer = await fetch(`${skerry.url}/sign-out`, {
      method: "POST",
      redirect: "manual",
      headers: { ...SAME_SITE, cookie: `${SESSION_COOKIE}=ss_over` },
    });
    expect({ status: answer.status, location: answer.headers.get("location") }).toEqual({
      status: 303,
      location: "/sign-in",
    });
    expect(answer.headers.get("set-cookie")).toMatch(/^skerry_session=;.*Max-Age=0/);
  });

  test("the operator's pages are found without the slash at the end", async () => {
    const answer = await visitors.ask("operator", "/operator");
    expect(answer.status).toBe(200);
  });

  test.each([
    ["/t/acme/scripts?status=paused", "/t/acme/scripts?status=paused"],
    ["https://evil.example/", "/"],
    ["//evil.example/", "/"],
    ["/\\evil.example/", "/"],
    ["/..//evil.example/", expect.stringMatching(/^\/(?!\/)/)],
    ["javascript:alert(1)", "/"],
  ])("POST /preferences leads from %s to this site alone", async (to, location) => {
    const body = new URLSearchParams({ language: "en", to }).toString();
    const answer = await post("/preferences", body, SAME_SITE);
    expect({ status: answer.status, location: answer.headers.get("location") }).toEqual({
      status: 303,
      location,
    });
  });
});

describe("a viewer is refused what viewers may not do", () => {
  test.each(refusedTo("viewer"))("%s", async (_, route) => {
    expect((await ask("viewer", route)).status).toBe(403);
    expect((await ask("viewer", route, { ...SAME_SITE, "hx-request": "true" })).status).toBe(403);
  });
});

describe("a developer is refused what developers may not do", () => {
  test.each(refusedTo("developer"))("%s", async (_, route) => {
    expect((await ask("developer", route)).status).toBe(403);
  });
});

describe("the installation's pages are for operators", () => {
  test.each(PAGE_ROUTES.filter(([, { realm }]) => realm === "operator"))("%s", async (_, route) => {
    expect((await ask("admin", route)).status).toBe(403);
  });
});

describe("another tenant's pages are as those of a tenant that does not exist", () => {
  test.each(tenantRoutes)("%s", async (_, route) => {
    const answer = await ask("stranger", route);
    expect(answer.status).toBe(404);
    const absent = await ask("stranger", route, SAME_SITE, { ...values, tenant: "absent" });
    expect(answer.text.replaceAll(TENANT, "absent")).toBe(absent.text);
  });
});

describe("whoever may read sees each page", () => {
  test.each(PAGE_ROUTES.filter(([, { method }]) => method === "GET"))("%s", async (name, route) => {
    const isRefused = refusedTo("viewer").some(([, each]) => each === route);
    const readers: Visitor[] = route.realm === "operator" ? [] : [isRefused ? "admin" : "viewer"];
    for (const visitor of [...readers, "operator" as const]) {
      const answer = await visitors.ask(visitor, addressOf([name, route], values));
      await answer.body?.cancel();
      expect({ visitor, isShown: answer.status < 400 }).toEqual({ visitor, isShown: true });
    }
  });
});
