import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type ExecutionResult,
  type JsonValue,
  type LogLine,
  DEFAULT_LIMITS,
  createRunnerPool,
} from "@skerry/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guestBundle } from "../bundles/development.ts";
import { createCacheCapabilities } from "../capabilities/cache/capability.ts";
import { createHttpCapability } from "../capabilities/http/capability.ts";

type Pool = Awaited<ReturnType<typeof createRunnerPool>>;

let pool: Pool;
let echo: Server;
let origin = "";

beforeAll(async () => {
  echo = createEchoServer().listen(0, "127.0.0.1");
  await once(echo, "listening");
  const { port } = echo.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  const http = createHttpCapability({ allow: () => [{ host: "127.0.0.1", port }] });
  disposables.use(http);
  const capabilities = [http, ...createCacheCapabilities()];
  pool = await createRunnerPool({
    capabilities,
    guestBundle: await guestBundle(),
    maxRunners: 1,
    spareRunners: 1,
  });
});

afterAll(async () => {
  await pool.close();
  await disposables.disposeAsync();
  echo.closeAllConnections();
  echo.close();
});

const disposables = new AsyncDisposableStack();

describe("an HTTP script", () => {
  test("gets a Request and answers with a Response", async () => {
    const answer = await respond(
      `async (request, ctx) => {
        const url = new URL(request.url);
        const body = await request.json();
        return Response.json({ q: url.searchParams.get("q"), body, type: request.headers.get("content-type") },
          { status: 201, headers: { "X-Tenant": ctx.tenant.id } });
      }`,
      { method: "POST", url: "https://acme.test/x?q=1", headers: [["content-type", "application/json"]] },
      '{"name":"ü"}',
    );
    expect(answer).toEqual({
      status: 201,
      headers: [
        ["x-tenant", "acme"],
        ["content-type", "application/json"],
      ],
      body: '{"q":"1","body":{"name":"ü"},"type":"application/json"}',
    });
  });

  test.for<[string, string, Answer]>([
    ["a text", `() => "hi"`, { status: 200, headers: [TEXT], body: "hi" }],
    ["a text that is not ASCII", `() => "ü€🦭\\ud800"`, { status: 200, headers: [TEXT], body: "ü€🦭\uFFFD" }],
    ["nothing", `() => {}`, { status: 204, headers: [], body: "" }],
    ["data", `() => [1, { a: null }]`, { status: 200, headers: [JSON_TYPE], body: '[1,{"a":null}]' }],
    ["null", `() => null`, { status: 200, headers: [JSON_TYPE], body: "null" }],
    [
      "data with a status",
      `() => ({ status: "open" })`,
      { status: 200, headers: [JSON_TYPE], body: '{"status":"open"}' },
    ],
    [
      "data with a status among others",
      `() => ({ status: 200, id: 1 })`,
      { status: 200, headers: [JSON_TYPE], body: '{"status":200,"id":1}' },
    ],
    ["a plain response", `() => ({ status: 404, body: "no" })`, { status: 404, headers: [TEXT], body: "no" }],
    [
      "a plain response with data",
      `() => ({ status: 400, headers: { "X-A": 1 }, body: { a: 1 } })`,
      { status: 400, headers: [["x-a", "1"], JSON_TYPE], body: '{"a":1}' },
    ],
    ["a status alone", `() => ({ status: 204 })`, { status: 204, headers: [], body: "" }],
    [
      "bytes",
      `() => new TextEncoder().encode("é")`,
      { status: 200, headers: [["content-type", "application/octet-stream"]], body: "é" },
    ],
    [
      "a fetched response",
      `async () => new Response("a", new Response("b", { status: 203 }))`,
      { status: 203, headers: [TEXT], body: "a" },
    ],
  ])("may return %s", async ([, handler, expected]) => {
    expect(await respond(handler)).toEqual(expected);
  });

  test.for<[string, string, RegExp]>([
    ["a function", `() => () => 1`, /function/],
    ["a Map", `() => new Map([["a", 1]])`, /\[object Map\]/],
    ["an error", `() => new Error("x")`, /\[object Error\]/],
    ["a cycle", `() => { const a = {}; a.a = a; return a; }`, /circular/],
    ["a BigInt", `() => ({ a: 1n })`, /BigInt/],
    ["a status out of range", `() => ({ status: 99 })`, /200 to 599, not 99/],
    ["a header with a line break", `() => ({ status: 200, headers: { a: "x\\ny" } })`, /line break/],
    ["a body with 204", `() => ({ status: 204, body: "x" })`, /204 cannot have a body/],
    ["an error response", `() => Response.error()`, /Response\.error/],
    [
      "a response that was read",
      `async () => { const r = new Response("x"); await r.text(); return r; }`,
      /already read/,
    ],
  ])("may not return %s", async ([, handler, message]) => {
    const result = await execute({ handler, entry: "http", input: GET });
    if (result.status === "completed") throw new Error("it was returned");
    expect(result.error.message).toMatch(message);
    expect(result.error.message).toMatch(/^RESPONSE_INVALID: /);
  });
});

