import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { MAX_DOCUMENT_BYTES } from "./document.ts";

interface Document {
  readonly scripts: readonly Readonly<Record<string, unknown>>[];
  readonly secrets: readonly string[];
}

let skerry: TestPlatform;

beforeAll(async () => {
  skerry = await createTestPlatform();
});
afterAll(() => skerry[Symbol.asyncDispose]());

const SCRIPTS = "/api/v1/scripts";
const returning = (value: unknown): string => `export default () => (${JSON.stringify(value)});`;
const web = (text: string): string => `export default () => new Response(${JSON.stringify(text)});`;

async function exportFrom(client: TestClient, query = ""): Promise<Document> {
  const { status, body } = await client.request<Document>("GET", `/api/v1/export${query}`);
  expect(status).toBe(200);
  const { exportedAt: _at, tenant: _tenant, ...rest } = body as unknown as Record<string, unknown>;
  return rest as unknown as Document;
}

async function importInto(client: TestClient, document: unknown, options: object = {}) {
  return await client.request<Record<string, unknown>>("POST", "/api/v1/import", { document, ...options });
}

/** A tenant that has a script of every kind and state. */
async function createRichTenant(id: string): Promise<TestClient> {
  const client = await skerry.createTenant(id);
  const make = async (script: object) =>
    expect(await client.request("POST", SCRIPTS, script)).toMatchObject({ status: 201 });
  await make({ name: "one", type: "oneoff", source: returning(1), tags: ["b", "a"], description: "é\n" });
  await client.request("PATCH", `${SCRIPTS}/one`, { source: returning(2), note: "second" });
  await client.request("PATCH", `${SCRIPTS}/one`, { source: returning(3), note: "third" });
  await client.request("POST", `${SCRIPTS}/one/publish`, { version: 2 });
  await client.request("PUT", `${SCRIPTS}/one/draft`, { source: "export default (", language: "js" });
  await make({ name: "web", type: "http", source: web("first"), settings: { path: "/w/:id" } });
  await make({ name: "tick", type: "scheduled", source: returning(0), settings: { cron: "@daily" } });
  await client.request("PATCH", `${SCRIPTS}/tick`, { status: "paused" });
  await make({ name: "sketch", type: "event", source: "(", settings: { events: ["a.*"] }, status: "draft" });
  await make({ name: "old", type: "embedded", source: returning(9) });
  await client.request("PATCH", `${SCRIPTS}/old`, { status: "archived" });
  return client;
}

test("what is exported, imported elsewhere and exported again is the same, and runs", async () => {
  const from = await createRichTenant("from");
  await from.request("PUT", "/api/v1/secrets/TOKEN", { value: "to-stay-here" });
  const document = await exportFrom(from, "?history=true");
  expect(JSON.stringify(document)).not.toContain("to-stay-here");
  expect(document.scripts.map(({ name }) => name)).toEqual(["old", "one", "sketch", "tick", "web"]);

  const to = await skerry.createTenant("to");
  expect(await importInto(to, document)).toMatchObject({
    status: 200,
    body: {
      created: ["old", "one", "sketch", "tick", "web"],
      updated: [],
      deleted: [],
      conflicts: [],
      missingSecrets: ["TOKEN"],
    },
  });
  expect(await exportFrom(to, "?history=true")).toEqual({ ...document, secrets: [] });
  expect((await to.request("POST", `${SCRIPTS}/one/execute`)).body).toMatchObject({ output: 2, version: 2 });
  expect((await to.request("GET", "/run/to/w/7")).text).toBe("first");
  expect((await importInto(to, document)).body).toMatchObject({
    created: [],
    updated: [],
    unchanged: ["old", "one", "sketch", "tick", "web"],
  });

  // A client that was given an export need not know how to wrap it.
  expect(await to.request("POST", "/api/v1/import", document)).toMatchObject({
    status: 200,
    body: { dryRun: false, created: [], updated: [] },
  });

  const plain = await exportFrom(from);
  expect(JSON.stringify(plain)).not.toContain("activeVersion");
  const other = await skerry.createTenant("other");
  expect((await importInto(other, plain)).status).toBe(200);
  expect(await exportFrom(other)).toEqual({ ...plain, secrets: [] });
});

