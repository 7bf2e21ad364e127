import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
});
afterAll(() => skerry[Symbol.asyncDispose]());

const at = (path: string): string => `/api/v1/scripts/${path}`;
const returning = (value: unknown): string => `export default () => (${JSON.stringify(value)});`;
const BROKEN = "export default (";

async function create(name: string, script: object = {}) {
  const answer = await acme.request("POST", "/api/v1/scripts", {
    name,
    type: "oneoff",
    source: returning(1),
    ...script,
  });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
}

describe("the settings of each type", () => {
  test.each([
    ["scheduled", { cron: "*/5 * * * *", timezone: "Europe/Paris", overlap: "queue", misfire: "all" }],
    ["scheduled", { cron: "30 0 6 * * 1", retry: { attempts: 3, backoffMs: 10, maxBackoffMs: 10 } }],
    ["scheduled", { cron: "@daily" }],
    ["http", { path: "/settings/:id", methods: ["GET"], freshContext: true }],
    ["event", { events: ["order.created", "order.*", "invoice.**", "**"] }],
    ["event", { events: ["a"], concurrency: { limit: 2, key: "payload.customer.id" } }],
    ["event", { events: ["a"], concurrency: { limit: 1, ordered: true }, filter: "{{ $json.total > 7 }}" }],
    ["oneoff", { limits: { cpuMs: 5, concurrentRuns: 2 } }],
    ["embedded", { inputSchema: { type: "object" }, outputSchema: { type: "number" } }],
  ])("%s %j are kept as they are", async (type, settings) => {
    const { id } = await create(`kept-${type}-${Math.random().toString(36).slice(2)}`, { type, settings });
    expect(await acme.request("GET", at(id))).toMatchObject({ status: 200, body: { settings } });
  });

  test.each([
    ["scheduled", {}, "settings.cron"],
    ["scheduled", { cron: "61 * * * *" }, "settings.cron"],
    ["scheduled", { cron: "* * * *" }, "settings.cron"],
    ["scheduled", { cron: "0 0 30 2 *" }, "settings.cron"],
    ["scheduled", { cron: "2030-01-01T00:00:00" }, "settings.cron"],
    ["scheduled", { cron: "@reboot" }, "settings.cron"],
    ["scheduled", { cron: "* * * * *", timezone: "Mars/Base" }, "settings.timezone"],
    ["scheduled", { cron: "* * * * *", timezone: "+02:00" }, "settings.timezone"],
    ["scheduled", { cron: "* * * * *", path: "/x" }, "settings.path"],
    ["scheduled", { cron: "* * * * *", retry: { attempts: 0 } }, "settings.retry.attempts"],
    [
      "scheduled",
      { cron: "* * * * *", retry: { attempts: 2, backoffMs: 9, maxBackoffMs: 8 } },
      "settings.retry.maxBackoffMs",
    ],
    ["event", {}, "settings.events"],
    ["event", { events: ["order..created"] }, "settings.events[0]"],
    ["event", { events: ["**.created"] }, "settings.events[0]"],
    ["event", { events: ["a", "a"] }, "settings.events"],
    ["event", { events: ["Order"] }, "settings.events[0]"],
    ["event", { events: ["a"], filter: "$json.total > 10" }, "settings.filter"],
    ["scheduled", { cron: "@daily", filter: "{{ true }}" }, "settings.filter"],
    ["event", { events: ["a"], concurrency: { limit: 1, key: "total" } }, "settings.concurrency.key"],
    ["event", { events: ["a"], concurrency: { limit: 2, ordered: true } }, "settings.concurrency.ordered"],
    ["scheduled", { cron: "@daily", concurrency: { limit: 1, key: "payload" } }, "settings.concurrency.key"],
    ["oneoff", { cron: "* * * * *" }, "settings.cron"],
    ["oneoff", { retry: { attempts: 2 } }, "settings.retry"],
    ["http", { retry: { attempts: 2 } }, "settings.retry"],
    ["embedded", { inputSchema: { pattern: "(a+)+$" } }, "settings.inputSchema"],
    ["embedded", { inputSchema: { const: "\0" } }, "settings.inputSchema"],
  ])("%s %j are refused at their place", async (type, settings, path) => {
    const script = { name: "refused", type, source: returning(1), settings };
    const answer = await acme.request("POST", "/api/v1/scripts", script);
    expect(answer).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
    expect(answer.body.errors.map((error) => error.path)).toContain(path);
  });
});

