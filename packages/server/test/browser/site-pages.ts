import type { Page } from "playwright-core";
import { createPlans } from "../../src/plans/plan.ts";
import type { PageRoute } from "../../src/web/page.ts";
import { createPages } from "../../src/web/site-map.ts";
import type { SiteData } from "./site-data.ts";
import { OTHER_TENANT, TENANT } from "./visitors.ts";
import type { Visitor } from "./visitors.ts";

/** What a page is bound to is not needed to know its path. */
const NOTHING: never = new Proxy({} as never, { get: () => NOTHING });

/** By its method and path. */
export type NamedRoute = readonly [name: string, route: PageRoute];

/** All routes of pages. */
export const PAGE_ROUTES: readonly NamedRoute[] = createPages(NOTHING, {
  isolation: NOTHING,
  plans: createPlans(),
}).map((route) => [`${route.method} ${rootOf(route)}${route.path}`, route]);

/** A page as somebody looks at it. */
export interface ShownPage {
  /** Of its golden screenshots. */
  readonly name: string;
  readonly as: Visitor;
  /** Default 200. */
  readonly status?: number;
  readonly path: (data: SiteData) => string;
  /** What is done before the page is looked at. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** GET routes that answer pieces of pages, streams or files, or lead elsewhere. */
const OTHER_ROUTES: ReadonlySet<string> = new Set([
  "GET /operator/palette",
  "GET /operator/audit/export",
  "GET /operator/audit/verification",
  "GET /t/{tenant}",
  "GET /t/{tenant}/audit/export",
  "GET /t/{tenant}/audit/verification",
  "GET /t/{tenant}/declarations.d.ts",
  "GET /t/{tenant}/palette",
  "GET /t/{tenant}/scripts/{script}/executions",
  "GET /t/{tenant}/scripts/{script}/menu",
  "GET /t/{tenant}/scripts/{script}/runs/{execution}",
  "GET /t/{tenant}/trigger-preview",
]);

/** What pages cannot be without. */
const QUERIES: Readonly<Record<string, string>> = {
  "GET /operator/audit/export": "?format=csv",
  "GET /t/{tenant}/audit/export": "?format=ndjson",
  "GET /t/{tenant}/executions/batch": "?action=cancel",
  "GET /t/{tenant}/scripts/{script}/versions/diff": "?from=1&to=2",
  "GET /t/{tenant}/trigger-preview": "?type=scheduled&name=x&cron=@daily",
};

/** Pages that look otherwise by their query or by who looks at them, beside one of each route. */
const VARIANTS: readonly ShownPage[] = [
  {
    name: "execution-failed",
    as: "viewer",
    path: ({ executions }) => `/t/${TENANT}/executions/${executions.failed}`,
  },
  {
    name: "execution-running",
    as: "developer",
    path: ({ executions }) => `/t/${TENANT}/executions/${executions.running}`,
  },
  { name: "scripts-as-viewer", as: "viewer", path: () => `/t/${TENANT}/scripts` },
  { name: "script-as-viewer", as: "viewer", path: () => `/t/${TENANT}/scripts/read-tide` },
  { name: "scripts-tour", as: "admin", path: () => `/t/${TENANT}/scripts?tour=1` },
  { name: "scripts-new-http", as: "admin", path: () => `/t/${TENANT}/scripts/new?type=http` },
  { name: "scripts-none", as: "stranger", path: () => `/t/${OTHER_TENANT}/scripts` },
  { name: "palette", as: "developer", path: () => `/t/${TENANT}/scripts`, prepare: openPalette },
  { name: "shortcuts", as: "developer", path: () => `/t/${TENANT}/scripts`, prepare: openShortcuts },
  { name: "home", as: "nobody", path: () => "/" },
  { name: "sign-in", as: "nobody", path: () => "/sign-in" },
  { name: "not-found", as: "admin", status: 404, path: () => `/t/${TENANT}/nothing` },
];

/** One page of each route that answers whole documents, and the variants. */
export const SHOWN_PAGES: readonly ShownPage[] = [
  ...PAGE_ROUTES.filter(([name, { method }]) => method === "GET" && !OTHER_ROUTES.has(name)).map(
    ([name, route]): ShownPage => ({
      name: nameOf(route),
      as: route.realm === "operator" ? "operator" : "admin",
      path: (data) => addressOf([name, route], valuesOf(data)),
    }),
  ),
  ...VARIANTS,
];

/** The other GET routes. */
export const SHOWN_OTHERWISE = PAGE_ROUTES.filter(([name]) => OTHER_ROUTES.has(name));

function rootOf({ realm }: PageRoute): string {
  return realm === "tenant" ? "/t/{tenant}" : "/operator";
}

/** E.g. `executions-execution` for `/executions/{execution}` and `operator-tenants` for `/operator/tenants`. */
function nameOf({ realm, path }: PageRoute): string {
  const words = path.match(/[\w-]+/g) ?? [];
  return [...(realm === "operator" ? ["operator"] : []), ...words].join("-");
}

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.locator("#palette-hits a").first().waitFor();
}

async function openShortcuts(page: Page): Promise<void> {
  await page.keyboard.press("?");
  await page.locator("#shortcuts").waitFor();
}

/** What the parameters of paths stand for, by their names. */
export type PathValues = Readonly<Record<string, string>>;

export function valuesOf(data: SiteData): PathValues {
  const { executions, ...things } = data;
  return {
    ...things,
    tenant: TENANT,
    id: TENANT,
    script: "report-gauge",
    schedule: "read-tide",
    endpoint: "ahoy",
    execution: executions.completed,
    version: "2",
    from: "1",
    to: "2",
  };
}

/** A path with the query that its page cannot be without. @throws Error for a parameter without a value. */
export function addressOf([name, route]: NamedRoute, values: PathValues): string {
  return fillPath(route, values) + (QUERIES[name] ?? "");
}

/** @throws Error for a parameter without a value. */
export function fillPath(route: PageRoute, values: PathValues): string {
  return (rootOf(route) + route.path).replaceAll(/\{(\w+)\}/g, (_place, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`valuesOf has nothing for {${name}} of ${route.path}`);
    return encodeURIComponent(value);
  });
}
