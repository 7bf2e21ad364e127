import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../../test/platform.ts";
import { cutExcerpt, findPlace } from "./source-excerpt.ts";
import { listFilter, toQuery } from "./list-query.ts";

const SOURCE = `function read(gauge: string): never {
  throw new TypeError(\`<b>\${gauge}</b> is silent\`);
}

export default async function (input, ctx) {
  await ctx.cache.set("asked-for", "between us");
  read(input.gauge);
}
`;

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let failed: string;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  await acme.request("POST", "/api/v1/scripts", { name: "read-gauge", type: "oneoff", source: SOURCE });
  failed = await run({ gauge: "north" });
});
afterAll(() => skerry[Symbol.asyncDispose]());

const run = async (input: unknown): Promise<string> =>
  (await acme.request("POST", "/api/v1/scripts/read-gauge/execute", { input })).body.id;

/** A page as text; with a form, what that is answered with. */
async function ask(path: string, form?: Record<string, string>, key = acme.key) {
  const answer = await fetch(`${skerry.url}/t/acme${path}`, {
    headers: { authorization: `Bearer ${key}` },
    redirect: "manual",
    ...(form && { method: "POST", body: new URLSearchParams(form) }),
  });
  return { status: answer.status, location: answer.headers.get("location"), text: await answer.text() };
}

describe("the page of an execution", () => {
  test("shows the error at the author's line, and calls without what was said", async () => {
    const { status, text } = await ask(`/executions/${failed}`);
    expect(status).toBe(200);
    expect(text).toContain("TypeError: &lt;b&gt;north&lt;/b&gt; is silent");
    expect(text).toMatch(
      /class="marked"><span class="line-number">2<\/span><code><mark> {2}throw new TypeError/,
    );
    expect(text).toContain("/t/acme/scripts/read-gauge");
    expect(text).toContain("cache.set");
    const [timeline = ""] = /<ol class="waterfall".*?<\/ol>/s.exec(text) ?? [];
    expect(timeline).toContain("cache.set");
    expect(timeline).not.toMatch(/asked-for|between us/);
    expect(text).not.toContain("every 2s");
  });

  test("is of the tenant alone, and only of what there is", async () => {
    const globex = await skerry.createTenant("globex");
    expect((await ask(`/executions/${failed}`, undefined, globex.key)).status).toBe(404);
    for (const id of ["nothing", "01a20485-0000-7000-8000-000000000000", "..%2F..%2Fkeys"]) {
      expect((await ask(`/executions/${id}`)).status).toBe(404);
    }
  });

  test("shows what may be seen, without the script to somebody who may not see scripts", async () => {
    const scopes = ["executions.read"];
    const { body } = await acme.request("POST", "/api/v1/api-keys", { name: "watcher", scopes });
    const { status, text } = await ask(`/executions/${failed}`, undefined, body.key);
    expect(status).toBe(200);
    expect(text).toContain("is silent");
    expect(text).not.toMatch(/throw new TypeError|\/replay"|\/cancel"/);
    expect((await ask(`/executions/${failed}/replay`, undefined, body.key)).status).toBe(403);
    const list = await ask("/executions", undefined, body.key);
    expect(list.text).toContain("read-gauge");
    expect(list.text).not.toMatch(/name="ids"|executions\/batch/);
  });
});

describe("the list of executions", () => {
  test("keeps its filters in the address, and names an unknown script as one without executions", async () => {
    const { text } = await ask("/executions?script=read-gauge&status=failed&range=hour");
    expect(text).toMatch(/<option value="failed" selected/);
    expect(text).toContain(failed);
    expect((await ask("/executions?status=completed")).text).not.toContain(failed);
    const linked = await ask("/executions?requestId=nothing-but-this");
    expect(linked.text).toMatch(/type="checkbox" name="requestId" value="nothing-but-this" checked/);
    expect(await ask("/executions?script=read-ga")).toMatchObject({
      status: 200,
      text: expect.stringContaining("No executions match"),
    });
  });

  test.each(["status=odd", "attempt=0", "range=custom&from=2026-13-45T99:99", "parent=1", "cursor=zzz"])(
    "refuses %s",
    async (query) => {
      expect((await ask(`/executions?${query}`)).status).toBe(422);
    },
  );

  test("of a script is the same one", async () => {
    const answer = await ask("/scripts/read-gauge/executions");
    expect(answer).toMatchObject({ status: 303, location: "/t/acme/executions?script=read-gauge" });
  });

  test("understands times as moments in UTC", () => {
    const filter = listFilter.parse({ range: "custom", from: "2026-03-29T02:30", to: "" });
    expect(toQuery(filter)).toMatchObject({ from: new Date("2026-03-29T02:30:00Z"), to: undefined });
    const { from } = toQuery(listFilter.parse({ range: "hour", from: "2026-03-29T02:30" }));
    expect(Date.now() - (from?.getTime() ?? 0)).toBeLessThan(2 * 60 * 60_000);
  });
});

