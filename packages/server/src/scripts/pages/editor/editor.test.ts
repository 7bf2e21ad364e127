import { afterAll, beforeAll, expect, test } from "vitest";
import { createVisitors } from "../../../../test/browser/visitors.ts";
import type { Visitor, Visitors } from "../../../../test/browser/visitors.ts";
import { createTestPlatform } from "../../../../test/platform.ts";
import type { TestPlatform } from "../../../../test/platform.ts";

const SOURCE = "export default () => 1;\n";

let skerry: TestPlatform;
let visitors: Visitors;
beforeAll(async () => {
  skerry = await createTestPlatform();
  visitors = await createVisitors(skerry);
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function make(name: string, type = "oneoff", settings: object = {}): Promise<void> {
  const script = { name, type, source: SOURCE, settings };
  expect((await visitors.acme.request("POST", "/api/v1/scripts", script)).status).toBe(201);
}

async function draftOf(name: string) {
  const { body } = await visitors.acme.request<{ source: string; revision: number; settings: object }>(
    "GET",
    `/api/v1/scripts/${name}/draft`,
  );
  return body;
}

/** What the page has of the draft that it shows. */
async function baseOf(name: string): Promise<Record<string, string>> {
  const text = await (await visitors.ask("developer", `/t/acme/scripts/${name}`)).text();
  const fields = text.matchAll(/name="(baseVersion|draftRevision|draftSavedAt)" value="([^"]*)"/g);
  return Object.fromEntries(Array.from(fields, ([, field = "", value = ""]) => [field, value]));
}

/** What the editor's form sends as a piece of the page. */
async function send(path: string, fields: Record<string, string>, as: Visitor = "developer") {
  const answer = await visitors.ask(as, `/t/acme/scripts/${path}`, {
    method: "POST",
    headers: { "sec-fetch-site": "same-origin", "hx-request": "true" },
    body: new URLSearchParams({ baseVersion: "1", draftRevision: "0", ...fields }),
  });
  return { status: answer.status, text: await answer.text(), events: answer.headers.get("hx-trigger") };
}

test("a save counts the revision up, and one without a change does not", async () => {
  await make("counted");
  const first = await send("counted/save", { source: "// one" });
  expect(first).toMatchObject({ status: 200, events: '{"skerry:saved":{"revision":1}}' });
  expect(first.text).toContain('name="draftRevision" value="1"');
  const again = await send("counted/save", { source: "// one", ...(await baseOf("counted")) });
  expect(again.status).toBe(200);
  expect(await draftOf("counted")).toMatchObject({ source: "// one", revision: 1 });
});

test("who builds upon what is gone overwrites nothing", async () => {
  await make("contested");
  await send("contested/save", { source: "// first" });
  const second = await send("contested/save", { source: "// second" }, "admin");
  expect(second.status).toBe(409);
  expect(second.text).toContain("Somebody else saved first.");
  expect((await draftOf("contested")).source).toBe("// first");

  // Another draft comes to the same revision as the one before had.
  const base = await baseOf("contested");
  await send("contested/discard", {}, "admin");
  await send("contested/save", { source: "// third" }, "admin");
  const late = await send("contested/save", { source: "// fourth", ...base });
  expect({ status: late.status, revision: base["draftRevision"] }).toEqual({ status: 409, revision: "1" });
  expect((await draftOf("contested")).source).toBe("// third");
});

test("of saves at the same time one counts", async () => {
  await make("crowded");
  const saves = Array.from({ length: 8 }, (_, index) => send("crowded/save", { source: `// ${index}` }));
  const statuses = (await Promise.all(saves)).map(({ status }) => status);
  expect(statuses.toSorted((one, other) => one - other)).toEqual([
    200,
    ...Array.from({ length: 7 }, () => 409),
  ]);
  expect((await draftOf("crowded")).revision).toBe(1);
});

test("settings that are half typed are no reason not to save the source", async () => {
  await make("timed", "scheduled", { cron: "0 9 * * *" });
  const { status, text } = await send("timed/save", {
    source: "// typed",
    hasSettings: "1",
    "settings.cron": "0 9 *",
  });
  expect(status).toBe(200);
  expect(text).toContain("The settings cannot be saved");
  expect(await draftOf("timed")).toMatchObject({ source: "// typed", settings: { cron: "0 9 * * *" } });

  await send("timed/save", {
    source: "// typed",
    ...(await baseOf("timed")),
    hasSettings: "1",
    "settings.cron": "0 10 * * *",
  });
  expect((await draftOf("timed")).settings).toEqual({ cron: "0 10 * * *" });
});

test("of a source with a config and the form beside it counts what somebody changed", async () => {
  await make("configured", "scheduled", { cron: "0 9 * * *", timezone: "UTC" });
  const form = { hasSettings: "1", "settings.cron": "0 9 * * *", "settings.timezone": "UTC" };
  const source = `export const config = { cron: "0 8 * * *" };\n${SOURCE}`;
  const pasted = await send("configured/save", { source, ...form });
  expect(pasted.text).toContain('id="editor-settings"');
  expect(pasted.text).not.toContain("data-saved");
  expect(await draftOf("configured")).toMatchObject({ source, settings: { cron: "0 8 * * *" } });

  const sent = { source, ...(await baseOf("configured")), hasSettings: "1", "settings.cron": "0 7 * * *" };
  const typed = await send("configured/save", sent);
  expect(typed.text).toContain("data-saved");
  expect(typed.text).not.toContain('id="editor-settings"');
  const { source: rewritten } = await draftOf("configured");
  expect(rewritten).toBe(`export const config = {\n  cron: "0 7 * * *",\n};\n${SOURCE}`);

  const published = await send("configured/publish", {
    ...sent,
    ...(await baseOf("configured")),
    source: rewritten,
  });
  expect(published.text).toContain("data-saved");
  expect((await visitors.acme.request("GET", "/api/v1/scripts/configured")).body).toMatchObject({
    settings: { cron: "0 7 * * *" },
    source: expect.stringContaining('type: "scheduled"') as string,
  });
});

test("a new script takes what its source says, unless somebody changed what the template set", async () => {
  const source = `export const config = { path: "/said", methods: ["POST"] };\n${SOURCE}`;
  const fields = { type: "http", language: "ts", source, do: "draft" };
  const sent = { kept: { "settings.methods": "GET" }, changed: { "settings.methods": "PUT" } };
  for (const [name, settings] of Object.entries(sent)) {
    await send("new", { ...fields, name: `new-${name}`, ...settings });
  }
  expect((await draftOf("new-kept")).settings).toEqual({ path: "/said", methods: ["POST"] });
  expect((await draftOf("new-changed")).settings).toEqual({ path: "/said", methods: ["PUT"] });
});

test("a merge takes mine, theirs, or what was made of both", async () => {
  await make("merged");
  await send("merged/save", { source: "// theirs" }, "admin");
  const shown = await send("merged/merge", { source: "// mine" });
  expect(shown.text).toContain('name="draftRevision" value="1"');
  const base = {
    ...(await baseOf("merged")),
    language: "ts",
    mineSettings: "{}",
    theirSettings: "{}",
    mine: "// mine",
  };
  await send("merged/merge/save", { ...base, source: "// both", take: "theirs" });
  expect((await draftOf("merged")).source).toBe("// theirs");
  await send("merged/merge/save", { ...base, source: "// both", take: "merged" });
  expect((await draftOf("merged")).source).toBe("// both");
  const late = await send("merged/merge/save", { ...base, source: "// late", take: "mine" }, "admin");
  expect(late.text).toContain("Somebody else saved first.");
  expect((await draftOf("merged")).source).toBe("// both");
});

test("an execution is shown at its own script alone", async () => {
  await make("one");
  await make("other");
  const { body } = await visitors.acme.request("POST", "/api/v1/scripts/one/execute", {});
  const ask = async (script: string) =>
    (
      await visitors.ask("viewer", `/t/acme/scripts/${script}/runs/${body.id}`, {
        headers: { "hx-request": "true" },
      })
    ).status;
  expect(await ask("one")).toBe(200);
  expect(await ask("other")).toBe(404);
});

test("the declarations of ctx are sent again when they have changed", async () => {
  const ask = (headers: Record<string, string> = {}) =>
    visitors.ask("viewer", "/t/acme/declarations.d.ts", { headers });
  const first = await ask();
  expect(await first.text()).toContain("interface Context");
  const etag = first.headers.get("etag") ?? "";
  expect((await ask({ "if-none-match": etag })).status).toBe(304);
  await make("tides", "library");
  const changed = await ask({ "if-none-match": etag });
  expect({ status: changed.status, text: await changed.text() }).toMatchObject({
    status: 200,
    text: expect.stringContaining("@tenant/tides") as string,
  });
});
