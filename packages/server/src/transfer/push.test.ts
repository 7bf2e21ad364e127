import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { withTenant } from "../db/tenant-scope.ts";
import type { PulledScript, PushResult } from "./push-document.ts";

const SCRIPTS = "/api/v1/scripts";
const returning = (value: unknown): string => `export default () => (${JSON.stringify(value)});`;

let skerry: TestPlatform;

beforeAll(async () => {
  skerry = await createTestPlatform();
});
afterAll(() => skerry[Symbol.asyncDispose]());

interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly path: string; readonly message: string; readonly line?: number }[];
}

async function pull(client: TestClient, query = ""): Promise<ReadonlyMap<string, PulledScript>> {
  const { body } = await client.request<{ scripts: readonly PulledScript[] }>("GET", `/api/v1/pull${query}`);
  return new Map(body.scripts.map((script) => [script.name, script]));
}

async function push<Body = PushResult>(client: TestClient, scripts: readonly object[], more: object = {}) {
  return await client.request<Body>("POST", "/api/v1/push", { scripts, ...more });
}

const oneoff = (name: string, value: unknown, baseRevision: string | null = null) => ({
  name,
  type: "oneoff",
  language: "ts",
  source: returning(value),
  baseRevision,
});

test("scripts are created, changed and deleted by one push, and what is as it was gets no version", async () => {
  const acme = await skerry.createTenant("acme");
  const first = await push(acme, [oneoff("a", 1), oneoff("b", 1), oneoff("c", 1)]);
  expect(first.body.scripts).toMatchObject([
    { name: "a", change: "created", version: 1 },
    { name: "b", change: "created", version: 1 },
    { name: "c", change: "created", version: 1 },
  ]);
  await acme.request("PATCH", `${SCRIPTS}/a`, { status: "paused" });
  const [a, b, c] = first.body.scripts.map(({ revision }) => revision);
  const dry = await push(acme, [oneoff("a", 2, a), oneoff("b", 1, b), oneoff("d", 1)], {
    deletions: [{ name: "c", baseRevision: c }],
    dryRun: true,
  });
  expect(dry.body.scripts.map(({ change, version }) => [change, version])).toEqual([
    ["updated", 2],
    ["unchanged", 1],
    ["created", 1],
    ["deleted", null],
  ]);
  expect([...(await pull(acme)).keys()]).toEqual(["a", "b", "c"]);

  const second = await push(acme, [oneoff("a", 2, a), oneoff("b", 1, b), oneoff("d", 1)], {
    deletions: [{ name: "c", baseRevision: c }],
    note: "from Git",
  });
  const there = await pull(acme);
  expect([...there.keys()]).toEqual(["a", "b", "d"]);
  expect(there.get("a")).toMatchObject({
    status: "paused",
    version: 2,
    revision: second.body.scripts[0]?.revision,
    content: { source: returning(2), language: "ts", settings: {} },
  });
  expect(there.get("b")).toMatchObject({ version: 1, latestVersion: 1, revision: b });
  const { body } = await acme.request<{ items: readonly object[] }>("GET", `${SCRIPTS}/a/versions`);
  expect(body.items[0]).toMatchObject({ version: 2, note: "from Git" });
  const audit = await acme.request<{ items: readonly object[] }>(
    "GET",
    "/api/v1/audit?action=scripts.pushed",
  );
  expect(audit.body.items[0]).toMatchObject({
    after: { created: ["d"], updated: ["a"], deleted: ["c"], note: "from Git" },
  });
});