describe("a replay by its form", () => {
  test("runs with the edited input and names what it repeats", async () => {
    const form = { input: '{ "gauge": "south" }', version: "1" };
    const { status, location } = await ask(`/executions/${failed}/replay`, form);
    expect(status).toBe(303);
    const id = location?.split("/").at(-1) ?? "";
    const { body } = await acme.request<object>("GET", `/api/v1/executions/${id}`);
    expect(body).toMatchObject({
      replayOf: failed,
      input: { gauge: "south" },
      trigger: "manual",
      version: 1,
    });
  });

  test.each([
    [{ input: "{ gauge }", version: "1" }, /id="input-error"/],
    [{ input: "1", version: "99" }, /has no version 99/],
    [{ input: "1", version: "draft" }, /draft/],
  ])("keeps what was typed and says what is wrong with %j", async (form, message) => {
    const { status, text } = await ask(`/executions/${failed}/replay`, form);
    expect(status).toBe(form.version === "1" ? 422 : 404);
    if (status === 422) expect(text).toContain(form.input);
    expect(text).toMatch(message);
  });

  test("needs the fields of the form", async () => {
    expect((await ask(`/executions/${failed}/replay`, { version: "x" })).status).toBe(422);
  });
});

describe("many at once", () => {
  test("are counted before, taken as they were counted, and told of", async () => {
    const question = await ask(`/executions/batch?action=replay&ids=${failed}`);
    expect(question.text).toContain("Replay 1 execution?");
    const selection = JSON.stringify({ ids: [failed] });
    const begun = await ask("/executions/batch", { action: "replay", selection });
    expect(begun).toMatchObject({
      status: 303,
      location: expect.stringMatching(/\/executions\/batches\/[0-9a-f-]+$/),
    });
    const progress = await ask((begun.location ?? "").replace("/t/acme", ""));
    expect(progress.text).toMatch(/[01] of 1 execution queued/);
    expect((await ask("/executions/batch?action=cancel&status=failed")).text).toContain("Nothing to do");
  });

  test.each([
    { action: "delete", selection: "{}" },
    { action: "replay", selection: "{" },
    { action: "replay", selection: "[]" },
    { action: "replay", selection: '{"tenantId":"globex"}' },
    { action: "replay", selection: '{"ids":["1"]}' },
    { action: "replay" },
  ])("are refused as %j", async (form) => {
    expect((await ask("/executions/batch", form as Record<string, string>)).status).toBe(422);
  });
});

describe("an excerpt of a source", () => {
  test("is around the innermost frame of the script's own file", () => {
    const stack =
      "    at check (@tenant/rates:1:5)\n    at Object.read (read-gauge.ts:12:7)\n    at read-gauge.ts:30:3";
    expect(findPlace(stack)).toEqual({ line: 12, column: 7 });
    expect(findPlace("    at read-gauge.ts:30:3")).toEqual({ line: 30, column: 3 });
    expect(findPlace("    at check (@tenant/rates:1:5)")).toBeUndefined();
    expect(findPlace(undefined)).toBeUndefined();
    const source = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`).join("\n");
    const lines = cutExcerpt(source, { line: 12, column: 7 });
    expect(lines.map(({ number }) => number)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16]);
    expect(lines.filter(({ isMarked }) => isMarked)).toEqual([
      { number: 12, text: "line 12", isMarked: true },
    ]);
    expect(cutExcerpt(source, { line: 41, column: 1 })).toEqual([]);
  });
});
