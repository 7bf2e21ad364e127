import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { API_ROUTES } from "../../src/rest/api.ts";
import { createSchemaWriter } from "../../src/rest/openapi-schemas.ts";
import { isAboutTenant } from "../../src/rest/route.ts";
import type { Route } from "../../src/rest/route.ts";
import { createTestPlatform } from "../platform.ts";
import type { TestClient, TestPlatform } from "../platform.ts";
import { fillPath, makeResources, MARK } from "./resources.ts";
import type { Resources } from "./resources.ts";
import { sampleBody } from "./sample-body.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let rival: TestClient & { readonly key: string };
let ofAcme: Resources;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  rival = await skerry.createTenant("rival");
  ofAcme = await makeResources("acme", acme);
});
afterAll(() => skerry[Symbol.asyncDispose]());

/** What a node notes behind everybody's back of what the tenant itself used. */
const WRITTEN_BEHIND = new Set(["quota_counters", "quota_grants", "usage_days"]);

/** Everything that is kept of a tenant: a digest of its rows by table. */
async function digestRows(tenantId: string): Promise<unknown> {
  const { rows: tables } = await sql<{ readonly name: string }>`
    select table_name as name from information_schema.columns
    where table_schema = 'skerry' and column_name = 'tenant_id' order by 1`.execute(skerry.database.kysely);
  const kept = tables.filter(({ name }) => !WRITTEN_BEHIND.has(name));
  const digests = kept.map(async ({ name }) => {
    const { rows } = await sql<{ readonly digest: string }>`
      select md5(coalesce(string_agg(each::text, '' order by each::text), '')) as digest
      from ${sql.table(`skerry.${name}`)} each where tenant_id = ${tenantId}`.execute(skerry.database.kysely);
    return [name, rows[0]?.digest];
  });
  return Object.fromEntries(await Promise.all(digests));
}

const schemas = createSchemaWriter();

const routes = API_ROUTES.filter(({ access }) => isAboutTenant(access));
const named = routes.map((route) => [`${route.method} ${route.path}`, route] as const);

/** What is put under a name that the tenant chooses is there afterwards, whoever else chose it too. */
const PUTS = new Set(["secrets.set", "tables.declare"]);

describe("another tenant's things do not exist", () => {
  const routes = named.filter(([, { path, operation }]) => path.includes("{") && !PUTS.has(operation));
  test.each(routes)("%s", async (_, route) => {
    const before = await digestRows("acme");
    const body = sampleBody(route);
    expect(body === undefined).toBe(route.body === undefined);
    const path = fillPath(route.path, ofAcme);

    const answer = await rival.request(route.method, path, body);
    expect(answer).toMatchObject({ status: 404, body: { code: expect.stringMatching(/_NOT_FOUND$/) } });
    const pretended = await rival.request(route.method, path, body, { "skerry-tenant": "acme" });
    expect(pretended).toMatchObject({ status: 404, body: { code: "TENANT_NOT_FOUND" } });
    expect(await digestRows("acme")).toEqual(before);
  });
});

describe("another tenant's things are not shown, whatever is asked for", () => {
  const lists = named.filter(([, { method, path }]) => method === "GET" && !path.includes("{"));
  test.each(lists)("%s", async (_, route) => {
    const secrets = [MARK, ...Object.values(ofAcme).filter((value) => value.length > 10)];
    const path = `/api/v1${route.path}`;
    // The marks are where they should be, or this would prove nothing.
    const own = await acme.request("GET", path);
    const isShown = secrets.some((secret) => own.text.includes(secret));
    expect(isShown || !own.text.includes('"nextCursor"')).toBe(true);

    for (const query of ["", ...listQueries(route, secrets)]) {
      const answer = await rival.request("GET", `${path}?${query}`);
      expect(answer.status).not.toBe(500);
      const shown = answer.status === 200 ? answer.text : "";
      expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
    }
  });
});

/** Each text of the query set to each of the other tenant's ids and names. */
function listQueries({ query }: Route, values: readonly string[]): string[] {
  const { properties = {} } = schemas.write(query, "input") as {
    readonly properties?: Readonly<Record<string, { readonly type?: string; readonly format?: string }>>;
  };
  const names = Object.entries(properties).flatMap(([name, { type }]) => (type === "string" ? [name] : []));
  return names.flatMap((name) => values.map((value) => new URLSearchParams({ [name]: value }).toString()));
}

describe("what one tenant makes changes nothing of another", () => {
  test.each(named.filter(([, { operation }]) => PUTS.has(operation)))("%s", async (_, route) => {
    const before = await digestRows("acme");
    const path = fillPath(route.path, ofAcme);
    const made = await rival.request(route.method, path, sampleBody(route));
    expect(made.status).toBeLessThan(300);
    expect((await rival.request("DELETE", path)).status).toBe(204);
    expect(await digestRows("acme")).toEqual(before);
  });

  const writes = named.filter(([, { method, path }]) => method !== "GET" && !path.includes("{"));
  test.each(writes)("%s", async (_, route) => {
    const before = await digestRows("acme");
    const answer = await rival.request(route.method, `/api/v1${route.path}`, sampleBody(route));
    expect(answer.status).not.toBe(500);
    expect(await digestRows("acme")).toEqual(before);
  });
});
