import { pipeline } from "node:stream/promises";
import { constants, createGzip, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { callHttp, createTestCapability } from "../../../test/http/call.ts";
import { serveHttp, serveTcp } from "../../../test/http/servers.ts";
import { createHttpCapability } from "./capability.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

describe("hostile servers", () => {
  test("a compressed body is decompressed, and its coding headers go", async () => {
    await using server = await serveHttp((_request, response) => {
      const body = zstdCompressSync(gzipSync("hello"));
      response.writeHead(200, { "content-encoding": "gzip, zstd", "content-length": body.length }).end(body);
    });
    await using capability = createTestCapability([server]);
    const reply = await callHttp(capability, { url: `http://one.test:${server.port}/` });
    expect(reply.text).toBe("hello");
    expect(reply.headers.map(([name]) => name)).not.toEqual(
      expect.arrayContaining([expect.stringMatching("content")]),
    );
  });

  test("a gzip bomb stops at the cap", async () => {
    let sent = 0;
    await using server = await serveHttp(async (_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      const bomb = createGzip({ level: constants.Z_BEST_COMPRESSION });
      bomb.on("data", (chunk: Buffer) => (sent += chunk.byteLength));
      const zeros = Buffer.alloc(MIB);
      await pipeline(Array<Buffer>(10 * KIB).fill(zeros), bomb, response).catch(() => {});
    });
    await using capability = createTestCapability([server], { limits: { responseBytes: 4 * MIB } });
    const request = callHttp(capability, { url: `http://one.test:${server.port}/` });
    await expect(request).rejects.toMatchObject({ code: "HTTP_RESPONSE_LIMIT" });
    await expect.poll(() => server.open()).toBe(0);
    expect(sent).toBeLessThan(MIB);
  });

  test("a layer that unpacks to much and then to nothing stops at the cap too", async () => {
    // 64 MiB of empty stored deflate blocks: as a gzip body they decode to nothing.
    const header = gzipSync("").subarray(0, 10);
    const inner = Buffer.concat([header, Buffer.alloc(64 * MIB, Buffer.from([0, 0, 0, 0xff, 0xff]))]);
    const body = gzipSync(inner, { level: 1 });
    await using server = await serveHttp((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip, gzip" }).end(body);
    });
    await using capability = createTestCapability([server], { limits: { responseBytes: MIB } });
    const request = callHttp(capability, { url: `http://one.test:${server.port}/` });
    await expect(request).rejects.toMatchObject({ code: "HTTP_RESPONSE_LIMIT" });
  });

  test("an answer without a body may name a coding", async () => {
    await using server = await serveHttp((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip", "content-length": 0 }).end();
    });
    await using capability = createTestCapability([server]);
    for (const method of ["GET", "HEAD"]) {
      const reply = await callHttp(capability, { url: `http://one.test:${server.port}/`, method });
      expect(reply).toMatchObject({ status: 200, text: "" });
    }
  });

  test("a body with a coding that nobody knows, or with too many, stays as it came", async () => {
    await using server = await serveHttp((request, response) => {
      const encoding = request.url === "/odd" ? "gzip, odd" : "gzip, gzip, gzip, gzip";
      response.writeHead(200, { "content-encoding": encoding }).end("as it came");
    });
    await using capability = createTestCapability([server]);
    for (const path of ["odd", "many"]) {
      const reply = await callHttp(capability, { url: `http://one.test:${server.port}/${path}` });
      expect(reply.text).toBe("as it came");
      expect(reply.headers).toContainEqual(["content-encoding", expect.stringContaining("gzip")]);
    }
  });

  test.each([
    ["not gzip", "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"],
    ["cut short", `Content-Encoding: br\r\nContent-Length: 3\r\n\r\n\x8b\x02\x80`],
    ["not chunked as it says", "Transfer-Encoding: chunked\r\n\r\n5\r\nabcdefgh\r\n"],
    ["not HTTP", "Transfer-Encoding: chunked\r\n\r\nzz\r\n"],
  ])("a response that is %s is HTTP_RESPONSE_INVALID", async (_what, rest) => {
    await using server = await serveTcp((socket) => {
      socket.once("data", () => socket.end(`HTTP/1.1 200 OK\r\n${rest}`, "latin1"));
    });
    await using capability = createTestCapability([server]);
    const request = callHttp(capability, { url: `http://one.test:${server.port}/` });
    await expect(request).rejects.toMatchObject({ code: "HTTP_RESPONSE_INVALID" });
  });

  test("headers without an end stop at their cap", async () => {
    await using server = await serveTcp((socket) => {
      const pour = (): void => {
        while (socket.writable && socket.write(`x-${"y".repeat(1_000)}: z\r\n`));
      };
      socket.on("drain", pour);
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\n");
        pour();
      });
    });
    await using capability = createTestCapability([server]);
    const request = callHttp(capability, { url: `http://one.test:${server.port}/` });
    await expect(request).rejects.toMatchObject({ code: "HTTP_RESPONSE_LIMIT" });
    await expect.poll(() => server.open()).toBe(0);
  });

  test.each([
    ["two lengths", "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc"],
    ["a length and chunks", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"],
    ["a length below zero", "Content-Length: -1\r\n\r\nabc"],
  ])("an answer with %s is not believed", async (_what, rest) => {
    await using server = await serveTcp((socket) => {
      socket.once("data", () => socket.end(`HTTP/1.1 200 OK\r\n${rest}`));
    });
    await using capability = createTestCapability([server]);
    const request = callHttp(capability, { url: `http://one.test:${server.port}/` });
    await expect(request).rejects.toMatchObject({ code: "HTTP_RESPONSE_INVALID" });
  });

  test("what comes after an answer's length is no answer to the next request", async () => {
    let connections = 0;
    await using server = await serveTcp((socket) => {
      const first = (connections += 1) === 1;
      const more = first ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil" : "";
      socket.on("data", () => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${more}`));
    });
    await using capability = createTestCapability([server]);
    for (let turn = 0; turn < 3; turn += 1) {
      // The first connection may break before its answer was handed on.
      const request = callHttp(capability, {
        url: `http://one.test:${server.port}/`,
        retry: { attempts: 2 },
      });
      expect((await request).text).toBe("ok");
    }
  });

  test("a body that ends early, and a server that is not there, are HTTP_CONNECT", async () => {
    await using server = await serveTcp((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
    });
    await using capability = createTestCapability([server]);
    const url = `http://one.test:${server.port}/`;
    await expect(callHttp(capability, { url })).rejects.toMatchObject({ code: "HTTP_CONNECT" });
    await server[Symbol.asyncDispose]();
    await expect(callHttp(capability, { url })).rejects.toMatchObject({
      code: "HTTP_CONNECT",
      message: "The connection to one.test failed (ECONNREFUSED).",
    });
  });

  test.each([
    ["headers", "HTTP/1.1 200 OK\r\nx-"],
    ["body", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["informational responses", ""],
  ])("a server that drips %s runs into the time limit and loses its socket", async (what, start) => {
    const drop = {
      headers: "y",
      body: "1\r\nz\r\n",
      "informational responses": "HTTP/1.1 103 Early Hints\r\n\r\n",
    }[what];
    await using server = await serveTcp((socket) => {
      socket.once("data", () => socket.write(start));
      const drip = setInterval(() => socket.write(drop ?? ""), 20);
      socket.on("close", () => clearInterval(drip));
    });
    await using capability = createTestCapability([server], { limits: { timeoutMs: 300 } });
    const request = callHttp(capability, { url: `http://one.test:${server.port}/`, timeoutMs: 60_000 });
    await expect(request).rejects.toMatchObject({
      code: "HTTP_TIMEOUT",
      message: "The request did not finish within 300 ms.",
    });
    await expect.poll(() => server.open()).toBe(0);
  });

  test("the time limit holds while the host is still being looked up", async () => {
    const answer = Promise.withResolvers<string[]>();
    await using capability = createHttpCapability({ lookup: () => answer.promise });
    const request = callHttp(capability, { url: "http://slow.example.com/", timeoutMs: 50 });
    await expect(request).rejects.toMatchObject({ code: "HTTP_TIMEOUT" });
    answer.resolve([]);
  });

  test("the end of the execution ends the request", async () => {
    await using server = await serveTcp((socket) => socket.resume());
    await using capability = createTestCapability([server]);
    const execution = new AbortController();
    const url = `http://one.test:${server.port}/`;
    const request = callHttp(capability, { url }, { signal: execution.signal });
    await expect.poll(() => server.open()).toBe(1);
    execution.abort();
    await expect(request).rejects.toMatchObject({ code: "HTTP_ABORTED" });
    await expect.poll(() => server.open()).toBe(0);
    const late = callHttp(capability, { url }, { signal: execution.signal });
    await expect(late).rejects.toMatchObject({ code: "HTTP_ABORTED" });
  });
});