describe("a draft", () => {
  test("is saved without compiling, runs when asked for, and becomes version 1 when it compiles", async () => {
    const made = await create("sketch", { source: BROKEN, status: "draft" });
    expect(made).toMatchObject({
      status: "draft",
      activeVersion: null,
      latestVersion: 0,
      version: 0,
      draftRevision: 1,
      source: BROKEN,
    });
    expect(await acme.request("POST", at("sketch/publish"))).toMatchObject({
      status: 422,
      body: { code: "SCRIPT_COMPILE" },
    });
    const early = await acme.request("POST", at("sketch/publish"), { version: 1 });
    expect(early).toMatchObject({ status: 404, body: { code: "VERSION_NOT_FOUND" } });
    expect(early.body.detail).toContain("its draft becomes that one");
    const zero = await acme.request("POST", at("sketch/publish"), { version: 0 });
    expect(zero).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
    expect(zero.body.detail).toContain("leave it out to publish the draft");
    expect(await acme.request("GET", at("sketch"))).toMatchObject({ body: made });

    const saved = await acme.request("PUT", at("sketch/draft"), { source: returning("drafted") });
    expect(saved).toMatchObject({ status: 200, body: { revision: 2, baseVersion: 0, language: "ts" } });
    const run = await acme.request("POST", at("sketch/execute"), { draft: true });
    expect(run.body).toMatchObject({ status: "completed", version: 0, output: "drafted" });

    const published = await acme.request("POST", at("sketch/publish"), { draft: true, note: "first" });
    expect(published).toMatchObject({
      status: 200,
      body: { status: "active", activeVersion: 1, latestVersion: 1, version: 1, draftRevision: 0 },
    });
    expect((await acme.request("GET", at("sketch/versions/1"))).body).toMatchObject({ note: "first" });
    expect(await acme.request("GET", at("sketch/draft"))).toMatchObject({
      body: { code: "DRAFT_NOT_FOUND" },
    });
  });

  test("stands beside what is published until it is published itself or dropped", async () => {
    await create("beside", { source: returning("live"), settings: { limits: { cpuMs: 77 } } });
    const draft = await acme.request("PUT", at("beside/draft"), { source: returning("next") });
    expect(draft.body).toMatchObject({
      baseVersion: 1,
      revision: 1,
      settings: { limits: { cpuMs: 77 } },
      source: returning("next"),
    });
    expect((await acme.request("GET", at("beside"))).body).toMatchObject({
      source: returning("live"),
      draftRevision: 1,
      latestVersion: 1,
    });
    expect((await acme.request("POST", at("beside/execute"))).body).toMatchObject({ output: "live" });
    const diff = await acme.request("GET", at("beside/versions/1/diff/draft"));
    expect(diff.body).toMatchObject({ from: 1, to: "draft", changes: [] });
    expect(diff.body.source).toContain('+export default () => ("next");');

    expect((await acme.request("DELETE", at("beside/draft"))).status).toBe(204);
    expect(await acme.request("GET", at("beside/versions/draft/diff/1"))).toMatchObject({
      status: 404,
      body: { code: "DRAFT_NOT_FOUND" },
    });
  });

  test("undoes nobody's work: a stale revision or base is refused", async () => {
    await create("shared");
    const first = { source: returning("a"), draftRevision: 0, baseVersion: 1 };
    expect((await acme.request("PUT", at("shared/draft"), first)).status).toBe(200);
    const conflict = { status: 409, body: { code: "VERSION_CONFLICT" } };
    expect(await acme.request("PUT", at("shared/draft"), first)).toMatchObject(conflict);
    expect(await acme.request("POST", at("shared/publish"), { draftRevision: 2 })).toMatchObject(conflict);

    await acme.request("PATCH", at("shared"), { source: returning("hotfix") });
    expect(await acme.request("POST", at("shared/publish"), {})).toMatchObject(conflict);
    const kept = await acme.request("PUT", at("shared/draft"), { source: returning("b"), draftRevision: 1 });
    expect(kept.body).toMatchObject({ baseVersion: 1, revision: 2 });
    const rebased = { source: returning("b"), baseVersion: 2, draftRevision: 2 };
    expect((await acme.request("PUT", at("shared/draft"), rebased)).status).toBe(200);
    expect((await acme.request("POST", at("shared/publish"), {})).body).toMatchObject({
      activeVersion: 3,
      source: returning("b"),
    });
  });

  test("is all that a script has until it is published", async () => {
    await create("only", { status: "draft" });
    expect(await acme.request("DELETE", at("only/draft"))).toMatchObject({
      status: 409,
      body: { code: "SCRIPT_NOT_PUBLISHED" },
    });
    const changed = await acme.request("PATCH", at("only"), { source: returning(2) });
    expect(changed.body).toMatchObject({ status: "draft", latestVersion: 0, draftRevision: 2 });
    const active = await acme.request("PATCH", at("only"), { status: "active" });
    expect(active.body).toMatchObject({ status: "active", activeVersion: 1, draftRevision: 0 });
    expect((await acme.request("POST", at("only/execute"))).body).toMatchObject({ output: 2 });
  });
});

