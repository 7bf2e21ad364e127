import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../../test/platform.ts";

const SCRIPTS = "/api/v1/scripts";
const BODY = "export default () => 1;\n";
const SCHEDULED = `export const config = {
  type: "scheduled",
  description: "Counts.",
  tags: ["a"],
  cron: "0 8 * * *", // early
};

${BODY}`;

let skerry: TestPlatform;
let acme: TestClient;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
});
afterAll(() => skerry[Symbol.asyncDispose]());

interface ScriptBody {
  readonly type: string;
  readonly version: number;
  readonly description: string;
  readonly tags: readonly string[];
  readonly source: string;
  readonly settings: object;
}

interface Problem {
  readonly code: string;
  readonly errors: readonly { readonly path: string; readonly message: string; readonly line?: number }[];
}

async function create<Body = ScriptBody>(name: string, script: object) {
  return await acme.request<Body>("POST", SCRIPTS, { name, ...script });
}

async function change<Body = ScriptBody>(name: string, wished: object) {
  return await acme.request<Body>("PATCH", `${SCRIPTS}/${name}`, wished);
}

async function read(name: string): Promise<ScriptBody> {
  return (await acme.request<ScriptBody>("GET", `${SCRIPTS}/${name}`)).body;
}

const DAILY = SCHEDULED.replace('cron: "0 8 * * *", // early', 'cron: "@daily",');

describe("a source that is saved", () => {
  test("brings its type, description, tags and settings, and stays as it is to the byte", async () => {
    expect(await create("bare", { source: SCHEDULED })).toMatchObject({
      status: 201,
      body: {
        type: "scheduled",
        description: "Counts.",
        tags: ["a"],
        settings: { cron: "0 8 * * *" },
        source: SCHEDULED,
      },
    });
    const { body } = await acme.request<{ items: readonly { scriptName?: string }[] }>(
      "GET",
      "/api/v1/schedules",
    );
    expect(JSON.stringify(body.items)).toContain('"bare"');
  });

  test("counts less than what is named beside it, setting by setting, and then says the same", async () => {
    const { body } = await create("named", {
      type: "scheduled",
      source: SCHEDULED,
      description: "Named.",
      settings: { timezone: "Europe/Paris" },
    });
    expect(body).toMatchObject({
      description: "Named.",
      tags: ["a"],
      settings: { cron: "0 8 * * *", timezone: "Europe/Paris" },
    });
    expect(body.source).toBe(`export const config = {
  type: "scheduled",
  description: "Named.",
  tags: ["a"],
  cron: "0 8 * * *",
  timezone: "Europe/Paris",
};

${BODY}`);
    const wrong = await create<Problem>("wrong", { source: SCHEDULED, settings: { timezone: "Mars" } });
    expect(wrong).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
    expect(wrong.body.errors[0]?.path).toBe("settings.timezone");
  });

  test("says in its first config what was set before, and takes away later what it leaves out", async () => {
    await create("adopted", { type: "oneoff", source: BODY, description: "Mine.", tags: ["x"] });
    const first = await change("adopted", { source: `export const config = { tags: ["y"] };\n${BODY}` });
    expect(first.body).toMatchObject({ description: "Mine.", tags: ["y"] });
    expect(first.body.source).toContain('description: "Mine."');
    const second = await change("adopted", { source: `export const config = {};\n${BODY}` });
    expect(second.body).toMatchObject({ description: "", tags: [] });
  });

  test.each([
    [
      "that is computed",
      { source: SCHEDULED.replace('"Counts."', "told") },
      3,
      "config.description is computed",
    ],
    ["that is wrong", { source: SCHEDULED.replace("0 8", "99 8") }, 5, "config.cron: "],
    ["that is not known", { source: SCHEDULED.replace("cron", "corn") }, 1, "config.cron: "],
    ["of another type", { type: "http", source: SCHEDULED }, 2, 'config.type: must be "http"'],
    [
      "that is no constant",
      { type: "oneoff", source: `export let config = {};\n${BODY}` },
      1,
      "config cannot be read",
    ],
    [
      "that is nested without end",
      { type: "oneoff", source: `${BODY}export const config = { a: ${"[".repeat(200)}${"]".repeat(200)} };` },
      2,
      "nested too deep",
    ],
  ])("is refused at the line of a config %s", async (what, script, line, message) => {
    const { status, body } = await create<Problem>("refused", { status: "active", ...script });
    expect({ what, status, code: body.code }).toEqual({ what, status: 422, code: "SCRIPT_COMPILE" });
    expect(body.errors).toContainEqual(
      expect.objectContaining({ path: "source", line, message: expect.stringContaining(message) as string }),
    );
  });
});

