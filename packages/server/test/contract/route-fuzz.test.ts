import fc from "fast-check";
import type { JsonValue } from "@skerry/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { API_ROUTES } from "../../src/rest/api.ts";
import { createSchemaWriter } from "../../src/rest/openapi-schemas.ts";
import { isAboutTenant } from "../../src/rest/route.ts";
import type { Route } from "../../src/rest/route.ts";
import { createTestPlatform, OPERATOR_KEY } from "../platform.ts";
import type { TestClient, TestPlatform } from "../platform.ts";
import { ANY_TEXT, hostileValue, nearlyValidValue, validValue } from "./arbitraries.ts";
import { checkDeclared } from "./declared-answers.ts";
import { makeResources } from "./resources.ts";
import type { Resources } from "./resources.ts";

/** Of all routes together; `npm run fuzz:routes` takes longer. */
const SECONDS = Number(process.env["SKERRY_FUZZ_SECONDS"] ?? 10);
const SEED = Number(process.env["SKERRY_FUZZ_SEED"] ?? Date.now() % 2 ** 31);
const LEAST_RUNS = 5;
const MOST_RUNS = SECONDS * 4;

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let imported: TestClient & { readonly key: string };
let ofAcme: Resources;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  ofAcme = await makeResources("acme", acme);
  // What operators' routes change must not be the tenant that all others are asked by.
  await skerry.createTenant("changed");
  imported = await skerry.createTenant("imported");
});
afterAll(() => skerry[Symbol.asyncDispose]());

const schemas = createSchemaWriter();

/** A request as generated: what its path, query, headers and body hold. */
interface Wanted {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

function generateRequests(route: Route): fc.Arbitrary<Wanted> {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return fc.record({
    params: fc.record(Object.fromEntries(names.map((name) => [name, generateSegment(route, name)]))),
    query: generateQuery(route),
    headers: HEADERS,
    body: route.body === undefined ? fc.constant(undefined) : generateBody(route.body),
  });
}

/** Often what exists, or nothing would come further than looking it up; but what is deleted would not exist again. */
function generateSegment({ method, path }: Route, name: string): fc.Arbitrary<string> {
  const odd = fc.oneof(
    ANY_TEXT,
    fc.constantFrom("\0", "..", "%", "0", "-1", "1e3", "9".repeat(30), "'", "x".repeat(300)),
  );
  if (method === "DELETE") return odd;
  const known = fc
    .constant(undefined)
    .map(() => (path.startsWith("/tenants") ? "changed" : (ofAcme[name] ?? "x")));
  return fc.oneof(odd, { arbitrary: known, weight: 3 });
}

function generateQuery({ query }: Route): fc.Arbitrary<Record<string, string>> {
  const valid = validValue(schemas.write(query, "input"), schemas.components);
  const odd = fc.dictionary(fc.string({ maxLength: 5 }), ANY_TEXT, { maxKeys: 2 });
  return fc.oneof({ arbitrary: valid, weight: 3 }, nearlyValidValue(valid), odd).map((value) => {
    const fields = typeof value === "object" && value !== null ? Object.entries(value) : [];
    return Object.fromEntries(fields.map(([name, field]) => [name, asText(field)]));
  });
}

function asText(value: JsonValue | undefined): string {
  return (typeof value === "string" ? value : (JSON.stringify(value) ?? "")).slice(0, 2_000);
}

function generateBody(body: NonNullable<Route["body"]>): fc.Arbitrary<string | undefined> {
  const valid = validValue(schemas.write(body, "input"), schemas.components);
  const values = fc.oneof(
    { arbitrary: valid, weight: 4 },
    { arbitrary: nearlyValidValue(valid), weight: 4 },
    hostileValue(),
  );
  return fc.oneof(
    { arbitrary: values.map((value) => JSON.stringify(value)), weight: 6 },
    ANY_TEXT,
    fc.constantFrom(
      undefined,
      "[".repeat(200_000),
      '{"a":'.repeat(1_000),
      "\ufeff{}",
      `"${"x".repeat(3 << 20)}"`,
    ),
  );
}

const ODD_HEADERS = fc.record(
  {
    "content-type": fc.constantFrom(
      "application/json",
      "text/plain",
      "application/json; charset=utf-16",
      "multipart/form-data",
    ),
    "idempotency-key": fc.string({ unit: "grapheme-ascii" }),
    "last-event-id": fc.constantFrom("0", "-1", "9".repeat(20)),
    accept: fc.constantFrom("text/event-stream", "*/*", "text/html", ";"),
    "skerry-tenant": fc.constantFrom("acme", "rival", "no'body"),
  },
  { requiredKeys: ["content-type"] },
);
/** Mostly nothing odd, or few requests would come further than the headers. */
const HEADERS = fc.oneof(
  { arbitrary: fc.constant({ "content-type": "application/json" }), weight: 4 },
  ODD_HEADERS,
);

/** An import may replace everything of its tenant. */
function keyFor({ access, operation }: Route): string {
  if (access === "operator") return OPERATOR_KEY;
  return operation === "transfer.import" ? imported.key : acme.key;
}

async function send(route: Route, { params, query, headers, body }: Wanted): Promise<void> {
  const { method, path, access } = route;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    return encodeURIComponent((params[name] ?? "").toWellFormed());
  });
  // Dots would be resolved away.
  const target = `/api/v1${filled.replaceAll(/\/\.+(?=\/|$)/g, "/%00")}`;
  const request = new Request(`${skerry.url}${target}?${new URLSearchParams(query).toString()}`, {
    method,
    headers: {
      ...(isAboutTenant(access) ? {} : { "skerry-tenant": "acme" }),
      ...headers,
      authorization: `Bearer ${keyFor(route)}`,
    },
    ...(body === undefined || method === "GET" ? {} : { body }),
  });
  const response = await skerry.platform.fetch(request);
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  if (isStream) await response.body?.cancel();
  const text = isStream ? "" : await response.text();
  if (response.status === 500) throw new Error(`answered 500 ${text}`);
  checkDeclared({ method, path: target, status: response.status, headers: response.headers, text });
}

/** @returns what was found, or undefined. A time limit that is up before the first run is no finding. */
async function findFailure(
  property: fc.IAsyncProperty<[Wanted]>,
  parameters: fc.Parameters<[Wanted]>,
): Promise<string | undefined> {
  const report = await fc.check(property, { ...parameters, endOnFailure: true });
  return report.counterexample === null ? undefined : await fc.asyncDefaultReportMessage(report);
}

describe(`whatever is sent is answered as declared, never 500 (seed ${SEED})`, () => {
  const named = API_ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const);
  const routeMs = (SECONDS * 1_000) / named.length;

  test.each(named)("%s", { timeout: routeMs + 30_000 }, async (_, route) => {
    const property = fc.asyncProperty(generateRequests(route), (wanted) => send(route, wanted));
    expect(await findFailure(property, { seed: SEED, numRuns: LEAST_RUNS })).toBeUndefined();
    const more = { seed: SEED + 1, numRuns: MOST_RUNS, interruptAfterTimeLimit: routeMs };
    expect(await findFailure(property, more)).toBeUndefined();
  });
});
