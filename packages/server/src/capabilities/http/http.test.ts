import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestPlatform } from "../../../test/platform.ts";
import type { CreatedTenantBody, TestClient, TestPlatform } from "../../../test/platform.ts";
import { serveHttp, watchConnects } from "../../../test/http/servers.ts";
import type { LocalServer } from "../../../test/http/servers.ts";
import { MAX_REQUEST_BYTES } from "../../guest/http-exchange.ts";
import { DEFAULT_HTTP_LIMITS } from "./sender.ts";

interface Run {
  readonly id: string;
  readonly status: string;
  readonly output: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** What the server got. */
interface Echo {
  readonly method: string;
  readonly headers: Record<string, string>;
  /** In base64. */
  readonly body: string;
}

const SECRET = "sk_live_hunter2";

let server: LocalServer;
let skerry: TestPlatform;
let tenant: TestClient;
let url = "";

beforeAll(async () => {
  server = await serveHttp(async (request, response) => {
    const body = await buffer(request);
    if (request.url === "/bytes") {
      response.setHeader("set-cookie", "session=1");
      response.end(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
    } else {
      const { method, headers } = request;
      response.end(JSON.stringify({ method, headers, body: body.toString("base64") }));
    }
  });
  url = `http://one.test:${server.port}/`;
  skerry = await createTestPlatform({
    plans: {
      default: { http: { deny: ["*.evil.example"] } },
      "inject-only": { capabilities: ["http"] },
      picky: { http: { allow: ["api.example.com"], deny: ["one.test"] } },
    },
    egress: {
      allow: () => [{ host: "one.test", port: server.port }],
      lookup: async (name) => (name === "one.test" ? ["127.0.0.1"] : []),
    },
  });
  tenant = await skerry.createTenant("acme");
  await tenant.request("PUT", "/api/v1/secrets/STRIPE", { value: SECRET });
});

afterAll(async () => {
  await skerry[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

let scripts = 0;

/** Runs statements with `url` and `ctx`. */
async function run(statements: string, client: TestClient = tenant, settings = {}): Promise<Run> {
  const name = `script-${(scripts += 1)}`;
  const source = `export default async function (url, ctx) {\n${statements}\n}`;
  const script = await client.request("POST", "/api/v1/scripts", { name, type: "oneoff", source, settings });
  if (script.status !== 201) throw new Error(script.text);
  return (await client.request<Run>("POST", `/api/v1/scripts/${name}/execute`, { input: url })).body;
}

async function createTenant(id: string): Promise<TestClient> {
  const tenants = "/api/v1/tenants";
  const { body } = await skerry.operator.request<CreatedTenantBody>("POST", tenants, {
    id,
    name: id,
    plan: id,
  });
  return skerry.client(body.apiKey);
}

/** Statements that give the code or name of what an action throws. */
const CATCH = `const failure = async (action) => {
  try { await action(); return "nothing"; } catch (error) { return error.code ?? error.name; }
};`;

test("forms with files, and bytes both ways, cross unchanged", async () => {
  const { output, error } = await run(`
    const file = new File([Uint8Array.of(0, 255, 13, 10)], 'a"b.bin', { type: "image/png" });
    const upload = await ctx.http.post(url, { multipart: { note: "ü", file, list: [1, 2], none: null } });
    const form = new FormData();
    form.append("file", file);
    const fetched = await fetch(url, { method: "POST", body: form });
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const put = await ctx.http.put(url, { body: new Blob([bytes], { type: "x/y" }) });
    const got = await ctx.http.get(url + "bytes");
    const again = await fetch(url + "bytes");
    const read = [];
    for await (const chunk of again.body) read.push(...chunk);
    return { upload: upload.json(), fetched: await fetched.json(), put: put.json(), got: [...got.bytes()], read };
  `);
  expect(error).toBeNull();
  const { upload, fetched, put, got, read } = output as Record<string, Echo> & {
    got: number[];
    read: number[];
  };
  const form = await readForm(upload);
  expect([...form.keys()]).toEqual(["note", "file", "list", "list"]);
  expect(form.get("note")).toBe("ü");
  for (const file of [form.get("file"), (await readForm(fetched)).get("file")] as File[]) {
    expect([file.name, file.type, ...(await file.bytes())]).toEqual(['a"b.bin', "image/png", 0, 255, 13, 10]);
  }
  const everyByte = Array.from({ length: 256 }, (_, byte) => byte);
  expect([...Buffer.from(put?.body ?? "", "base64")]).toEqual(everyByte);
  expect(put?.headers["content-type"]).toBe("x/y");
  expect(got).toEqual(everyByte);
  expect(read).toEqual(everyByte);
});

async function readForm(echo: Echo | undefined): Promise<FormData> {
  const headers = { "content-type": echo?.headers["content-type"] ?? "" };
  return await new Response(Buffer.from(echo?.body ?? "", "base64"), { headers }).formData();
}

test("a body that comes in parts is sent whole, and stopped where it is too large", async () => {
  expect(MAX_REQUEST_BYTES).toBe(DEFAULT_HTTP_LIMITS.requestBytes);
  const before = server.connections();
  const { output } = await run(`${CATCH}
    const parts = async function* () { yield "one,"; yield new TextEncoder().encode("two"); };
    const reply = await ctx.http.post(url, { body: parts() });
    let ended = 0;
    const endless = async function* () {
      try { for (;;) yield new Uint8Array(1024 * 1024); } finally { ended += 1; }
    };
    const codes = [
      await failure(() => ctx.http.post(url, { body: endless() })),
      await failure(() => fetch(url, { method: "POST", body: endless() })),
      await failure(() => ctx.http.post(url, { body: (async function* () { yield 5; })() })),
    ];
    return { body: atob(reply.json().body), codes, ended };`);
  expect(output).toEqual({
    body: "one,two",
    codes: ["HTTP_BODY_LIMIT", "HTTP_BODY_LIMIT", "TypeError"],
    ended: 2,
  });
  expect(server.connections()).toBeLessThanOrEqual(before + 1);
});

test("a script uses a secret that it never holds", async () => {
  const { id, output, error } = await run(`${CATCH}
    const { secret } = ctx.http;
    const key = secret("STRIPE");
    const told = [
      await failure(() => \`\${key}\`),
      await failure(() => JSON.stringify({ key })),
      await failure(() => new Headers({ authorization: key })),
      await failure(() => fetch(url, { headers: { authorization: key } })),
      await failure(() => ctx.http.post(url, { json: { key } })),
      await failure(() => ctx.http.post(url, { form: { key } })),
      await failure(() => ctx.http.get(url, { query: { key } })),
      await failure(() => ctx.http.get(key)),
    ];
    const parts = [Object.getOwnPropertyNames(key), Object.keys(key), structuredCloneOf(key)];
    function structuredCloneOf(value) { try { return JSON.stringify(Object.entries(structuredClone(value))); } catch (error) { return "refused"; } }
    const bearer = (await ctx.http.get(url, { auth: key })).json().headers.authorization;
    const basic = (await ctx.http.get(url, { auth: { username: "me", password: key } })).json().headers.authorization;
    const own = (await ctx.http.get(url, { headers: { "x-key": key, "x-other": "1" } })).json().headers;
    const pairs = (await ctx.http.get(url, { headers: [["x-key", key]] })).json().headers;
    ctx.log.info("the server told", bearer);
    return { told, parts, lengths: [bearer, basic, own["x-key"], pairs["x-key"]].map((text) => text.length), other: own["x-other"], bearer };`);
  expect(error).toBeNull();
  const basic = Buffer.from(`me:${SECRET}`).toString("base64");
  expect(output).toEqual({
    told: Array.from({ length: 8 }, () => "TypeError"),
    parts: [[], [], expect.stringMatching(/^(\[\]|refused)$/)],
    lengths: [`Bearer ${SECRET}`.length, `Basic ${basic}`.length, SECRET.length, SECRET.length],
    other: "1",
    // The server gave it back: what is stored of it is redacted.
    bearer: "Bearer [secret STRIPE]",
  });
  const logs = await tenant.request("GET", `/api/v1/executions/${id}/logs`);
  expect(logs.text).toContain("[secret STRIPE]");
  expect(logs.text).not.toContain(SECRET);
});

test("a plan may let scripts use secrets without reading them", async () => {
  const other = await createTenant("inject-only");
  await other.request("PUT", "/api/v1/secrets/STRIPE", { value: SECRET });
  const { output } = await run(
    `${CATCH}
     const { status } = await ctx.http.get(url, { auth: ctx.http.secret("STRIPE") });
     return [status, await failure(() => ctx.secrets.get("STRIPE"))];`,
    other,
  );
  expect(output).toEqual([200, "CAPABILITY_DENIED"]);
});

test("a tenant's plan says which hosts its scripts reach", async () => {
  const statements = `${CATCH}
    return Promise.all([url, "https://api.example.com/", "https://www.example.com/", "https://a.evil.example/"]
      .map((target) => failure(() => ctx.http.get(target))));`;
  expect((await run(statements)).output).toEqual([
    "nothing",
    "HTTP_DNS",
    "HTTP_DNS",
    "HTTP_DESTINATION_REFUSED",
  ]);
  const picky = await createTenant("picky");
  using connects = watchConnects();
  expect((await run(statements, picky)).output).toEqual([
    "HTTP_DESTINATION_REFUSED",
    "HTTP_DNS",
    "HTTP_DESTINATION_REFUSED",
    "HTTP_DESTINATION_REFUSED",
  ]);
  expect(connects.count()).toBe(0);
});

test("a tenant may have lists of its own, and its plan's again", async () => {
  const own = await skerry.createTenant("own");
  const statements = `${CATCH}
    return Promise.all(["https://api.example.com/", "https://a.evil.example/"].map((target) => failure(() => ctx.http.get(target))));`;
  const changes = [
    [{ allow: ["a.evil.example"] }, ["HTTP_DESTINATION_REFUSED", "HTTP_DESTINATION_REFUSED"]],
    [{ allow: ["a.evil.example"], deny: [] }, ["HTTP_DESTINATION_REFUSED", "HTTP_DNS"]],
    [null, ["HTTP_DNS", "HTTP_DESTINATION_REFUSED"]],
  ] as const;
  for (const [http, codes] of changes) {
    const changed = await skerry.operator.request<{ http: unknown }>("PATCH", "/api/v1/tenants/own", {
      http,
    });
    expect(changed.body.http).toEqual(http);
    await vi.waitFor(async () => expect((await run(statements, own)).output).toEqual(codes), 20_000);
  }
  const wrong = await skerry.operator.request("PATCH", "/api/v1/tenants/own", { http: { allow: ["*"] } });
  expect(wrong.status).toBe(422);
});

test("each try counts as an outbound call", async () => {
  const used = async () => (await skerry.quotas.remaining("acme")).outboundCallsPerMonth.used;
  const before = await used();
  const retry = "{ attempts: 3, backoffMs: 0 }";
  await run(`await ctx.http.get("https://nowhere.example.com/", { retry: ${retry} }).catch(() => {});`);
  expect((await used()) - before).toBe(3);
});

test("whatever a script gives, it gets a code or a TypeError, and the host goes on", async () => {
  const { output, error } = await run(
    `${CATCH}
    const cyclic = {}; cyclic.self = cyclic;
    const proto = JSON.parse('{"__proto__": {"method": "POST"}, "constructor": 1}');
    const bad = [undefined, null, 5, Symbol("a"), () => 1, [], {}, cyclic, proto, "x".repeat(10_000), NaN, 10n, new Proxy({}, {})];
    const found = new Set();
    const collect = async (action) => found.add(await failure(action));
    for (const value of bad) {
      await collect(() => ctx.http.request(value));
      await collect(() => fetch(value));
      for (const name of ["method", "query", "headers", "auth", "json", "form", "multipart", "body", "timeoutMs", "retry", "redirect"]) {
        await collect(() => ctx.http.request("http://nowhere.example.com/", { [name]: value }));
      }
      await collect(() => ctx.http.get("http://nowhere.example.com/", { auth: { username: value, password: value } }));
      await collect(() => ctx.http.get("http://nowhere.example.com/", { headers: { "x-a": value, [String(bad.indexOf(value))]: ctx.http.secret("A") } }));
    }
    return [...found].sort();`,
    tenant,
    { limits: { cpuMs: 10_000, wallMs: 60_000 } },
  );
  expect(error).toBeNull();
  const codes = output as string[];
  expect(
    codes.filter(
      (code) =>
        !/^(HTTP_[A-Z_]+|CAPABILITY_INPUT_[A-Z]+|SECRET_NOT_FOUND|TypeError|RangeError|GUEST_[A-Z_]+)$/.test(
          code,
        ),
    ),
  ).toEqual([]);
  expect((await run("return (await ctx.http.get(url)).status;")).output).toBe(200);
});
