import { once } from "node:events";
import { request as sendRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createVisitors } from "../../test/browser/visitors.ts";
import type { Visitors } from "../../test/browser/visitors.ts";
import { createTestPlatform, OPERATOR_KEY } from "../../test/platform.ts";
import type { TestPlatform } from "../../test/platform.ts";
import { createSite } from "../main/site.ts";

const BASE_DOMAIN = "run.example.com";
const ACME = `acme.${BASE_DOMAIN}`;
const OWN = "run.example.com:8080";

let skerry: TestPlatform;
let visitors: Visitors;

/** What a script answers that tells of its request; each name is published at its own path. */
const SOURCES = {
  where: "export default ({ url }) => new Response(url);",
  root: "export default () => 'root of acme';",
  health: "export default () => 'as well as can be';",
  cookies:
    "export default (request) => new Response(request.headers.get('cookie'), { headers: [['set-cookie', 'a=1; Domain=example.com'], ['set-cookie', 'skerry_session=evil']] });",
};
const SETTINGS = { where: { path: "/where/*" }, root: { path: "/" }, health: {}, cookies: {} };

beforeAll(async () => {
  skerry = await createTestPlatform({
    baseUrl: `http://${OWN}/skerry`,
    basePath: "/skerry",
    baseDomain: BASE_DOMAIN,
  });
  visitors = await createVisitors(skerry);
  for (const [name, source] of Object.entries(SOURCES)) {
    const settings = SETTINGS[name as keyof typeof SETTINGS];
    const made = await visitors.acme.request("POST", "/api/v1/scripts", {
      name,
      type: "http",
      source,
      settings,
    });
    if (made.status !== 201) throw new Error(made.text);
  }
});
afterAll(() => skerry[Symbol.asyncDispose]());

/** Asks the server's socket under any name, as a proxy does that hands `Host` on. */
async function ask(
  host: string,
  path: string,
  { method = "GET", headers = {} }: { readonly method?: string; readonly headers?: object } = {},
) {
  const { port } = new URL(skerry.url);
  const sent = sendRequest({ host: "127.0.0.1", port, path, method, headers: { ...headers, host } });
  sent.end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const { statusCode: status, headers: received } = answer;
  return { status, cookies: received["set-cookie"], text: await text(answer) };
}

function codeOf(answer: { readonly text: string }): unknown {
  return (JSON.parse(answer.text) as { readonly code: unknown }).code;
}

describe("a tenant's own host", () => {
  test.each([ACME, `${ACME}:8080`, `ACME.Run.Example.COM`, `${ACME}.`])(
    "%s answers with the endpoints, at whole paths",
    async (host) => {
      expect(await ask(host, "/")).toMatchObject({ status: 200, text: "root of acme" });
      const { text: seen } = await ask(host, "/where/a%20b/c?x=1");
      expect(new URL(seen)).toMatchObject({ pathname: "/where/a%20b/c", search: "?x=1" });
      expect(new URL(seen).hostname).toMatch(/^acme\.run\.example\.com\.?$/);
    },
  );

  test.each([
    "/sign-in",
    "/t/acme/scripts",
    "/operator/tenants",
    "/assets/styles.css",
    "/embed/t/acme/scripts/where",
    "/api/v1/scripts",
    "/api/v1/openapi.json",
    "/run/acme/where/a",
    "/skerry/",
    "/skerry/api/v1/scripts",
    "/skerry/run/acme/where/a",
    "/ready",
    "/metrics",
  ])("answers nothing else: there is no %s", async (path) => {
    const headers = {
      authorization: `Bearer ${OPERATOR_KEY}`,
      cookie: `skerry_session=${visitors.sessionOf("admin")}`,
    };
    const answer = await ask(ACME, path, { headers });
    expect([answer.status, codeOf(answer)]).toEqual([404, "ENDPOINT_NOT_FOUND"]);
  });

  test("leaves the paths of the platform's probes to its scripts", async () => {
    const site = createSite(skerry);
    const bodyOf = async (url: string) => await (await site(new Request(url))).text();
    expect(await bodyOf(`http://${ACME}/health`)).toBe("as well as can be");
    expect(await bodyOf(`http://${OWN}/health`)).toContain('"status":"ok"');
    expect(await bodyOf(`http://${ACME}/ready`)).toContain("ENDPOINT_NOT_FOUND");
  });

  test("gives nobody the platform's cookies, and takes none", async () => {
    const cookie = `skerry_session=${visitors.sessionOf("admin")}; b=2`;
    const answer = await ask(ACME, "/cookies", { headers: { cookie } });
    expect(answer).toEqual({ status: 200, text: "b=2", cookies: ["a=1"] });
    const headers = { "content-type": "application/json", "sec-fetch-site": "same-origin" };
    const signIn = await ask(ACME, "/api/v1/session", { method: "POST", headers });
    expect([signIn.status, signIn.cookies]).toEqual([404, undefined]);
  });
});

test.each([`nobody.${BASE_DOMAIN}`, `rival.${BASE_DOMAIN}`, `_acme.${BASE_DOMAIN}`])(
  "%s has no endpoint of another tenant, and no page",
  async (host) => {
    for (const path of ["/where/a", "/sign-in", "/skerry/sign-in"]) {
      expect(codeOf(await ask(host, path))).toBe("ENDPOINT_NOT_FOUND");
    }
  },
);

test.each([OWN, `a.${ACME}`, "127.0.0.1"])(
  "%s is the platform's, endpoints at /run included",
  async (host) => {
    expect(await ask(host, "/skerry/sign-in")).toMatchObject({ status: 200 });
    expect((await ask(host, "/skerry/run/acme/where/a")).text).toMatch(/\/skerry\/run\/acme\/where\/a$/);
  },
);

test("what the process itself asks for goes by no host", async () => {
  const permissions = new Set(["scripts.read"] as const);
  const principal = { kind: "host", tenantId: "acme", id: "ada", permissions } as const;
  const answer = await skerry.platform.fetch(new Request(`http://${ACME}/api/v1/scripts`), { principal });
  expect(answer.status).toBe(200);
});

test("REST, pages and test requests give the address at the tenant's own host", async () => {
  const address = `http://${ACME}:8080/where/*`;
  const { body } = await visitors.acme.request<{ id: string; url: string }>("GET", "/api/v1/scripts/where");
  expect(body.url).toBe(address);
  for (const path of ["/t/acme/endpoints", `/t/acme/endpoints/${body.id}`]) {
    expect(await (await visitors.ask("admin", path)).text()).toContain(address);
  }
  const tested = await visitors.ask("admin", `/t/acme/endpoints/${body.id}/test`, {
    method: "POST",
    headers: { "sec-fetch-site": "same-origin" },
    body: new URLSearchParams({ method: "GET", "params.0": "x" }),
  });
  expect(await tested.text()).toContain(`http://${ACME}:8080/where/x`);
});
