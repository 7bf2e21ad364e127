import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";

let skerry: TestPlatform;
let acme: TestClient;
let visitor: TestClient;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  visitor = skerry.client();
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function publish(name: string, source: string, settings: object = {}) {
  const answer = await acme.request("POST", "/api/v1/scripts", { name, type: "http", source, settings });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body;
}

describe("an http script", () => {
  test("gets the request whole and answers with its response", async () => {
    await publish(
      "echo",
      `export default async (request: Request, ctx) => Response.json(
        { method: request.method, url: request.url, type: request.headers.get("x-type"), text: await request.text(),
          tenant: ctx.tenant.id, script: ctx.script.name, trigger: ctx.trigger },
        { status: 201, headers: { "x-answer": "42" } });`,
      { path: "/echo/:what" },
    );

    const answer = await visitor.request("POST", "/run/acme/echo/me?q=1", "grüße", { "x-type": "t" });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("x-answer")).toBe("42");
    expect(answer.body).toEqual({
      method: "POST",
      url: `${skerry.url}/run/acme/echo/me?q=1`,
      type: "t",
      text: "grüße",
      tenant: "acme",
      script: "echo",
      trigger: { type: "http", path: "/echo/:what", params: { what: "me" } },
    });

    const id = answer.headers.get("skerry-execution-id");
    expect((await acme.request("GET", `/api/v1/executions/${id}`)).body).toMatchObject({
      trigger: "http",
      status: "completed",
      input: { method: "POST", path: "/echo/me" },
      output: { status: 201 },
    });
  });

  test("answers HEAD through GET, without the body", async () => {
    await publish(
      "head",
      "export default (request) => new Response('long', { headers: { 'x-m': request.method } });",
      { methods: ["GET"] },
    );
    const answer = await visitor.request("HEAD", "/run/acme/head");
    expect(answer).toMatchObject({ status: 200, text: "" });
    expect(answer.headers.get("x-m")).toBe("HEAD");
  });

  test("is found no more once it is changed, disabled or deleted, at once", async () => {
    const { id } = await publish("moving", "export default () => new Response('1');", { path: "/old" });
    expect((await visitor.request("GET", "/run/acme/old")).text).toBe("1");

    await acme.request("PATCH", `/api/v1/scripts/${id}`, {
      source: "export default () => new Response('2');",
      settings: { path: "/new" },
    });
    expect(await visitor.request("GET", "/run/acme/old")).toMatchObject({
      status: 404,
      body: { code: "ENDPOINT_NOT_FOUND" },
    });
    expect((await visitor.request("GET", "/run/acme/new")).text).toBe("2");

    await acme.request("POST", `/api/v1/scripts/${id}/publish`, { version: 1 });
    expect((await visitor.request("GET", "/run/acme/old")).text).toBe("1");
    await acme.request("PATCH", `/api/v1/scripts/${id}`, { status: "disabled" });
    expect((await visitor.request("GET", "/run/acme/old")).status).toBe(404);
    await acme.request("PATCH", `/api/v1/scripts/${id}`, { status: "active" });
    expect((await visitor.request("GET", "/run/acme/old")).text).toBe("1");
    await acme.request("DELETE", `/api/v1/scripts/${id}`);
    expect((await visitor.request("GET", "/run/acme/old")).status).toBe(404);
  });

  test("cannot take the route of another, whatever the names of its parameters", async () => {
    await publish("first", "export default () => 1;", { path: "/taken/:id", methods: ["GET", "POST"] });
    const script = { name: "second", type: "http", source: "export default () => 2;" };
    const refused = await acme.request("POST", "/api/v1/scripts", {
      ...script,
      settings: { path: "/taken/:other", methods: ["POST"] },
    });
    expect(refused).toMatchObject({ status: 409, body: { code: "ENDPOINT_CONFLICT" } });
    expect(refused.body.detail).toMatch(/second.*POST.*first/);
    const any = { ...script, settings: { path: "/taken/:other" } };
    expect((await acme.request("POST", "/api/v1/scripts", any)).body.detail).toMatch(/second.*GET.*first/);
    const some = { ...script, settings: { path: "/taken/:other", methods: ["PUT", "POST", "GET"] } };
    expect((await acme.request("POST", "/api/v1/scripts", some)).body.detail).toMatch(/second.*POST.*first/);
    expect((await acme.request("GET", "/api/v1/scripts/second")).status).toBe(404);

    const other = await acme.request("POST", "/api/v1/scripts", {
      ...script,
      settings: { path: "/taken/:other", methods: ["PUT"] },
    });
    expect(other.status).toBe(201);
    const denied = await visitor.request("DELETE", "/run/acme/taken/1");
    expect(denied).toMatchObject({ status: 405, body: { code: "METHOD_NOT_ALLOWED" } });
    expect(denied.headers.get("allow")).toBe("GET, HEAD, POST, PUT");
  });
});

