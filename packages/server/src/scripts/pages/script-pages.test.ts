import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../../test/platform.ts";
import { createVisitors, TENANT } from "../../../test/browser/visitors.ts";
import type { Visitor, Visitors } from "../../../test/browser/visitors.ts";
import { SESSION_COOKIE } from "../../auth/sessions/cookie.ts";
import { DEMO_SCRIPTS } from "../../main/demo-scripts.ts";

let skerry: TestPlatform;
let visitors: Visitors;
let acme: TestClient;

const SOURCE = "export default () => 1;\n";

beforeAll(async () => {
  skerry = await createTestPlatform();
  visitors = await createVisitors(skerry);
  ({ acme } = visitors);
});
afterAll(() => skerry[Symbol.asyncDispose]());

interface Shown {
  readonly status: number;
  readonly location: string | null;
  readonly html: string;
  /** What people read, spaces joined. */
  readonly text: string;
  readonly headers: Headers;
}

async function ask(visitor: Visitor, path: string, init: RequestInit = {}, tenant = TENANT): Promise<Shown> {
  const answer = await visitors.ask(visitor, `/t/${tenant}${path}`, init);
  const html = await answer.text();
  const text = html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  return {
    status: answer.status,
    location: answer.headers.get("location"),
    html,
    text,
    headers: answer.headers,
  };
}

const get = (path: string, visitor: Visitor = "developer") => ask(visitor, path);

function post(
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
  visitor: Visitor = "developer",
) {
  return ask(visitor, path, {
    method: "POST",
    headers: { "sec-fetch-site": "same-origin", ...headers },
    body: new URLSearchParams(fields),
  });
}

async function make(name: string, script: object = {}): Promise<string> {
  const answer = await acme.request("POST", "/api/v1/scripts", {
    name,
    type: "oneoff",
    source: SOURCE,
    ...script,
  });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body.id;
}

function rowOf(html: string, id: string): string {
  return new RegExp(`<tr id="script-${id}">.*?</tr>`, "s").exec(html)?.[0] ?? "";
}

