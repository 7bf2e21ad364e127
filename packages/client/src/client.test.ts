import { describe, expect, test } from "vitest";
import { connect, failureOf, hangUp, json, KEY, LATER, refuse } from "../test/scripted-server.ts";
import type { Reply, SeenRequest } from "../test/scripted-server.ts";
import { createClient } from "./index.ts";

describe("a request", () => {
  test("carries key, tenant, path, query and body", async () => {
    const { client, seen } = await connect([json({ items: [], nextCursor: null }), json({ id: "1" }, 201)], {
      tenant: "acme",
    });
    await client.executions.list({ script: "a b&c", limit: 5 });
    await client.scripts.execute("50% ü/x", { input: { n: 1 } });
    expect(seen).toMatchObject([
      { method: "GET", url: "/api/v1/executions?script=a+b%26c&limit=5", body: "" },
      { method: "POST", url: "/api/v1/scripts/50%25%20%C3%BC%2Fx/execute", body: '{"input":{"n":1}}' },
    ]);
    expect(seen[1]?.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      "skerry-tenant": "acme",
      "content-type": "application/json",
    });
    expect(seen[1]?.headers["idempotency-key"]).toMatch(/^[\w-]{10,}$/);
    expect(seen[0]?.headers["idempotency-key"]).toBeUndefined();
  });

  test("asks for a token each time, and goes below a path", async () => {
    let count = 0;
    const { url, seen } = await connect([json({ id: "1" })]);
    const client = createClient({
      url: `${url}/skerry/`,
      getToken: () => Promise.resolve(`token-${(count += 1)}`),
    });
    await client.scripts.get("x");
    await client.scripts.get("x");
    expect(seen.map(({ url }) => url)).toEqual(["/skerry/api/v1/scripts/x", "/skerry/api/v1/scripts/x"]);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  test.each(["", ".", "..", undefined, null, {}])("never leaves its path: %j names nothing", async (name) => {
    const { client, seen } = await connect([json({})]);
    expect(() => client.scripts.delete(name as string)).toThrow(TypeError);
    expect(seen).toEqual([]);
  });
});

describe("a failure", () => {
  test("is an error with the problem's code and places", async () => {
    const { client } = await connect([
      (response) => {
        const errors = [{ path: "name", message: "is missing" }];
        const problem = { code: "INPUT_INVALID", status: 422, detail: "name: is missing", errors };
        response.writeHead(422, { "content-type": "application/problem+json" }).end(JSON.stringify(problem));
      },
    ]);
    const error = await failureOf(client.scripts.create({ name: "", type: "oneoff", source: "" }));
    expect(error).toMatchObject({
      code: "INPUT_INVALID",
      status: 422,
      detail: "name: is missing",
      message: "INPUT_INVALID: name: is missing",
      errors: [{ path: "name" }],
      retryAfter: undefined,
    });
  });

  test.each<[string, Reply]>([
    [
      "an HTML page",
      (response) => response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway"),
    ],
    [
      "half a problem",
      (response) => response.writeHead(500, { "content-type": "application/problem+json" }).end('{"co'),
    ],
    [
      "HTML for success",
      (response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>Hello"),
    ],
  ])("of a proxy says so: %s", async (_, reply) => {
    const { client } = await connect([reply]);
    const error = await failureOf(client.scripts.get("x"));
    expect(error.code).toBe("ANSWER_INVALID");
    expect(error.message).toMatch(/ answered \d+ with /);
  });

  test("without an answer says so", async () => {
    const { client } = await connect([hangUp], { retries: 0 });
    const error = await failureOf(client.scripts.get("x"));
    expect(error).toMatchObject({ code: "CONNECTION_FAILED", status: undefined });
    expect(error.cause).toBeInstanceOf(TypeError);
  });
});

describe("a retry", () => {
  test.each<[string, Reply]>([
    ["503", refuse(503, "STORAGE_UNAVAILABLE", LATER)],
    ["429", refuse(429, "CONCURRENCY_LIMIT", LATER)],
    ["a first request that still runs", refuse(409, "IDEMPOTENCY_IN_PROGRESS", LATER)],
    ["no answer", hangUp],
    [
      "half an answer",
      (response) =>
        response
          .writeHead(200, { "content-length": "9" })
          .write("{", () => hangUp(response, {} as SeenRequest)),
    ],
  ])("follows %s, and is the same request with the same idempotency key", async (_, reply) => {
    const { client, seen } = await connect([reply, reply, json({ id: "1" }, 201)]);
    await expect(client.scripts.execute("x", {})).resolves.toEqual({ id: "1" });
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
  });

  test("is not made more often than wanted, nor when the wait is too long", async () => {
    const { client, seen } = await connect([refuse(503, "SHUTTING_DOWN", LATER)]);
    expect((await failureOf(client.scripts.get("x"))).retryAfter).toBe(0);
    expect(seen).toHaveLength(3);
    await failureOf(client.scripts.get("x", { retries: 0 }));
    expect(seen).toHaveLength(4);

    const full = await connect([refuse(429, "CONCURRENCY_LIMIT", { "retry-after": "86400" })]);
    expect((await failureOf(full.client.scripts.get("x"))).retryAfter).toBe(86_400);
    expect(full.seen).toHaveLength(1);
  });

  test("is not made of what would fail again", async () => {
    const { client, seen } = await connect([refuse(404, "SCRIPT_NOT_FOUND")]);
    await failureOf(client.scripts.get("x"));
    expect(seen).toHaveLength(1);
  });
});

describe("an abort", () => {
  test("ends a request, a wait and an iteration with its own reason", async () => {
    const reason = new Error("enough");
    const hanging = await connect([() => {}]);
    const first = new AbortController();
    const request = hanging.client.scripts.get("x", { signal: first.signal });
    await expect.poll(() => hanging.seen.length).toBe(1);
    first.abort(reason);
    await expect(request).rejects.toBe(reason);

    const busy = await connect([refuse(503, "CAPACITY", { "retry-after": "20" })]);
    const second = new AbortController();
    const waiting = busy.client.scripts.get("x", { signal: second.signal });
    await expect.poll(() => busy.seen.length).toBe(1);
    second.abort(reason);
    await expect(waiting).rejects.toBe(reason);

    const signal = AbortSignal.abort(reason);
    await expect(busy.client.scripts.list({}, { signal })).rejects.toBe(reason);
    expect(busy.seen).toHaveLength(1);
  });
});

describe("a list", () => {
  const pages = [
    json({ items: [{ name: "a" }, { name: "b" }], nextCursor: "2" }),
    json({ items: [], nextCursor: "3" }),
    json({ items: [{ name: "c" }], nextCursor: null }),
  ];

  test("is its first page when awaited, and all items when iterated over", async () => {
    const { client, seen } = await connect(pages);
    const list = client.scripts.list({ type: "http" });
    expect(await list).toMatchObject({ items: [{ name: "a" }, { name: "b" }], nextCursor: "2" });
    const names: string[] = [];
    for await (const { name } of list) names.push(name);
    expect(names).toEqual(["a", "b", "c"]);
    expect(seen.map(({ url }) => url)).toEqual([
      "/api/v1/scripts?type=http",
      "/api/v1/scripts?type=http&cursor=2",
      "/api/v1/scripts?type=http&cursor=3",
    ]);
  });

  test("asks for no page that nobody looks at", async () => {
    const { client, seen } = await connect(pages);
    for await (const { name } of client.scripts.list()) if (name === "b") break;
    expect(seen).toHaveLength(1);
  });
});