describe("a status", () => {
  const refusal = (from: string, to: string) => ({
    status: 409,
    body: { code: "SCRIPT_STATUS_CONFLICT", detail: expect.stringMatching(`is ${from} .*${to}`) },
  });
  const become = async (name: string, status: string) => await acme.request("PATCH", at(name), { status });

  test("paused stops routes but not runs by hand; disabled and archived stop everything", async () => {
    await create("lamp");
    await create("lamp-web", { type: "http", source: "export default () => new Response('lit');" });
    expect((await acme.request("GET", "/run/acme/lamp-web")).text).toBe("lit");
    for (const status of ["paused", "disabled", "archived"]) {
      expect(await become("lamp", status)).toMatchObject({ status: 200, body: { status } });
      expect(await become("lamp-web", status)).toMatchObject({ status: 200, body: { status } });
      const run = await acme.request("POST", at("lamp/execute"));
      if (status === "paused") expect(run.body).toMatchObject({ output: 1 });
      else expect(run).toMatchObject({ status: 409, body: { code: "SCRIPT_DISABLED" } });
      expect((await acme.request("GET", "/run/acme/lamp-web")).status).toBe(404);
    }
    await become("lamp-web", "disabled");
    expect((await become("lamp-web", "active")).status).toBe(200);
    expect((await acme.request("GET", "/run/acme/lamp-web")).text).toBe("lit");
  });

  test("archived is hidden, keeps its name, and does not change until it is restored", async () => {
    const { id } = await create("relic");
    await become("relic", "archived");
    const listed = async (query: string) =>
      (await acme.request("GET", `/api/v1/scripts?search=relic${query}`)).body.items.map(({ name }) => name);
    expect(await listed("")).toEqual([]);
    expect(await listed("&status=archived")).toEqual(["relic"]);
    const again = { name: "relic", type: "oneoff", source: returning(1) };
    expect(await acme.request("POST", "/api/v1/scripts", again)).toMatchObject({
      status: 409,
      body: { code: "SCRIPT_NAME_TAKEN" },
    });
    for (const [method, path, body] of [
      ["PATCH", at(id), { description: "x" }],
      ["PUT", at("relic/draft"), { source: returning(2) }],
      ["POST", at("relic/publish"), { version: 1 }],
    ] as const) {
      expect(await acme.request(method, path, body)).toMatchObject(refusal("archived", ""));
    }
    expect(await become("relic", "active")).toMatchObject(refusal("archived", "active"));
    expect(await become("relic", "draft")).toMatchObject(refusal("archived", "draft"));
    expect(await become("relic", "disabled")).toMatchObject({ status: 200 });
    expect(await listed("")).toEqual(["relic"]);
  });

  test("changes only along the table, and archiving needs the right to delete", async () => {
    await create("moody", { status: "draft" });
    expect(await become("moody", "paused")).toMatchObject(refusal("draft", "paused"));
    expect(await become("moody", "disabled")).toMatchObject(refusal("draft", "disabled"));
    expect((await become("moody", "archived")).status).toBe(200);
    expect(await become("moody", "disabled")).toMatchObject(refusal("archived", "disabled"));
    expect((await become("moody", "draft")).status).toBe(200);
    expect((await become("moody", "active")).status).toBe(200);
    expect(await become("moody", "draft")).toMatchObject(refusal("active", "draft"));

    const scopes = ["scripts.read", "scripts.update"];
    const { body } = await acme.request("POST", "/api/v1/api-keys", { name: "editor", scopes });
    const editor = skerry.client(body.key);
    expect(await editor.request("PATCH", at("moody"), { status: "archived" })).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining("scripts.delete") },
    });
    expect((await editor.request("PATCH", at("moody"), { status: "paused" })).status).toBe(200);
  });
});