test.each([
  ["brackets", "[".repeat(100_000)],
  ["types", "f<T>(".repeat(20_000)],
  ["templates", "`${".repeat(50_000)],
  ["marks that Postgres cannot keep", '"\\u0000\\ud800"'],
  ["a config without end", "export const config = {".repeat(10_000)],
])("a hostile source is answered, as a draft and published: %s", async (what, source) => {
  for (const status of ["draft", "active"]) {
    const hostile = { type: "oneoff", status, source: `export const config = ${source};\n${BODY}` };
    const answer = await create(`hostile-${status}-${what.length}`, hostile);
    expect({ status, answer: answer.status }).toEqual({ status, answer: status === "draft" ? 201 : 422 });
  }
});

describe("what is changed without a source", () => {
  test("is written into the config, and a version has both, so that going back brings both back", async () => {
    await create("changed", { source: SCHEDULED });
    const settings = await change("changed", { settings: { cron: "@daily" } });
    expect(settings.body).toMatchObject({ version: 2, settings: { cron: "@daily" }, source: DAILY });
    const described = await change("changed", { description: "Others." });
    expect(described.body).toMatchObject({ version: 3, source: DAILY.replace("Counts", "Others") });
    expect((await change("changed", { description: "Others." })).body.version).toBe(3);
    expect((await change("changed", { status: "paused" })).body.version).toBe(3);
    await acme.request("POST", `${SCRIPTS}/changed/publish`, { version: 1 });
    expect(await read("changed")).toMatchObject({
      version: 1,
      description: "Counts.",
      settings: { cron: "0 8 * * *" },
      source: SCHEDULED,
    });
  });

  test("puts no config into a source that has none", async () => {
    await create("plain", { type: "scheduled", source: BODY, settings: { cron: "@daily" } });
    const { body } = await change("plain", { settings: { cron: "@weekly" }, description: "Plain." });
    expect(body).toMatchObject({ version: 2, source: BODY, settings: { cron: "@weekly" } });
    expect((await change("plain", { tags: ["t"] })).body).toMatchObject({ version: 2, tags: ["t"] });
  });
});

describe("a draft", () => {
  const save = (name: string, draft: object) =>
    acme.request<ScriptBody & { revision: number }>("PUT", `${SCRIPTS}/${name}/draft`, draft);
  const publish = (name: string) =>
    acme.request<Problem>("POST", `${SCRIPTS}/${name}/publish`, { draft: true });

  test("takes the settings of its source at once, and the rest when it is published", async () => {
    await create("written", { source: SCHEDULED });
    const source = `export const config = { cron: "@daily", description: "New." };\n${BODY}`;
    expect((await save("written", { source })).body).toMatchObject({ source, settings: { cron: "@daily" } });
    expect((await read("written")).description).toBe("Counts.");
    const other = await save("written", { source, settings: { cron: "@weekly" } });
    expect(other.body.source).toContain('cron: "@weekly",\n  description: "New.",\n};');
    expect((await publish("written")).status).toBe(200);
    expect(await read("written")).toMatchObject({
      description: "New.",
      tags: [],
      settings: { cron: "@weekly" },
      source: `export const config = {\n  cron: "@weekly",\n  description: "New.",\n  type: "scheduled",\n};\n${BODY}`,
    });
  });

  test("that is made active takes the rest as well", async () => {
    await create("activated", { type: "oneoff", status: "draft", source: BODY, tags: ["kept"] });
    await save("activated", { source: `export const config = { description: "Says." };\n${BODY}` });
    const { body } = await change("activated", { status: "active" });
    expect(body).toMatchObject({ version: 1, description: "Says.", tags: ["kept"] });
    expect(body.source).toContain('tags: ["kept"]');
  });

  test("is saved with a config that is wrong, whose settings do not count, and not published", async () => {
    await create("broken", { source: SCHEDULED });
    for (const cron of ['"never"', "often()", "["]) {
      const source = SCHEDULED.replace('"0 8 * * *"', cron);
      expect((await save("broken", { source })).body).toMatchObject({
        source,
        settings: { cron: "0 8 * * *" },
      });
      expect(await publish("broken")).toMatchObject({ status: 422, body: { code: "SCRIPT_COMPILE" } });
    }
    expect(await read("broken")).toMatchObject({ version: 1, source: SCHEDULED });
  });

  test("is saved with settings beyond the plan in its config, and not published", async () => {
    const small = await skerry.createTenant("small");
    const limits = { memoryMb: { max: 64 } };
    expect((await skerry.operator.request("PATCH", "/api/v1/tenants/small", { limits })).status).toBe(200);
    await small.request("POST", SCRIPTS, { name: "greedy", source: SCHEDULED });
    const source = SCHEDULED.replace("// early", "limits: { memoryMb: 65 },");
    const saved = await small.request("PUT", `${SCRIPTS}/greedy/draft`, { source });
    expect(saved.body).toMatchObject({ source, settings: { cron: "0 8 * * *" } });
    const { status, body } = await small.request("POST", `${SCRIPTS}/greedy/publish`, { draft: true });
    expect({ status, path: body.errors[0]?.path }).toEqual({ status: 422, path: "settings.limits.memoryMb" });
  });
});