describe("an http script that fails", () => {
  test("tells its callers why where its settings say so, without secrets", async () => {
    await acme.request("PUT", "/api/v1/secrets/TOLD", { value: "nobody-may-know" });
    const source =
      "export default async (_, ctx) => { throw new Error('no ' + (await ctx.secrets.get('TOLD'))); };";
    await publish("open-failure", source, { exposeErrors: true });
    const answer = await visitor.request("GET", "/run/acme/open-failure");
    expect(answer).toMatchObject({
      status: 500,
      body: { code: "SCRIPT_ERROR", error: { message: "no [secret TOLD]" } },
    });
    expect(answer.body.error.stack).toMatch(/open-failure/);
    expect(answer.text).not.toContain("nobody-may-know");
  });

  test("is limited in how often it runs at once", async () => {
    const source = "export default () => new Promise((done) => setTimeout(() => done('x'), 60_000));";
    await publish("busy", source, { limits: { concurrentRuns: 1, wallMs: 2_000 } });
    const answers = await Promise.all([1, 2].map(() => visitor.request("GET", "/run/acme/busy")));
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ code: "CONCURRENCY_LIMIT" });
    expect(refused?.headers.get("retry-after")).toBe("1");
    expect(answers.find(({ status }) => status === 504)?.body).toMatchObject({ code: "WALL_LIMIT" });
  });

  test.each([
    ["throws", "export default () => { throw new Error('secret'); };", 500, "SCRIPT_ERROR"],
    ["loops", "export default () => { for (;;); };", 504, "CPU_LIMIT"],
    ["waits", "export default () => new Promise((done) => setTimeout(done, 9_000));", 504, "WALL_LIMIT"],
    ["never-settles", "export default () => new Promise(() => {});", 500, "NEVER_SETTLED"],
    [
      "floods",
      "export default () => { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)); };",
      500,
      "MEMORY_LIMIT",
    ],
    ["answers-too-much", "export default () => new Response('x'.repeat(100_000));", 500, "OUTPUT_LIMIT"],
    ["answers-too-many-bytes", "export default () => new Response('€'.repeat(20_000));", 500, "OUTPUT_LIMIT"],
  ])("because it %s answers a problem without its secrets", async (name, source, status, code) => {
    // Where the processor is shared with others, 300 ms of it take their time.
    const wallMs = code === "WALL_LIMIT" ? 1_000 : 10_000;
    const limits = { cpuMs: 300, wallMs, memoryMb: 16, outputBytes: 50_000 };
    await publish(name, source, { limits });

    const answer = await visitor.request("GET", `/run/acme/${name}`);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.text).not.toMatch(/secret|stack|\.ts:/);
    const execution = await acme.request("GET", `/api/v1/executions/${answer.body.executionId}`);
    expect(execution.body).toMatchObject({ error: { code } });
  });

  test("reads bodies up to the limit only, announced or not", async () => {
    await publish("reader", "export default async (request) => String((await request.bytes()).length);");
    const large = "x".repeat(1024 * 1024);
    expect((await visitor.request("POST", "/run/acme/reader", large)).text).toBe(String(large.length));
    expect(await visitor.request("POST", "/run/acme/reader", `${large}x`)).toMatchObject({
      status: 413,
      body: { code: "BODY_LIMIT" },
    });

    await publish("small-reader", "export default () => 'read';", { bodyBytes: 3 });
    expect((await visitor.request("POST", "/run/acme/small-reader", "abc")).text).toBe("read");
    expect((await visitor.request("POST", "/run/acme/small-reader", "abcd")).status).toBe(413);

    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 64; count += 1) yield new Uint8Array(64 * 1024);
    }
    const streamed = await skerry.platform.fetch(
      new Request(`${skerry.url}/run/acme/reader`, {
        method: "POST",
        body: ReadableStream.from(chunks()),
        duplex: "half",
      }),
    );
    expect(streamed.status).toBe(413);
  });
});

describe("an address", () => {
  test.each([
    "/run",
    "/run/",
    "/run/nobody/x",
    "/run/ACME/echo/x",
    "/run/acme",
    "/run/acme/%00",
    "/run/acme/%zz",
    "/run/..%2fapi",
    "/run/a'b/c",
  ])("%s that leads nowhere is a 404", async (path) => {
    expect((await visitor.request("GET", path)).status).toBe(404);
  });

  test("of a suspended tenant answers 403 at once, and again when the tenant is active", async () => {
    const guest = await skerry.createTenant("pausing");
    await guest.request("POST", "/api/v1/scripts", {
      name: "up",
      type: "http",
      source: "export default () => 'up';",
    });
    expect((await visitor.request("GET", "/run/pausing/up")).text).toBe("up");
    await skerry.operator.request("PATCH", "/api/v1/tenants/pausing", { status: "suspended" });
    expect(await visitor.request("GET", "/run/pausing/up")).toMatchObject({
      status: 403,
      body: { code: "TENANT_SUSPENDED" },
    });
    expect(await guest.request("GET", "/api/v1/scripts")).toMatchObject({
      status: 403,
      body: { code: "TENANT_SUSPENDED" },
    });
    await skerry.operator.request("PATCH", "/api/v1/tenants/pausing", { status: "active" });
    expect((await visitor.request("GET", "/run/pausing/up")).text).toBe("up");
    expect((await guest.request("GET", "/api/v1/scripts")).status).toBe(200);
  });

  test("survives requests that are barely HTTP", async () => {
    const { port } = new URL(skerry.url);
    const send = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), "127.0.0.1", () => socket.write(text));
        let answer = "";
        socket
          .on("data", (chunk) => (answer += chunk))
          .on("close", () => resolve(answer))
          .on("error", reject);
      });
    for (const target of ["/run/acme/\\..", "/run/acme/a%", "*", "http://other.example/run/acme/zzz"]) {
      const answer = await send(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
    }
    const noHost = await send("GET /run/acme/zzz HTTP/1.0\r\n\r\n");
    expect(noHost).toMatch(/^HTTP\/1\.1 4\d\d/);
  });
});