test("lists filter by type, status, tag and the beginning of the name, and page through it", async () => {
  await create("Harbour-north", { tags: ["port", "north"] });
  await create("harbour-south", { tags: ["port"] });
  await create("harbour-event", { type: "event", settings: { events: ["x"] }, tags: ["port"] });
  await create("harbour-draft", { status: "draft" });
  const names = async (query: string): Promise<string[]> => {
    const { body } = await acme.request("GET", `/api/v1/scripts?${query}`);
    return body.items.map(({ name }) => name);
  };
  expect(await names("search=HARB")).toHaveLength(4);
  expect(await names("search=harb&tag=port")).toEqual(["harbour-event", "harbour-south", "Harbour-north"]);
  expect(await names("search=harb&tag=port&type=event")).toEqual(["harbour-event"]);
  expect(await names("search=harb&status=draft")).toEqual(["harbour-draft"]);
  expect(await names("search=arbour")).toEqual([]);
  expect(await names("tag=por")).toEqual([]);
  expect(await names("search=harb%25")).toEqual([]);

  await acme.request("PATCH", at("Harbour-north"), { tags: ["north"] });
  await acme.request("DELETE", at("harbour-south"));
  expect(await names("tag=port")).toEqual(["harbour-event"]);
  expect(await names("tag=north")).toEqual(["Harbour-north"]);
});

test("a version's checksum is over source, language and settings, and nobody's to change", async () => {
  await create("summed", { settings: { limits: { wallMs: 10, cpuMs: 5 } } });
  const checksum = async (version: number) =>
    (await acme.request("GET", at(`summed/versions/${version}`))).body.checksum;
  await acme.request("PATCH", at("summed"), { settings: { limits: { cpuMs: 6 } } });
  await acme.request("PATCH", at("summed"), { settings: { limits: { cpuMs: 5, wallMs: 10 } } });
  expect(await checksum(3)).toBe(await checksum(1));
  expect(await checksum(2)).not.toBe(await checksum(1));
  await expect(
    skerry.database.kysely
      .updateTable("script_versions")
      .set({ note: "x" } as never)
      .execute(),
  ).rejects.toThrow("immutable");
});
