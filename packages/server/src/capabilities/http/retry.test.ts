import { describe, expect, test } from "vitest";
import { CapabilityError } from "@skerry/sandbox";
import { callHttp, createTestCapability } from "../../../test/http/call.ts";
import { serveHttp, serveTcp } from "../../../test/http/servers.ts";
import { createHttpCapability } from "./capability.ts";

const AT_ONCE = { attempts: 3, backoffMs: 0 };

/** Answers with each status in turn, then with the last of them for ever. */
function serveStatuses(statuses: readonly number[], headers: Record<string, string> = {}) {
  let requests = 0;
  return serveHttp((_request, response) => {
    const status = statuses[Math.min(requests, statuses.length - 1)] ?? 500;
    requests += 1;
    response.writeHead(status, headers).end(`answer ${requests}`);
  });
}

describe("a request that is tried again", () => {
  test.each([
    ["a status that passes", [503, 429, 200], {}, 200, "answer 3"],
    ["a status that lasts", [503], {}, 503, "answer 3"],
    ["a status that is not on the list", [500, 200], {}, 500, "answer 1"],
    ["a status of the script's own list", [404, 200], { on: [404] }, 200, "answer 2"],
    ["a good answer", [200, 500], {}, 200, "answer 1"],
  ])("after %s", async (_what, statuses, policy, status, text) => {
    await using server = await serveStatuses(statuses);
    await using capability = createTestCapability([server]);
    const url = `http://one.test:${server.port}/`;
    const reply = await callHttp(capability, { url, retry: { ...AT_ONCE, ...policy } });
    expect(reply).toMatchObject({ status, text });
  });

  test("after a connection that broke, and not after a refusal", async () => {
    let connections = 0;
    await using server = await serveTcp((socket) => {
      connections += 1;
      if (connections < 3) socket.destroy();
      else socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    });
    await using capability = createTestCapability([server]);
    const reply = await callHttp(capability, { url: `http://one.test:${server.port}/`, retry: AT_ONCE });
    expect(reply.text).toBe("ok");

    const counted: string[] = [];
    await using refusing = createHttpCapability({ onRequest: async (tenant) => void counted.push(tenant) });
    const refused = callHttp(refusing, { url: "http://127.0.0.1/", retry: AT_ONCE });
    await expect(refused).rejects.toMatchObject({ code: "HTTP_DESTINATION_REFUSED" });
    expect(counted).toHaveLength(1);
  });

  test("counts each try, and ends with the count", async () => {
    await using server = await serveStatuses([503]);
    let counted = 0;
    await using capability = createTestCapability([server], {
      async onRequest() {
        counted += 1;
        if (counted > 2) throw new CapabilityError("QUOTA_EXCEEDED", "No more.");
      },
    });
    const request = callHttp(capability, { url: `http://one.test:${server.port}/`, retry: AT_ONCE });
    await expect(request).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
    expect(server.connections()).toBeGreaterThan(0);
    expect(counted).toBe(3);
  });

  test("waits as long as Retry-After says, and not beyond the deadline", async () => {
    await using soon = await serveStatuses([503, 200], { "retry-after": "1" });
    await using late = await serveStatuses([503, 200], { "retry-after": "3600" });
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    await using dated = await serveStatuses([503, 200], { "retry-after": date });
    await using capability = createTestCapability([soon, late, dated]);
    const started = performance.now();
    const again = await callHttp(capability, { url: `http://one.test:${soon.port}/`, retry: AT_ONCE });
    expect(again.status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(990);
    for (const { port } of [late, dated]) {
      const { status } = await callHttp(capability, { url: `http://one.test:${port}/`, retry: AT_ONCE });
      expect(status).toBe(503);
    }
  });

  test("ends with its execution while it waits", async () => {
    await using server = await serveStatuses([503]);
    await using capability = createTestCapability([server]);
    const execution = new AbortController();
    const retry = { attempts: 5, backoffMs: 20_000 };
    const url = `http://one.test:${server.port}/`;
    const request = callHttp(capability, { url, retry }, { signal: execution.signal });
    await expect.poll(() => server.connections()).toBe(1);
    execution.abort();
    await expect(request).rejects.toMatchObject({ code: "HTTP_ABORTED" });
  });
});

describe("a policy", () => {
  test("of a method that may do twice what was asked for once says that this is wanted", async () => {
    await using server = await serveStatuses([503, 200]);
    await using capability = createTestCapability([server]);
    const url = `http://one.test:${server.port}/`;
    for (const method of ["POST", "patch", "LINK"]) {
      await expect(callHttp(capability, { url, method, retry: AT_ONCE })).rejects.toThrow("unsafe: true");
    }
    expect(server.connections()).toBe(0);
    const reply = await callHttp(capability, { url, method: "POST", retry: { ...AT_ONCE, unsafe: true } });
    expect(reply.status).toBe(200);
  });

  test.each([
    { attempts: 6 },
    { attempts: 0 },
    { attempts: 2, backoffMs: 30_001 },
    { attempts: 2, on: [200] },
    { attempts: 2, on: [503.5] },
    { attempts: 2, forever: true },
    { backoffMs: 5 },
  ])("%j is not taken", async (retry) => {
    await using capability = createHttpCapability();
    await expect(callHttp(capability, { url: "https://a.example.com/", retry })).rejects.toThrow(TypeError);
  });
});
