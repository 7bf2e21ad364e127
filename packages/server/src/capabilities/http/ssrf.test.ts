import type { IncomingHttpHeaders } from "node:http";
import { runInNewContext } from "node:vm";
import { CapabilityError } from "@skerry/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callHttp } from "../../../test/http/call.ts";
import { serveHttp, serveTcp, watchConnects } from "../../../test/http/servers.ts";
import type { LocalServer } from "../../../test/http/servers.ts";
import fixture from "../../../test/fixtures/ssrf-attacks.json" with { type: "json" };
import { createHttpCapability } from "./capability.ts";

const RESPONSE_BYTES = 1024 * 1024;

/** What the names of the attacks resolve to: what an attacker's own DNS, or a cloud's, would say. */
const ADDRESSES: ReadonlyMap<string, readonly string[]> = new Map([
  ["127.0.0.1.nip.io", ["127.0.0.1"]],
  ["instance-data", ["169.254.169.254"]],
  ["kubernetes.default.svc", ["10.96.0.1"]],
  ["host.docker.internal", ["192.168.65.2"]],
  ["rebind.test", ["93.184.215.14", "127.0.0.1"]],
]);

/** Attacks whose first hop is a server that may be reached, by what must come of them; all others end unconnected. */
const REFUSED_AT_SECOND_HOP = /^ssrf\.redirect-rebind\.0[1-5]$/;
const ANSWERED: ReadonlySet<string> = new Set(["ssrf.redirect-rebind.07"]);
const EITHER_WAY: ReadonlySet<string> = new Set(["ssrf.request-shape.09"]);
const CAPPED: ReadonlySet<string> = new Set(["ssrf.request-shape.12", "ssrf.request-shape.14"]);

const REFUSALS = [
  "HTTP_URL_INVALID",
  "HTTP_DESTINATION_REFUSED",
  "HTTP_HEADER_REFUSED",
  "HTTP_METHOD_REFUSED",
];

const seen: Array<{ readonly host: string; readonly method: string; readonly headers: IncomingHttpHeaders }> =
  [];
let web: LocalServer;
let hostile: LocalServer;

beforeAll(async () => {
  web = await serveHttp((request, response) => {
    const [host = ""] = (request.headers.host ?? "").split(":");
    seen.push({ host, method: request.method ?? "", headers: request.headers });
    const query = new URL(request.url ?? "", "http://redirect.test").searchParams;
    const location = query.get("to");
    if (location === null) response.end("ok");
    else response.writeHead(Number(query.get("code") ?? 302), { location: placeServers(location) }).end();
  });
  hostile = await serveTcp((socket) => {
    socket.once("data", (request) => {
      const endless = request.includes("endless.test");
      socket.write(endless ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" : "HTTP/1.1 200 OK\r\n");
      const piece = endless ? `4000\r\n${"x".repeat(0x4000)}\r\n` : `x-${"y".repeat(4096)}: z\r\n`;
      const pour = () => {
        while (socket.writable && socket.write(piece));
      };
      socket.on("drain", pour);
      pour();
    });
  });
});

afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await hostile[Symbol.asyncDispose]();
});

/** Gives the names that stand for reachable servers the port of ours. */
function placeServers(code: string): string {
  return code
    .replaceAll(/https:\/\/(redirect|evil|example)\.test\//g, `http://$1.test:${web.port}/`)
    .replaceAll(/https:\/\/(endless|huge-headers)\.test\//g, `http://$1.test:${hostile.port}/`);
}

function createCapability() {
  const ours = (port: number, ...names: string[]) => names.map((name) => ({ host: `${name}.test`, port }));
  return createHttpCapability({
    allow: () => [
      ...ours(web.port, "redirect", "evil", "example"),
      ...ours(hostile.port, "endless", "huge-headers"),
    ],
    lookup: async (name) => ADDRESSES.get(name) ?? ["127.0.0.1"],
    limits: { responseBytes: RESPONSE_BYTES, timeoutMs: 10_000 },
  });
}

interface AttackOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly upgrade?: string;
}

/** Runs an attack against the capability; `fetch` passes on what it is given and checks nothing. */
async function attack(code: string): Promise<{ readonly answer?: unknown; readonly error?: Error }> {
  await using capability = createCapability();
  const fetch = (url: string, { method, headers, body, upgrade }: AttackOptions = {}) =>
    callHttp(
      capability,
      { url, method, upgrade, headers: Object.entries(headers ?? {}) },
      { body: body === undefined ? undefined : Buffer.from(body) },
    );
  const run = runInNewContext(`async (host) => { ${placeServers(code)} }`) as (
    host: unknown,
  ) => Promise<unknown>;
  try {
    return { answer: await run({ fetch }) };
  } catch (error) {
    return { error: error as Error };
  }
}

describe("attacks on the egress guard", () => {
  test.each(fixture.attacks)("$id: $code → $must", async ({ id, code }) => {
    seen.length = 0;
    using connects = watchConnects();
    const { answer, error } = await attack(code);

    if (ANSWERED.has(id)) {
      expect(answer).toMatchObject({ status: 200, redirected: true });
      const [, second] = seen;
      expect(second?.host).toBe("evil.test");
      expect(Object.keys(second?.headers ?? {})).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(?:authorization|cookie|x-api-key)$/)]),
      );
    } else if (EITHER_WAY.has(id)) {
      expect(seen.filter(({ method }) => method === "CONNECT")).toEqual([]);
    } else if (CAPPED.has(id)) {
      expect(error).toMatchObject({ code: "HTTP_RESPONSE_LIMIT" });
      await expect.poll(() => hostile.open()).toBe(0);
    } else {
      // `upgrade` is no option: the schema says so.
      if (!(error instanceof TypeError)) expect(error).toBeInstanceOf(CapabilityError);
      if (error instanceof CapabilityError) expect(REFUSALS).toContain(error.code);
      const secondHop = REFUSED_AT_SECOND_HOP.test(id);
      expect(connects.count()).toBe(secondHop ? 1 : 0);
      expect(seen.length).toBe(secondHop ? 1 : 0);
    }
  });

  test("a refusal names the host and not the address that DNS gave", async () => {
    const { error } = await attack('return await host.fetch("http://127.0.0.1.nip.io/")');
    const { error: rebind } = await attack('return await host.fetch("http://rebind.test/")');
    expect(error?.message).toMatch(/^127\.0\.0\.1\.nip\.io is not a public host/);
    expect(rebind?.message).toMatch(/^rebind\.test is not a public host/);
    expect(rebind?.message).not.toMatch(/127|93\.184/);
  });
});