describe("fetch", () => {
  test("sends method, headers and body, and gives back a whole response", async () => {
    const output = await evaluate(`
      const response = await fetch("${origin}/echo?x=1", {
        method: "POST", body: new URLSearchParams({ a: "ü" }), headers: { "X-A": "1" },
      });
      const seen = await response.json();
      return [response.ok, response.status, response.url, response.headers.get("x-echo"), seen];`);
    expect(output).toEqual([
      true,
      200,
      `${origin}/echo?x=1`,
      "yes",
      {
        method: "POST",
        url: "/echo?x=1",
        type: "application/x-www-form-urlencoded;charset=UTF-8",
        a: "1",
        body: "a=%C3%BC",
      },
    ]);
  });

  test("a network error is a TypeError with the code of its cause", async () => {
    const output = await evaluate(`
      try { await fetch("http://169.254.169.254/"); } catch (error) { return [error instanceof TypeError, error.code]; }`);
    expect(output).toEqual([true, "HTTP_DESTINATION_REFUSED"]);
  });

  test("a limit stays a limit", async () => {
    const handler = `async () => {
      for (;;) await fetch("http://10.0.0.1/").catch((error) => { if (!(error instanceof TypeError)) throw error; });
    }`;
    const result = await execute({ handler, entry: "call", input: null });
    expect(result).toMatchObject({ status: "failed", error: { code: "CAPABILITY_CALL_LIMIT" } });
  });

  test("an aborted signal ends the wait at once with its reason", async () => {
    const output = await evaluate(`
      const names = [];
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 5);
      for (const signal of [AbortSignal.abort(), AbortSignal.timeout(5), controller.signal]) {
        await fetch("${origin}/hang", { signal }).catch((error) => names.push(error.name));
      }
      return names;`);
    expect(output).toEqual(["AbortError", "TimeoutError", "AbortError"]);
  });

  test("a deadline that was not reached leaves no timer behind", async () => {
    const module = `(() => { let runs = 0; return async (input, ctx) => {
      await fetch("${origin}/echo", { signal: AbortSignal.any([AbortSignal.timeout(60_000)]) });
      return ++runs;
    } })()`;
    const request = { handler: module, entry: "call", input: null, reuseContext: true };
    expect(outputOf(await execute(request))).toBe(1);
    // Only a context in which nothing can wake up any more is used again.
    expect(outputOf(await execute(request))).toBe(2);
  });
});