describe("a push that builds upon something older is refused whole, with all that went on", () => {
  const cases: readonly (readonly [string, (client: TestClient) => Promise<unknown>, RegExp])[] = [
    [
      "a newer version",
      (client) => client.request("PATCH", `${SCRIPTS}/a`, { source: returning("theirs") }),
      /a is at version 3 by key:/,
    ],
    [
      "a rollback",
      (client) => client.request("POST", `${SCRIPTS}/a/publish`, { version: 1 }),
      /a is at version 2 by key:.+, and version 1 is published/,
    ],
    [
      "another description",
      (client) => client.request("PATCH", `${SCRIPTS}/a`, { description: "theirs" }),
      /a is at version 2/,
    ],
    ["a deletion", (client) => client.request("DELETE", `${SCRIPTS}/a`), /a is not there any more/],
  ];
  test.each(cases)("%s", async (name, meddle, message) => {
    const client = await skerry.createTenant(name.replaceAll(" ", "-"));
    await push(client, [oneoff("a", 1)]);
    const [base] = (await push(client, [oneoff("a", 2, (await pull(client)).get("a")?.revision)])).body
      .scripts;
    await meddle(client);
    const before = await pull(client);
    const scripts = [oneoff("fresh", 1), oneoff("a", "mine", base?.revision), oneoff("gone", 1, "0")];
    const answer = await push<Refusal>(client, scripts);
    expect(answer).toMatchObject({ status: 409, body: { code: "VERSION_CONFLICT" } });
    expect(answer.body.errors.map(({ path }) => path)).toEqual([
      "scripts[1].baseRevision",
      "scripts[2].baseRevision",
    ]);
    expect(answer.body.errors[0]?.message).toMatch(message);
    expect(await pull(client)).toEqual(before);
  });
});

