import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SESSION_COOKIE } from "../../src/auth/sessions/cookie.ts";
import type { PageRoute } from "../../src/web/page.ts";
import { ANY_TEXT } from "../contract/arbitraries.ts";
import { createTestPlatform } from "../platform.ts";
import type { TestPlatform } from "../platform.ts";
import { makeDemoScripts, makeSiteData } from "./site-data.ts";
import { addressOf, fillPath, PAGE_ROUTES, valuesOf } from "./site-pages.ts";
import type { PathValues } from "./site-pages.ts";
import { createVisitors, OTHER_TENANT } from "./visitors.ts";
import type { Visitors } from "./visitors.ts";

/** Of all pages together. */
const SECONDS = Number(process.env["SKERRY_FUZZ_SECONDS"] ?? 5);
const SEED = Number(process.env["SKERRY_FUZZ_SEED"] ?? Date.now() % 2 ** 31);
const LEAST_RUNS = 6;
const MOST_RUNS = SECONDS * 10;

/** What the platform logged as its own errors. */
const failures: string[] = [];
const logger = pino({ level: "error" }, { write: (line: string) => void failures.push(line) });

let skerry: TestPlatform;
let visitors: Visitors;
let values: PathValues;
/** Names of all fields of all forms, and of what addresses of pages carry. */
let fieldNames: readonly string[];

beforeAll(async () => {
  skerry = await createTestPlatform({ logger });
  visitors = await createVisitors(skerry);
  await makeDemoScripts(visitors.acme);
  values = valuesOf(await makeSiteData(visitors));
  fieldNames = await collectFieldNames();
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function collectFieldNames(): Promise<string[]> {
  const names = new Set(["cursor", "limit", "__proto__", "constructor"]);
  for (const [name, route] of PAGE_ROUTES) {
    if (route.method !== "GET") continue;
    const answer = await visitors.ask(
      route.realm === "operator" ? "operator" : "admin",
      addressOf([name, route], values),
    );
    const isPage = answer.headers.get("content-type")?.startsWith("text/html") ?? false;
    if (!isPage) await answer.body?.cancel();
    const html = isPage ? await answer.text() : "";
    for (const [, name = ""] of html.matchAll(/\sname="([^"]+)"|[?;](\w+)=/g)) names.add(name);
  }
  return [...names].filter((name) => name !== "");
}

interface Wanted {
  readonly params: PathValues;
  readonly fields: readonly (readonly [string, string])[];
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

const ODD_TEXTS = fc.constantFrom(
  "",
  "\0",
  "\u202e\ufeff",
  "..",
  "%",
  "%00",
  "-1",
  "1e400",
  "NaN",
  "9".repeat(30),
  "'; drop table skerry.scripts; --",
  "<script>alert(1)</script>",
  "x".repeat(5_000),
  "{{ $json }}",
  "{",
  "[]",
  "2020-13-45T99:99:99Z",
  "//evil.example/",
  "/..//evil.example/",
  "/\\evil.example",
  "javascript:alert(1)",
  "* * * * *",
);
const FORM = "application/x-www-form-urlencoded";

function generateRequests(route: PageRoute): fc.Arbitrary<Wanted> {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  // What operators change must not be the tenant that all others are asked by.
  const known = route.realm === "operator" ? { ...values, tenant: OTHER_TENANT, id: OTHER_TENANT } : values;
  const text = fc.oneof(
    { arbitrary: ODD_TEXTS, weight: 3 },
    ANY_TEXT,
    fc.constantFrom(...Object.values(known)),
  );
  // Mostly what exists, or nothing would come further than looking it up.
  const param = (name: string): fc.Arbitrary<string> =>
    fc.oneof(
      { arbitrary: fc.constant(known[name] ?? ""), weight: 4 },
      text.map((odd) => odd.toWellFormed()),
    );
  const field = fc.tuple(fc.oneof({ arbitrary: fc.constantFrom(...fieldNames), weight: 9 }, ANY_TEXT), text);
  const odd = fc.record({
    "content-type": fc.constantFrom(FORM, "application/json", "multipart/form-data", ";"),
  });
  return fc.record({
    params: fc.record(Object.fromEntries(names.map((name) => [name, param(name)]))),
    fields: fc.array(field, { maxLength: 8 }),
    body: fc.oneof(
      { arbitrary: fc.constant(undefined), weight: 6 },
      ANY_TEXT,
      fc.constantFrom("=&=&%", `a=${"x".repeat(5 << 20)}`, "a&".repeat(5_000)),
    ),
    headers: fc.oneof({ arbitrary: fc.constant({ "content-type": FORM }), weight: 5 }, odd),
  });
}

async function send(route: PageRoute, { params, fields, body, headers }: Wanted): Promise<void> {
  // Dots would be resolved away.
  const path = fillPath(route, { ...values, ...params }).replaceAll(/\/\.+(?=\/|$)/g, "/%00");
  const sent = new URLSearchParams(
    fields.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]),
  );
  const isPost = route.method === "POST";
  const session = visitors.sessionOf(route.realm === "operator" ? "operator" : "admin");
  const response = await skerry.platform.fetch(
    new Request(`${skerry.url}${path}${isPost ? "" : `?${sent.toString()}`}`, {
      method: route.method,
      headers: { ...headers, cookie: `${SESSION_COOKIE}=${session}`, "sec-fetch-site": "same-origin" },
      ...(isPost && { body: body ?? sent.toString() }),
    }),
  );
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  if (isStream) await response.body?.cancel();
  const text = isStream ? "" : await response.text();
  if (response.status >= 500 || failures.length > 0) {
    throw new Error(`answered ${response.status}: ${failures.splice(0).join("\n")}`);
  }
  if (text.includes("<script>alert")) throw new Error("what was sent came back as markup");
  const location = response.headers.get("location") ?? response.headers.get("hx-redirect") ?? "/";
  if (new URL(location, skerry.url).origin !== skerry.url) throw new Error(`it leads to ${location}`);
}

/** @returns what was found, or undefined. A time limit that is up before the first run is no finding. */
async function findFailure(
  property: fc.IAsyncProperty<[Wanted]>,
  parameters: fc.Parameters<[Wanted]>,
): Promise<string | undefined> {
  const report = await fc.check(property, { ...parameters, endOnFailure: true });
  return report.counterexample === null ? undefined : await fc.asyncDefaultReportMessage(report);
}

describe(`whatever is sent to a page is answered, never with a failure of ours (seed ${SEED})`, () => {
  const routeMs = (SECONDS * 1_000) / PAGE_ROUTES.length;

  test.each(PAGE_ROUTES)("%s", { timeout: routeMs + 60_000 }, async (_, route) => {
    const property = fc.asyncProperty(generateRequests(route), (wanted) => send(route, wanted));
    expect(await findFailure(property, { seed: SEED, numRuns: LEAST_RUNS })).toBeUndefined();
    const more = { seed: SEED + 1, numRuns: MOST_RUNS, interruptAfterTimeLimit: routeMs };
    expect(await findFailure(property, more)).toBeUndefined();
  });
});
