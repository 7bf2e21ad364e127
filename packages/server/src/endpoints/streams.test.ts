import { once } from "node:events";
import { request as openRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";

const PATIENCE = { timeout: 20_000, interval: 25 };

let skerry: TestPlatform;
let acme: TestClient;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function publish(name: string, source: string, settings: object = {}): Promise<void> {
  const answer = await acme.request("POST", "/api/v1/scripts", { name, type: "http", source, settings });
  if (answer.status !== 201) throw new Error(answer.text);
}

/** Asks over a socket of its own and resolves when the head of the answer is here, of which nothing is read ahead. */
async function open(path: string, method = "GET"): Promise<IncomingMessage> {
  const request = openRequest(`${skerry.url}/run/acme/${path}`, { method, agent: false });
  onTestFinished(() => void request.destroy());
  request.on("error", () => {});
  request.end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  // A cut connection is an error; whoever reads hears of it.
  response.on("error", () => {});
  return response;
}

/** Resolves when the connection is gone, whole answer or not. */
function closeOf(response: IncomingMessage): Promise<unknown> {
  return new Promise((resolve) => response.once("close", resolve));
}

async function readText(response: IncomingMessage): Promise<string> {
  return (await response.setEncoding("utf8").toArray()).join("");
}

interface Recorded {
  readonly status: string;
  readonly error: { readonly code: string } | null;
}

async function recorded({ headers }: IncomingMessage): Promise<Recorded> {
  const id = headers["skerry-execution-id"] as string;
  return (await acme.request<Recorded>("GET", `/api/v1/executions/${id}`)).body;
}

async function expectEnd(response: IncomingMessage, status: string, code?: string): Promise<void> {
  const error = code === undefined ? null : { code };
  await vi.waitFor(async () => expect(await recorded(response)).toMatchObject({ status, error }), PATIENCE);
}

describe("a streamed response", () => {
  test("comes as it is made, and its execution is seen and cancelled meanwhile", async () => {
    await publish(
      "ticking",
      `export default () => new Response(new ReadableStream({
        start(controller) { this.timer = setInterval(() => controller.enqueue("tick\\n"), 20); },
        cancel() { clearInterval(this.timer); },
      }), { status: 202, headers: { "x-kind": "ticks" } });`,
    );
    const response = await open("ticking");
    expect(response).toMatchObject({ statusCode: 202, headers: { "x-kind": "ticks" } });
    expect(response.headers["content-length"]).toBeUndefined();
    const [first] = (await once(response, "data")) as [Buffer];
    expect(String(first)).toMatch(/^(tick\n)+$/);
    expect(await recorded(response)).toMatchObject({ status: "running", error: null });

    const id = response.headers["skerry-execution-id"] as string;
    const closed = closeOf(response);
    const cancelled = await acme.request("POST", `/api/v1/executions/${id}/cancel`);
    expect(cancelled.body).toMatchObject({ status: "cancelled" });
    await closed;
    expect(response.complete).toBe(false);
  });

  test("of server-sent events is not held back by caches and proxies", async () => {
    await publish(
      "events",
      `async function* events() {
        for (let id = 1; id <= 3; id += 1) {
          yield \`id: \${id}\\ndata: \${JSON.stringify({ id })}\\n\\n\`;
          await new Promise((done) => setTimeout(done, 30));
        }
      }
      export default () => new Response(events(), { headers: { "content-type": "text/event-stream" } });`,
    );
    const response = await open("events");
    expect(response.headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    const data = [1, 2, 3].map((id) => `id: ${id}\ndata: {"id":${id}}\n\n`);
    expect(await readText(response)).toBe(data.join(""));
    expect(response.complete).toBe(true);
    await expectEnd(response, "completed");
  });

  test("is not made faster than it is read", async () => {
    const chunks = 240;
    await publish(
      "large",
      `export default async (request, { cache }) => {
        if (request.url.endsWith("?made")) {
          const made = (await cache.get("made")) ?? 0;
          await cache.delete("made");
          return made;
        }
        return new Response((async function* () {
          for (let at = 0; at < ${chunks}; at += 1) {
            await cache.increment("made");
            yield new Uint8Array(65_536).fill(at);
          }
        })());
      };`,
      { limits: { outputBytes: 16 * 1024 * 1024, cpuMs: 20_000, wallMs: 60_000 } },
    );
    /** Since the last time. */
    const made = async () => Number(await readText(await open("large?made")));

    const read = await skerry.platform.fetch(new Request(`${skerry.url}/run/acme/large`));
    const reader = (read.body as ReadableStream<Uint8Array>).getReader();
    expect(await made()).toBe(0);
    for (let reads = 0; reads < 3; reads += 1) expect((await reader.read()).value?.length).toBe(65_536);
    expect(await made()).toBe(3);
    await reader.cancel();

    // Between sockets the system's buffers take some of it before the guest has to wait.
    const response = await open("large");
    let before = 0;
    await vi.waitFor(async () => {
      const more = await made();
      before += more;
      expect(more).toBe(0);
    }, PATIENCE);
    expect(before).toBeLessThan(chunks);
    let bytes = 0;
    for await (const chunk of response) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(chunks * 65_536);
    await expectEnd(response, "completed");
  });

  test("that its caller leaves cancels the script, which hears of it", async () => {
    await publish(
      "left",
      `export default (request, ctx) => new Response((async function* () {
        let aborted = false;
        request.signal.addEventListener("abort", () => { aborted = true; });
        try {
          for (;;) { yield "x"; await new Promise((done) => setTimeout(done, 20)); }
        } finally {
          ctx.log.info("left", { aborted });
        }
      })());`,
    );
    const response = await open("left");
    await once(response, "data");
    response.destroy();
    await expectEnd(response, "cancelled", "CANCELLED");
    const id = response.headers["skerry-execution-id"] as string;
    const logs = await acme.request("GET", `/api/v1/executions/${id}/logs`);
    expect(logs.body.items).toMatchObject([{ message: "left", fields: { aborted: true } }]);
    await vi.waitFor(() => expect(skerry.pool.stats().running).toBe(0), PATIENCE);
  });

  test.each([
    ["SCRIPT_ERROR", "failed", "throw new Error('half way');"],
    ["OUTPUT_LIMIT", "failed", "yield 'x'.repeat(20_000);"],
    ["CPU_LIMIT", "timeout", "for (;;);"],
    ["WALL_LIMIT", "timeout", "await new Promise((done) => setTimeout(done, 60_000));"],
    ["NEVER_SETTLED", "failed", "await new Promise(() => {});"],
    ["SCRIPT_ERROR", "failed", "yield { no: 'chunk' };"],
  ])("that ends half way with %s is cut", async (code, status, ending) => {
    const name = `half-${code.toLowerCase().replace("_", "-")}-${ending.length}`;
    const source = `export default () => new Response((async function* () { yield "begun"; ${ending} })());`;
    const wallMs = code === "WALL_LIMIT" ? 3_000 : 20_000;
    await publish(name, source, { limits: { outputBytes: 10_000, cpuMs: 300, wallMs } });
    const response = await open(name);
    expect(response.statusCode).toBe(200);
    let text = "";
    response.on("data", (chunk: Buffer) => (text += chunk));
    await closeOf(response);
    expect([text, response.complete]).toEqual(["begun", false]);
    await expectEnd(response, status, code);
  });

  test.each([
    ["throws", 500, "SCRIPT_ERROR", "throw new Error('before');"],
    ["loops", 504, "CPU_LIMIT", "for (;;);"],
    ["cannot be sent", 500, "RESPONSE_INVALID", "return new Response(read, { headers: many });"],
    ["was read", 500, "SCRIPT_ERROR", "const given = new Response(read); await given.text(); return given;"],
  ])("that %s before it begins is a problem", async (name, status, code, body) => {
    const source = `export default async () => {
      const read = (async function* () { yield "x"; })();
      const many = Array.from({ length: 201 }, (_, at) => ["x-" + at, "1"]);
      ${body}
    };`;
    await publish(name.replaceAll(" ", "-"), source, { limits: { cpuMs: 300 } });
    const response = await open(name.replaceAll(" ", "-"));
    expect(response.statusCode).toBe(status);
    expect(JSON.parse(await readText(response))).toMatchObject({ code });
    await expectEnd(response, code === "CPU_LIMIT" ? "timeout" : "failed", code);
  });

  test("to HEAD has no body, and is not made", async () => {
    await publish(
      "headed",
      `export default (_, ctx) => new Response(new ReadableStream({
        pull: (controller) => { ctx.log.info("pulled"); controller.enqueue("x"); },
        cancel: () => ctx.log.info("cancelled"),
      }, { highWaterMark: 0 }));`,
    );
    const response = await open("headed", "HEAD");
    expect([response.statusCode, await readText(response)]).toEqual([200, ""]);
    await expectEnd(response, "completed");
    const id = response.headers["skerry-execution-id"] as string;
    const logs = await acme.request("GET", `/api/v1/executions/${id}/logs`);
    expect(logs.body.items).toMatchObject([{ message: "cancelled" }]);
  });

  test("goes on beside others and beside whole ones", async () => {
    await publish(
      "beside",
      `export default (request) => {
        const name = new URL(request.url).search;
        if (name === "?whole") return "whole";
        return { status: 200, body: (async function* () {
          for (let at = 0; at < 30; at += 1) { yield name + at + "\\n"; await new Promise((done) => setTimeout(done, 5)); }
        })() };
      };`,
    );
    const names = ["?a", "?b", "?c", "?d"];
    const answers = await Promise.all([
      ...names.map(async (name) => readText(await open(`beside${name}`))),
      ...Array.from({ length: 20 }, async () => readText(await open("beside?whole"))),
    ]);
    const lines = (name: string) => Array.from({ length: 30 }, (_, at) => `${name}${at}\n`).join("");
    expect(answers).toEqual([...names.map(lines), ...Array<string>(20).fill("whole")]);
  });

  test("fails for a host that reads it itself", async () => {
    await publish(
      "broken",
      `export default () => new Response((async function* () { yield "begun"; throw new Error("no"); })());`,
    );
    const response = await skerry.platform.fetch(new Request(`${skerry.url}/run/acme/broken`));
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("begun");
    await expect(reader.read()).rejects.toMatchObject({ code: "SCRIPT_ERROR" });
  });
});
