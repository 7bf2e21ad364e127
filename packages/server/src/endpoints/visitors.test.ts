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

describe("an http script at a wildcard", () => {
  test("answers what no closer one takes, and shares the place with no other", async () => {
    const source = "export default (_request, ctx) => ctx.trigger.params;";
    await publish("files", source, { path: "/files/*" });
    await publish("index", "export default () => 'index';", { path: "/files/index" });
    expect((await visitor.request("GET", "/run/acme/files/a/b%2Fc")).body).toEqual({ 0: "a/b/c" });
    expect((await visitor.request("GET", "/run/acme/files/index")).text).toBe("index");
    const settings = { path: "/files/:rest+", methods: ["GET"] };
    const refused = await acme.request("POST", "/api/v1/scripts", {
      name: "rest",
      type: "http",
      source,
      settings,
    });
    expect(refused).toMatchObject({ status: 409, body: { code: "ENDPOINT_CONFLICT" } });
    expect(refused.body.detail).toMatch(/rest.*files/);
  });
});

describe("between a visitor and an http script", () => {
  test("cookies of the platform are neither seen nor set", async () => {
    const own = ["session", "oidc", "toast", "theme", "language", "tour", "whatever_comes"];
    const set = [...own.map((name) => `skerry_${name}=evil; Path=/`), "a=1", "=skerry_session=evil"];
    const cookies = JSON.stringify([...set, " skerry_session =evil", "skerry_flag"]);
    await publish(
      "thief",
      `export default (request) => new Response(request.headers.get('cookie'), { headers: ${cookies}.map((c) => ['set-cookie', c]) });`,
    );
    const sent = own.map((name) => `skerry_${name}=secret`).join("; ");
    const cookie = `b=2; ${sent}; c=skerry_session; my_skerry_session=3`;
    const answer = await visitor.request("GET", "/run/acme/thief", undefined, { cookie });
    expect(answer.text).toBe("b=2; c=skerry_session; my_skerry_session=3");
    expect(answer.headers.getSetCookie()).toEqual(["a=1"]);
  });

  test("nothing is kept by caches unless the script says so", async () => {
    await publish(
      "kept",
      "export default () => new Response('', { headers: { 'cache-control': 'max-age=9' } });",
    );
    await publish("gone", "export default () => '';");
    const keep = async (path: string) => (await visitor.request("GET", path)).headers.get("cache-control");
    expect(await keep("/run/acme/kept")).toBe("max-age=9");
    expect(await keep("/run/acme/gone")).toBe("no-store");
    expect(await keep("/run/acme/nowhere")).toBe("no-store");
  });

  test("goes the address of who asks, which the history has too", async () => {
    await publish("sender", "export default (_request, ctx) => ctx.trigger.remoteAddress;");
    const request = new Request(`${skerry.url}/run/acme/sender`, { headers: { "x-request-id": "bad id" } });
    const response = await skerry.platform.fetch(request, { remoteAddress: "192.0.2.7" });
    expect(await response.text()).toBe("192.0.2.7");
    const id = response.headers.get("skerry-execution-id");
    expect((await acme.request("GET", `/api/v1/executions/${id}`)).body).toMatchObject({
      actor: "address:192.0.2.7",
      requestId: id,
    });
  });
});