test("of two pushes that race one is carried out and the other leaves nothing", async () => {
  const client = await skerry.createTenant("racing");
  const names = ["a", "b", "c"];
  const { body } = await push(
    client,
    names.map((name) => oneoff(name, 0)),
  );
  const revisions = body.scripts.map(({ revision }) => revision);
  const answers = await Promise.all(
    [1, 2].map((author) =>
      push(client, [
        ...names.map((name, index) => oneoff(name, author, revisions[index])),
        oneoff("fresh", author),
      ]),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  const winner = answers.findIndex(({ status }) => status === 200) + 1;
  for (const { content } of (await pull(client)).values()) expect(content?.source).toBe(returning(winner));
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from skerry.script_versions where tenant_id = 'racing'`.execute(
    skerry.database.kysely,
  );
  expect(rows[0]?.count).toBe(7);
});

describe("a draft that is being saved when its script is about to be locked is kept", () => {
  const { baseRevision: _none, ...mine } = oneoff("use", "mine");
  const facts = { status: "active", description: "", tags: [], published: true, settings: {} };
  const document = { format: 1, scripts: [{ ...mine, ...facts }] };
  test.each([
    ["push", (client: TestClient, base: string | undefined) => push(client, [oneoff("use", "mine", base)])],
    ["import", (client: TestClient) => client.request("POST", "/api/v1/import", { document })],
  ])("by %s", async (name, send) => {
    const tenant = `saving-${name}`;
    const client = await skerry.createTenant(tenant);
    await client.request("POST", SCRIPTS, { name: "use", type: "oneoff", source: "(", status: "draft" });
    const base = (await pull(client)).get("use")?.revision;
    const sent = await withTenant(skerry.database, tenant, async (queries) => {
      await sql`select id from skerry.scripts where name = 'use' for update`.execute(queries);
      const answer = send(client, base);
      await vi.waitFor(async () => {
        const { rows } = await sql`select pid from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`.execute(skerry.database.kysely);
        expect(rows).toHaveLength(1);
      });
      await sql`update skerry.script_drafts set source = 'theirs', revision = revision + 1,
        checksum = decode(repeat('ab', 32), 'hex')`.execute(queries);
      return { answer };
    });
    expect(await sent.answer).toMatchObject({ status: 409, body: { code: "VERSION_CONFLICT" } });
    expect((await client.request("GET", `${SCRIPTS}/use/draft`)).body).toMatchObject({ source: "theirs" });
  });
});

test("a dry run is refused for the storage that the push itself would be refused for", async () => {
  const client = await skerry.createTenant("full");
  await skerry.operator.request("PATCH", "/api/v1/tenants/full", { quotas: { storedBytes: 10 } });
  for (const dryRun of [true, false]) {
    const answer = await push<Refusal>(client, [oneoff("a", 1)], { dryRun });
    expect(answer.body).toMatchObject({ code: "QUOTA_EXCEEDED" });
  }
});

test("all that does not compile or fit is told of at once, each at its place, and nothing is kept", async () => {
  const client = await skerry.createTenant("broken");
  const answer = await push<Refusal>(client, [
    oneoff("fine", 1),
    { ...oneoff("one", 1), source: "export default () => {\n  return (;\n};" },
    { ...oneoff("two", 1), source: "export default () => 1;\nconst a = ;" },
  ]);
  expect(answer).toMatchObject({ status: 422, body: { code: "SCRIPT_COMPILE" } });
  expect(answer.body.errors).toMatchObject([
    { path: "scripts[1].source", line: 2 },
    { path: "scripts[2].source", line: 2 },
  ]);
  const settings = await push<Refusal>(client, [
    { ...oneoff("one", 1), settings: { cron: "@daily" } },
    { ...oneoff("two", 1), type: "scheduled", settings: { cron: "never" } },
  ]);
  expect(settings.body.errors.map(({ path }) => path)).toEqual([
    "scripts[0].settings.cron",
    "scripts[1].settings.cron",
  ]);
  expect((await pull(client)).size).toBe(0);
});

test.each([
  ["another type", { type: "embedded" }, "active", /of type oneoff here/],
  ["what is archived", {}, "archived", /archived here/],
])("over %s is refused", async (_name, change, status, conflict) => {
  const client = await skerry.createTenant(`kept-${status}`);
  await push(client, [oneoff("a", 1)]);
  await client.request("PATCH", `${SCRIPTS}/a`, { status });
  const script = oneoff("a", 2, (await pull(client)).get("a")?.revision);
  const answer = await push<Refusal>(client, [oneoff("b", 1), { ...script, ...change }]);
  expect(answer).toMatchObject({ status: 409, body: { code: "PUSH_CONFLICT" } });
  expect(answer.body.errors).toMatchObject([
    { path: "scripts[1]", message: expect.stringMatching(conflict) as string },
  ]);
  expect([...(await pull(client)).keys()]).toEqual(["a"]);
});

test("libraries of the same push are seen by those who import them, and a draft gives way", async () => {
  const client = await skerry.createTenant("whole");
  await client.request("POST", SCRIPTS, { name: "use", type: "oneoff", source: "(", status: "draft" });
  const draft = (await pull(client)).get("use");
  expect(draft).toMatchObject({ version: null, checksum: null, status: "draft" });
  expect(await push(client, [oneoff("use", 1)])).toMatchObject({ status: 409 });
  const use = {
    ...oneoff("use", 1, draft?.revision),
    source: 'import { tax } from "@tenant/rates";\nexport default () => tax;',
  };
  const rates = { ...oneoff("rates", 1), type: "library", source: "export const tax = 0.2;" };
  expect(await push(client, [use, rates])).toMatchObject({ status: 200 });
  expect((await client.request("POST", `${SCRIPTS}/use/execute`)).body).toMatchObject({ output: 0.2 });
});

test("who may not create or delete does neither by a push, and who may only read pulls", async () => {
  const client = await skerry.createTenant("strict");
  await push(client, [oneoff("a", 1)]);
  const base = (await pull(client)).get("a")?.revision;
  const keyFor = async (...scopes: readonly string[]) => {
    const { body } = await client.request("POST", "/api/v1/api-keys", { name: "narrow", scopes });
    return skerry.client(body.key);
  };
  const editor = await keyFor("scripts.read", "scripts.update");
  expect(await push(editor, [oneoff("b", 1)])).toMatchObject({ status: 403 });
  expect(await push(editor, [], { deletions: [{ name: "a", baseRevision: base }] })).toMatchObject({
    status: 403,
  });
  expect(await push(editor, [oneoff("a", 2, base)])).toMatchObject({ status: 200 });
  const reader = await keyFor("scripts.read");
  expect((await pull(reader, "?sources=false")).get("a")).not.toHaveProperty("content");
  expect(await push(reader, [])).toMatchObject({ status: 403 });
});