describe("the list", () => {
  test("tells what starts a script, how it did last, and lets it be paused", async () => {
    const id = await make("tell-time", {
      type: "scheduled",
      settings: { cron: "0 9 * * 1-5", timezone: "Europe/Paris" },
    });
    await acme.request("POST", "/api/v1/scripts/tell-time/execute", { trigger: "manual" });
    const row = rowOf((await get("/scripts?search=tell-")).html, id);
    expect(row).toContain("At 09:00, Monday through Friday (Europe/Paris)");
    expect(row).toContain("Completed");
    expect(row).toMatch(/aria-label="1 execution, 0 of them not completed".*<rect class="good"/s);

    const fragment = await post("/scripts/tell-time/pause", { list: "yes" }, { "hx-request": "true" });
    expect(fragment).toMatchObject({
      status: 200,
      html: expect.stringMatching(/^<tr id="script-.*aria-checked="false"/s),
    });
    expect(fragment.headers.get("hx-trigger")).toContain("tell-time: Paused");
    // Without scripts of the page the list comes back.
    const form = await post("/scripts/tell-time/resume", { list: "yes" });
    expect(form).toMatchObject({ status: 303, location: `/t/${TENANT}/scripts` });

    const seen = rowOf((await get("/scripts", "viewer")).html, id);
    expect(seen).toContain("Active");
    expect(seen).not.toContain("<form");
  });

  test("is in pages, of which each address says all", async () => {
    for (const number of [1, 2, 3]) await make(`page-${number}`, { tags: ["paged"] });
    const first = await get("/scripts?limit=2&tag=paged&type=&status=&search=");
    expect(first.html).toContain("page-3");
    expect(first.html).not.toContain("page-1");
    const next = /href="([^"]*cursor=[^"]*)"/.exec(first.html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const second = await visitors.ask("developer", next);
    expect(await second.text()).toContain("page-1");
    expect((await get("/scripts?cursor=bm9uZQ")).status).toBe(422);
    expect((await get("/scripts?tag=paged&search=none")).text).toContain("No script fits");
  });

  test("leads to a script with the name of another page by its id", async () => {
    const id = await make("new");
    const { html } = await get("/scripts?search=new");
    expect(rowOf(html, id)).toContain(`href="/t/${TENANT}/scripts/${id}"`);
  });

  test("is where a tenant's pages begin", async () => {
    expect(await get("")).toMatchObject({ status: 303, location: `/t/${TENANT}/scripts` });
  });
});

describe("a new script", () => {
  const fields = { type: "http", language: "js", source: SOURCE, do: "publish" };

  test("is refused beside its fields, and nothing is made", async () => {
    const bad = await post("/scripts/new", { ...fields, name: "web", "settings.path": "no slash" });
    expect(bad.status).toBe(422);
    expect(bad.html).toMatch(/id="settings.path-error">[^<]*must begin with \//);
    expect(bad.html).toContain('value="no slash"');
    const unnamed = await post("/scripts/new", { ...fields, name: "a b" });
    expect(unnamed).toMatchObject({ status: 422, html: expect.stringContaining('id="name-error"') });
    const broken = await post("/scripts/new", { ...fields, name: "web", source: "export default (" });
    expect(broken).toMatchObject({
      status: 422,
      html: expect.stringMatching(/id="source-error">[^<]*Unexpected/),
    });
    await make("taken");
    const taken = await post("/scripts/new", { ...fields, name: "taken" });
    expect(taken).toMatchObject({ status: 422, text: expect.stringContaining("taken") });
    expect((await get("/scripts/web/manage")).status).toBe(404);
  });

  test("is published, or is a draft whose source need not compile", async () => {
    const published = await post("/scripts/new", { ...fields, name: "answer", "settings.methods": "GET" });
    expect(published).toMatchObject({ status: 303, location: `/t/${TENANT}/scripts/answer` });
    expect((await skerry.client().request("GET", `/run/${TENANT}/answer`)).text).toBe("1");
    await post("/scripts/new", { ...fields, name: "later", source: "export default (", do: "draft" });
    expect((await acme.request("GET", "/api/v1/scripts/later")).body).toMatchObject({ status: "draft" });
  });

  test.each(["scheduled", "http", "event", "oneoff", "embedded", "library"])(
    "of the type %s begins with a template that compiles, in both languages",
    async (type) => {
      for (const language of ["js", "ts"]) {
        const { html } = await get(`/scripts/new?type=${type}&language=${language}`);
        const decode = (text = "") =>
          text
            .replaceAll("&quot;", '"')
            .replaceAll("&#39;", "'")
            .replaceAll("&lt;", "<")
            .replaceAll("&gt;", ">")
            .replaceAll("&amp;", "&");
        const source = decode(/<textarea id="source"[^>]*>\n(.*?)<\/textarea>/s.exec(html)?.[1]);
        const trigger =
          { scheduled: { "settings.cron": "@daily" }, event: { "settings.events": "a.b" } }[type] ?? {};
        const made = await post("/scripts/new", {
          type,
          language,
          source,
          name: `${type}-${language}`,
          do: "publish",
          ...trigger,
        });
        expect(made).toMatchObject({ status: 303 });
      }
    },
  );

  test("cannot be made by viewers, who are not offered it", async () => {
    expect((await get("/scripts", "viewer")).html).not.toContain("/scripts/new");
    expect((await post("/scripts/new", { ...fields, name: "viewed" }, {}, "viewer")).status).toBe(403);
  });
});

describe("what settings mean, while they are typed", () => {
  const preview = async (query: Record<string, string>) =>
    (await get(`/trigger-preview?${new URLSearchParams(query).toString()}`, "viewer")).text;

  test("a cron pattern in words with its next five runs", async () => {
    const text = await preview({
      type: "scheduled",
      "settings.cron": "30 6 * * *",
      "settings.timezone": "Asia/Tashkent",
    });
    expect(text).toContain("At 06:30 (Asia/Tashkent)");
    expect(text.match(/06:30/g)).toHaveLength(6);
    expect(await preview({ type: "scheduled", "settings.cron": "61 * * * *" })).toContain(
      "minute &quot;61&quot;",
    );
    expect(
      await preview({ type: "scheduled", "settings.cron": "* * * * *", "settings.timezone": "Mars" }),
    ).toContain("IANA");
  });

  test("an address and a command for a shell", async () => {
    const query = {
      type: "http",
      name: "orders",
      "settings.methods": "POST",
      "settings.auth.type": "apiKey",
    };
    const text = await preview(query);
    expect(text).toContain(`${skerry.url}/run/${TENANT}/orders`);
    expect(text).toContain(`curl -X POST &#39;${skerry.url}/run/${TENANT}/orders&#39;`);
    expect(text).toContain("-H &quot;authorization: Bearer $API_KEY&quot;");
    // What ends the quotation is quoted itself.
    expect(await preview({ ...query, name: "'; reboot" })).toContain(
      String.raw`/run/acme/&#39;\&#39;&#39;; reboot&#39;`,
    );
  });

  test("the recent events that fit", async () => {
    await acme.request("POST", "/api/v1/events", [
      { type: "berth.taken" },
      { type: "berth.taken" },
      { type: "ship.gone" },
    ]);
    const text = await preview({ type: "event", "settings.events": "berth.*" });
    expect(text).toMatch(/berth\.taken\s+× 2/);
    expect(text).not.toContain("ship.gone");
  });
});

describe("versions", () => {
  test("are compared, and rolled back with a note in the audit log", async () => {
    await make("tide", { source: "export default () => 1;\n" });
    const change = {
      source: "export default () => 2;\n",
      settings: { limits: { cpuMs: 99 } },
      note: "Doubled.",
    };
    await acme.request("PATCH", "/api/v1/scripts/tide", change);
    const list = await get("/scripts/tide/versions");
    expect(list.text).toMatch(/Version 2 Active Doubled\./);
    const diff = await get("/scripts/tide/versions/diff?from=1&to=2");
    expect(diff.html).toMatch(/<del>[^/]*<mark>1[^/]*<\/mark>.*<ins>[^/]*<mark>2/s);
    expect(diff.text).toMatch(/limits\.cpuMs\s+99/);
    expect((await get("/scripts/tide/versions/diff?from=1&to=9")).status).toBe(404);
    expect((await get("/scripts/tide/versions/diff?from=1&to=draft")).status).toBe(404);

    const path = "/scripts/tide/versions/1/publish";
    expect((await post(path, { note: "Too much." }, {}, "viewer")).status).toBe(403);
    expect(await post(path, { note: "Too much." })).toMatchObject({ status: 303 });
    expect((await acme.request("GET", "/api/v1/scripts/tide")).body).toMatchObject({
      activeVersion: 1,
      latestVersion: 2,
    });
    const { body } = await acme.request("GET", "/api/v1/audit?action=script.published");
    expect(body.items[0]).toMatchObject({
      action: "script.published",
      after: { activeVersion: 1, note: "Too much." },
    });
  });

  test("name their authors, users by their names", async () => {
    await post("/scripts/new", {
      type: "oneoff",
      language: "js",
      source: SOURCE,
      do: "publish",
      name: "by-dorothy",
    });
    expect((await get("/scripts/by-dorothy/versions", "viewer")).text).toMatch(/No note Dorothy/);
  });
});

describe("managing a script", () => {
  test("renames and describes it, or tells what is wrong", async () => {
    await make("old-name", { tags: ["a"] });
    const wrong = await post("/scripts/old-name/describe", { name: "new name", description: "", tags: "" });
    expect(wrong).toMatchObject({ status: 422, html: expect.stringContaining('id="name-error"') });
    const fields = { name: "fresh-name", description: "It was renamed.", tags: "b, c ,, d" };
    expect(await post("/scripts/old-name/describe", fields)).toMatchObject({
      status: 303,
      location: `/t/${TENANT}/scripts/fresh-name/manage`,
    });
    expect((await acme.request("GET", "/api/v1/scripts/fresh-name")).body).toMatchObject({
      tags: ["b", "c", "d"],
      latestVersion: 1,
    });
  });

  test("duplicates it as a draft, archives and restores it, and deletes it", async () => {
    const id = await make("first", { type: "event", settings: { events: ["a.b"] } });
    expect(await post("/scripts/first/duplicate", { name: "second" })).toMatchObject({
      location: `/t/${TENANT}/scripts/second`,
    });
    expect((await acme.request("GET", "/api/v1/scripts/second")).body).toMatchObject({
      status: "draft",
      settings: { events: ["a.b"] },
    });
    expect((await post("/scripts/first/duplicate", { name: "second" })).status).toBe(409);

    await post("/scripts/first/archive", {});
    expect((await get("/scripts?search=first")).html).not.toContain(id);
    await post("/scripts/first/restore", {});
    expect((await acme.request("GET", "/api/v1/scripts/first")).body).toMatchObject({ status: "disabled" });
    const gone = await post("/scripts/first/delete", { list: "yes" }, { "hx-request": "true" });
    expect(gone).toMatchObject({ status: 200, html: "" });
    expect((await get("/scripts/first/manage")).status).toBe(404);
  });
});

describe("the tour", () => {
  test("leads through the demo tenant's scripts until it is closed, and elsewhere where it is asked for", async () => {
    const demo = await skerry.createTenant("demo");
    // A schedule could tick off its step meanwhile.
    for (const script of DEMO_SCRIPTS) {
      const status = script.type === "scheduled" ? "draft" : "active";
      await demo.request("POST", "/api/v1/scripts", { ...script, status });
    }
    const show = (path: string, headers: Record<string, string> = {}) =>
      ask("operator", path, { headers }, "demo");
    const begun = await show("/scripts");
    expect(begun.text).toContain("0 of 5 done");
    await demo.request("POST", "/api/v1/scripts/count-seals/execute", {});
    const { text, html } = await show("/scripts");
    expect(text).toContain("1 of 5 done");
    // The next step is the one that is open.
    expect(/<details name="tour" open.*?<\/details>/s.exec(html)?.[0]).toContain(
      'href="/run/demo/ahoy?name=Ada"',
    );

    const closed = await ask(
      "operator",
      "/tour/dismiss",
      { method: "POST", headers: { "sec-fetch-site": "same-origin" } },
      "demo",
    );
    const [cookie = ""] = (closed.headers.get("set-cookie") ?? "").split(";");
    expect(cookie).toMatch(/^skerry_tour=/);
    const isShown = (page: Shown) => page.html.includes('id="tour-title"');
    // The visitor's own cookies come first.
    const dismissed = await fetch(`${skerry.url}/t/demo/scripts`, {
      headers: { cookie: `${cookie}; ${SESSION_COOKIE}=${visitors.sessionOf("operator")}` },
    });
    expect(await dismissed.text()).not.toContain('id="tour-title"');
    expect(isShown(await show("/scripts?tour=1"))).toBe(true);
    expect(isShown(await get("/scripts?tour=1"))).toBe(false);
  });
});