describe("a whole tenant", () => {
  test("is pushed with what its sources say, pulled and pushed again without a difference", async () => {
    const client = await skerry.createTenant("git");
    const script = { name: "tick", type: "scheduled", language: "ts", source: SCHEDULED };
    const pushed = await client.request("POST", "/api/v1/push", {
      scripts: [{ ...script, baseRevision: null }],
    });
    expect(pushed.status).toBe(200);
    const pulled = await client.request<{ scripts: readonly { revision: string }[] }>("GET", "/api/v1/pull");
    const [tick] = pulled.body.scripts;
    expect(tick).toMatchObject({
      description: "Counts.",
      tags: ["a"],
      content: { source: SCHEDULED, settings: { cron: "0 8 * * *" } },
    });
    const again = { ...script, baseRevision: tick?.revision };
    expect(await client.request("POST", "/api/v1/push", { scripts: [again] })).toMatchObject({
      body: { scripts: [{ change: "unchanged", version: 1 }] },
    });
    const wrong = { ...again, source: SCHEDULED.replace("0 8", "99 8") };
    expect(await client.request("POST", "/api/v1/push", { scripts: [wrong] })).toMatchObject({
      status: 422,
      body: { code: "SCRIPT_COMPILE", errors: [{ path: "scripts[0].source", line: 5 }] },
    });
  });

  test("is exported and imported as it is, and a document may leave to its sources what they say", async () => {
    const [from, to] = [await skerry.createTenant("from"), await skerry.createTenant("to")];
    await from.request("POST", SCRIPTS, { name: "tick", source: SCHEDULED });
    await from.request("PATCH", `${SCRIPTS}/tick`, { settings: { cron: "@daily" } });
    const { body: document } = await from.request("GET", "/api/v1/export?history=true");
    expect((await to.request("POST", "/api/v1/import", { document })).status).toBe(200);
    expect((await to.request<ScriptBody>("GET", `${SCRIPTS}/tick`)).body).toMatchObject({ source: DAILY });
    expect(await to.request("POST", "/api/v1/import", { document })).toMatchObject({
      body: { unchanged: ["tick"] },
    });
    const facts = { type: "scheduled", status: "active", description: "D", tags: [], published: true };
    const bare = { name: "bare", ...facts, language: "ts", source: SCHEDULED };
    const imported = await to.request("POST", "/api/v1/import", {
      document: { format: 1, scripts: [bare] },
    });
    expect(imported.status).toBe(200);
    const { body } = await to.request<ScriptBody>("GET", `${SCRIPTS}/bare`);
    expect(body).toMatchObject({ description: "D", settings: { cron: "0 8 * * *" } });
    expect(body.source).toContain('description: "D"');
  });
});