describe("ctx", () => {
  test("tells of the execution, and cannot be changed", async () => {
    const output = await evaluate(`
      "use strict";
      try { ctx.tenant.id = "other"; } catch (error) { return [ctx.tenant, ctx.user, ctx.trigger, error.name, Object.isFrozen(ctx.http.get)]; }`);
    expect(output).toEqual([{ id: "acme" }, null, "manual", "TypeError", true]);
  });

  test("http gives whole answers, also for errors", async () => {
    const output = await evaluate(`
      const ok = await ctx.http.post("${origin}/echo?x=1", { json: { a: [1] }, query: { y: ["2", 3], z: null }, headers: { "X-A": "h" } });
      const form = await ctx.http.request("${origin}/echo", { method: "put", form: { a: "1 2" } });
      const missing = await ctx.http.get("${origin}/missing");
      const both = await ctx.http.post("${origin}/echo", { json: 1, body: "x" }).catch((error) => error.message);
      const refused = await ctx.http.get("http://10.0.0.1/").catch((error) => error.code);
      let notJson; try { missing.json(); } catch (error) { notJson = error.message; }
      return [ok.json(), ok.headers["x-echo"], form.json(), missing, both, refused, notJson];`);
    expect(output).toEqual([
      { method: "POST", url: "/echo?x=1&y=2&y=3", type: "application/json", a: "h", body: '{"a":[1]}' },
      "yes",
      expect.objectContaining({
        method: "PUT",
        type: "application/x-www-form-urlencoded;charset=UTF-8",
        body: "a=1+2",
      }),
      { status: 404, ok: false, headers: expect.any(Object) as object, body: "nothing here" },
      "A request takes one of json, form, multipart and body",
      "HTTP_DESTINATION_REFUSED",
      "The answer (status 404) is not JSON: nothing here",
    ]);
  });

  test("cache produces once for those who ask meanwhile, and anew after a failure", async () => {
    const output = await evaluate(`
      let calls = 0;
      const remember = (produce) => ctx.cache.remember("once", { ttlSeconds: 60 }, produce);
      const fail = async () => { calls++; throw new Error("not yet"); };
      const failed = await Promise.allSettled([remember(fail), remember(fail)]);
      const produce = async () => { await ctx.cache.has("x"); return ++calls; };
      return [failed.map(({ reason }) => reason.message), ...(await Promise.all([1, 2, 3].map(() => remember(produce))))];`);
    expect(output).toEqual([["not yet", "not yet"], 2, 2, 2]);
  });

  test("cache keeps values, counts and remembers", async () => {
    const output = await evaluate(`
      const { cache } = ctx;
      const seen = [await cache.get("a"), await cache.has("a")];
      await cache.set("a", { x: [1] }, { ttlSeconds: 60 });
      seen.push(await cache.get("a"), await cache.has("a"), await cache.delete("a"), await cache.delete("a"));
      seen.push(await cache.increment("n"), await cache.increment("n", 5));
      let calls = 0;
      const produce = async () => ++calls;
      seen.push(await cache.remember("r", { ttlSeconds: 60 }, produce), await cache.remember("r", { ttlSeconds: 60 }, produce));
      await cache.remember("nothing", {}, () => null);
      seen.push(await cache.has("nothing"), await cache.set("", 1).catch((error) => error.code));
      return seen;`);
    expect(output).toEqual([
      null,
      false,
      { x: [1] },
      true,
      true,
      false,
      1,
      6,
      1,
      1,
      false,
      "CACHE_KEY_INVALID",
    ]);
  });

  test("log takes any message and any fields", async () => {
    const lines: LogLine[] = [];
    await evaluate(
      `ctx.log.info("a", { order: 1 }); ctx.log.warn({ b: 1 }, [2]); ctx.log.error("c", new Error("broken")); ctx.log.debug("d", new Date(0));`,
      lines,
    );
    expect(lines.map(({ level, message, fields }) => [level, message, fields])).toEqual([
      ["info", "a", { order: 1 }],
      ["warn", "{ b: 1 }", { value: [2] }],
      ["error", "c", { name: "Error", message: "broken" }],
      ["debug", "d", { value: "1970-01-01T00:00:00.000Z" }],
    ]);
  });
});