describe("an import into a tenant that has scripts", () => {
  const documentOf = (...scripts: object[]) => ({ format: 1, scripts });
  const published = (name: string, source: string, more: object = {}) => ({
    name,
    type: "oneoff",
    status: "active",
    description: "",
    tags: [],
    published: true,
    language: "ts",
    source,
    settings: {},
    ...more,
  });

  test("merges or replaces, and a dry run tells before without leaving a trace", async () => {
    const client = await createRichTenant("merging");
    const before = await exportFrom(client, "?history=true");
    const document = documentOf(published("one", returning(5)), published("new", returning(6)));
    const dry = await importInto(client, document, { mode: "replace", dryRun: true });
    expect(dry.body).toMatchObject({
      dryRun: true,
      created: ["new"],
      updated: ["one"],
      deleted: ["web", "tick", "sketch", "old"],
      conflicts: [],
    });
    expect(await exportFrom(client, "?history=true")).toEqual(before);

    expect((await importInto(client, document)).body).toMatchObject({ created: ["new"], deleted: [] });
    const merged = await exportFrom(client);
    expect(merged.scripts).toHaveLength(6);
    expect(merged.scripts.find(({ name }) => name === "one")).toHaveProperty("draft");
    expect((await client.request("GET", `${SCRIPTS}/one`)).body).toMatchObject({ activeVersion: 4 });

    const replaced = await importInto(client, document, { mode: "replace" });
    expect(replaced.body).toMatchObject({ updated: ["one"], unchanged: ["new"] });
    expect((await exportFrom(client)).scripts).toEqual([
      { ...published("new", returning(6)) },
      { ...published("one", returning(5)) },
    ]);
    expect((await client.request("GET", "/run/merging/w/7")).status).toBe(404);
  });

  test("lets scripts swap their routes", async () => {
    const client = await skerry.createTenant("swapping");
    const script = (name: string, path: string) =>
      published(name, web(name), { type: "http", settings: { path } });
    await importInto(client, documentOf(script("a", "/x"), script("b", "/y")));
    expect((await importInto(client, documentOf(script("a", "/y"), script("b", "/x")))).status).toBe(200);
    expect((await client.request("GET", "/run/swapping/x")).text).toBe("b");
    const taken = documentOf(script("c", "/x"));
    expect(await importInto(client, taken)).toMatchObject({
      status: 409,
      body: { code: "ENDPOINT_CONFLICT" },
    });
    expect((await importInto(client, taken, { dryRun: true })).body).toMatchObject({
      conflicts: [expect.stringContaining("c cannot answer")],
    });
  });

  test.each([
    [
      "another type",
      published("one", returning(1), { type: "event", settings: { events: ["x"] } }),
      /type oneoff/,
    ],
    [
      "a draft of what is published",
      published("one", "(", { status: "draft", published: false }),
      /published here/,
    ],
    ["what is archived", published("old", returning(1), { type: "embedded" }), /archived here/],
  ])("over %s is refused", async (name, script, conflict) => {
    const client = await createRichTenant(`conflict-${name.replaceAll(" ", "-")}`);
    const before = await exportFrom(client, "?history=true");
    const document = documentOf(published("fresh", returning(1)), script);
    const dry = await importInto(client, document, { dryRun: true });
    expect(dry.body["conflicts"]).toEqual([expect.stringMatching(conflict)]);
    expect(await importInto(client, document)).toMatchObject({
      status: 409,
      body: { code: "IMPORT_CONFLICT", errors: [{ path: "document.scripts[1]" }] },
    });
    expect(await exportFrom(client, "?history=true")).toEqual(before);
  });

  test.each([
    [
      "a source that does not compile",
      published("bad", "export default ("),
      "SCRIPT_COMPILE",
      "document.scripts[1].source",
    ],
    [
      "settings of another type",
      published("bad", returning(1), { settings: { cron: "@daily" } }),
      "INPUT_INVALID",
      "document.scripts[1].settings.cron",
    ],
    [
      "a name that is there twice",
      published("fresh", returning(1)),
      "INPUT_INVALID",
      "document.scripts[1].name",
    ],
    [
      "a status that lies",
      published("bad", returning(1), { status: "draft" }),
      "INPUT_INVALID",
      "document.scripts[1].published",
    ],
    [
      "an active version that is not there",
      published("bad", returning(1), {
        activeVersion: 2,
        versions: [{ language: "ts", source: returning(1), settings: {}, note: "" }],
      }),
      "INPUT_INVALID",
      "document.scripts[1].activeVersion",
    ],
    [
      "an active version of another content",
      published("bad", returning(1), {
        activeVersion: 1,
        versions: [{ language: "ts", source: returning(2), settings: {}, note: "" }],
      }),
      "INPUT_INVALID",
      "document.scripts[1].activeVersion",
    ],
    [
      "a field of nobody",
      { ...published("bad", returning(1)), code: "x" },
      "INPUT_INVALID",
      "document.scripts[1].code",
    ],
    [
      "a source with NUL",
      published("bad", "export default () => '\0'"),
      "INPUT_INVALID",
      "document.scripts[1].source",
    ],
  ])("with %s is refused whole, at its place", async (_name, script, code, path) => {
    const client = skerry.operator;
    const headers = { "skerry-tenant": "half-broken" };
    await client.request("POST", "/api/v1/tenants", { id: "half-broken", name: "x" });
    const document = documentOf(published("fresh", returning(1)), script);
    const answer = await client.request("POST", "/api/v1/import", { document }, headers);
    expect(answer).toMatchObject({ status: 422, body: { code } });
    expect(answer.body.errors.map((error) => error.path)).toContain(path);
    const { rows } = await sql`select 1 from skerry.scripts where tenant_id = 'half-broken'`.execute(
      skerry.database.kysely,
    );
    expect(rows).toEqual([]);
  });

  test("is for administrators, has a limit of its own, and takes what is larger than other bodies", async () => {
    const client = await skerry.createTenant("sized");
    const scopes = ["scripts.read", "scripts.create", "scripts.update", "scripts.delete"];
    const { body } = await client.request("POST", "/api/v1/api-keys", { name: "developer", scopes });
    const developer = skerry.client(body.key);
    expect((await developer.request("GET", "/api/v1/export")).status).toBe(403);
    expect((await importInto(developer, documentOf())).status).toBe(403);

    const large = Array.from({ length: 6 }, (_, n) =>
      published(`large-${n}`, `${returning(n)}//${"x".repeat(1_000_000)}`),
    );
    expect((await importInto(client, documentOf(...large))).status).toBe(200);
    expect((await exportFrom(client)).scripts).toHaveLength(6);
    const huge = `{"document":"${"x".repeat(MAX_DOCUMENT_BYTES)}"}`;
    expect(await client.request("POST", "/api/v1/import", huge)).toMatchObject({ status: 413 });

    const history = "?history=true";
    for (const n of [1, 2]) {
      for (const { name } of large) {
        await client.request("PATCH", `${SCRIPTS}/${name}`, {
          source: `${returning(n + 10)}//${"y".repeat(1_000_000)}`,
        });
      }
    }
    expect(await client.request("GET", `/api/v1/export${history}`)).toMatchObject({
      status: 422,
      body: { code: "EXPORT_LIMIT" },
    });
    expect((await client.request("GET", "/api/v1/export")).status).toBe(200);
  });
});