describe("the web platform", () => {
  test("crypto is random, and refuses what the standard refuses", async () => {
    const output = await evaluate(`
      const uuids = new Set(Array.from({ length: 1000 }, () => crypto.randomUUID()));
      const bytes = crypto.getRandomValues(new Uint8Array(1000));
      const names = [new Float32Array(1), new Uint8Array(65_537), new DataView(new ArrayBuffer(1))].map((view) => {
        try { crypto.getRandomValues(view); } catch (error) { return error.name; }
      });
      return [uuids.size, [...uuids][0], new Set(bytes).size > 200, names, crypto.getRandomValues(new BigInt64Array(2)).length];`);
    expect(output).toEqual([
      1000,
      expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      true,
      ["TypeMismatchError", "QuotaExceededError", "TypeMismatchError"],
      2,
    ]);
  });

  test("a script tells a genuine signature from a forged one", async () => {
    const output = await evaluate(`
      const bytes = new TextEncoder().encode("what do ya want for nothing?");
      const secret = new TextEncoder().encode("Jefe");
      const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
      // RFC 4231, 4.3
      const genuine = Uint8Array.fromHex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
      const forged = genuine.with(31, 0);
      return Promise.all([genuine, forged].map((claimed) => crypto.subtle.verify("HMAC", key, claimed, bytes)));`);
    expect(output).toEqual([true, false]);
  });

  test("time and groups of the console begin anew with every execution in the same context", async () => {
    const lines: string[] = [];
    const handler = `(() => { let runs = 0, lastOrigin = 0; return async () => {
      const origin = performance.timeOrigin;
      const isNew = origin > lastOrigin;
      lastOrigin = origin;
      console.group("run", ++runs);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return [runs, isNew, performance.now() >= 1, Date.now() - performance.timeOrigin >= 1];
    } })()`;
    const onLog = (some: readonly LogLine[]): void => void lines.push(...some.map(({ message }) => message));
    const request = { handler, entry: "call", input: null, reuseContext: true, onLog };
    expect(outputOf(await execute(request))).toEqual([1, true, true, true]);
    expect(outputOf(await execute(request))).toEqual([2, true, true, true]);
    expect(lines).toEqual(["run 1", "run 2"]);
  });

  test("a DOMException that nobody catches names itself", async () => {
    expect(await execute({ handler: `() => atob("*")`, entry: "call", input: null })).toMatchObject({
      status: "failed",
      error: { code: "SCRIPT_ERROR", message: "InvalidCharacterError: The text is not base64" },
    });
  });
});

const TEXT: [string, string] = ["content-type", "text/plain;charset=UTF-8"];
const JSON_TYPE: [string, string] = ["content-type", "application/json"];
const GET = { method: "GET", url: "https://acme.test/", headers: [] };

interface Answer {
  readonly status: number;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly body: string;
}

interface Execution {
  /** Source of the default export. */
  readonly handler: string;
  readonly entry: string;
  readonly input: unknown;
  readonly body?: string | undefined;
  readonly reuseContext?: boolean;
  readonly onLog?: (lines: readonly LogLine[]) => void;
}

function execute({
  handler,
  entry,
  input,
  body,
  reuseContext = false,
  onLog,
}: Execution): Promise<ExecutionResult> {
  return pool.execute({
    executionId: crypto.randomUUID(),
    tenant: "acme",
    program: { id: handler, code: `var program = { default: ${handler} };`, fileName: "test.js" },
    entry,
    input: { json: JSON.stringify(input), body: body === undefined ? undefined : Buffer.from(body) },
    context: { tenant: { id: "acme" }, trigger: "manual" },
    attributes: { script: "test" },
    reuseContext,
    limits: DEFAULT_LIMITS,
    onLog,
  });
}

/** Runs statements inside an async function that has `ctx`. */
async function evaluate(statements: string, lines: LogLine[] = []): Promise<JsonValue> {
  const onLog = (some: readonly LogLine[]): void => void lines.push(...some);
  return outputOf(
    await execute({ handler: `async (input, ctx) => {${statements}}`, entry: "call", input: null, onLog }),
  );
}

async function respond(handler: string, input: unknown = GET, body?: string): Promise<Answer> {
  const result = await execute({ handler, entry: "http", input, body });
  const head = outputOf(result) as unknown as Omit<Answer, "body">;
  const bytes = result.status === "completed" ? result.output.body : undefined;
  return { ...head, body: new TextDecoder().decode(bytes) };
}

function outputOf(result: ExecutionResult): JsonValue {
  if (result.status !== "completed") throw new Error(`${result.error.code}: ${result.error.message}`);
  return JSON.parse(result.output.json) as JsonValue;
}

/** Tells what it was asked; `/hang` never answers. */
function createEchoServer(): Server {
  return createServer(async (request, response) => {
    if (request.url === "/hang") return;
    if (request.url === "/missing") {
      response.writeHead(404).end("nothing here");
      return;
    }
    const { method, url, headers } = request;
    const body = Buffer.concat(await request.toArray()).toString();
    response.writeHead(200, { "X-Echo": "yes", "content-type": "application/json" });
    response.end(JSON.stringify({ method, url, type: headers["content-type"], a: headers["x-a"], body }));
  });
}
