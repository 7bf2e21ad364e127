import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function create(name: string, type: "oneoff" | "http", source: string, settings: object = {}) {
  const answer = await acme.request("POST", "/api/v1/scripts", { name, type, source, settings });
  expect(answer.status).toBe(201);
  return answer.body;
}

describe("a replay", () => {
  test("repeats input and version of an execution as a new one that names it", async () => {
    const { id: scriptId } = await create("echo", "oneoff", "export default (input) => ['first', input];");
    const first = await acme.request("POST", "/api/v1/scripts/echo/execute", { input: { sku: "A1" } });
    expect(first.body).toMatchObject({ replayOf: null });
    await acme.request("PATCH", "/api/v1/scripts/echo", {
      source: "export default (input) => ['second', input];",
    });

    const again = await acme.request("POST", `/api/v1/executions/${first.body.id}/replay`);
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({
      scriptId,
      version: 1,
      trigger: "api",
      status: "completed",
      input: { sku: "A1" },
      output: ["first", { sku: "A1" }],
      replayOf: first.body.id,
    });
    expect(again.body.id).not.toBe(first.body.id);
    expect((await acme.request("GET", `/api/v1/executions/${again.body.id}`)).body).toEqual(again.body);

    const changed = await acme.request("POST", `/api/v1/executions/${again.body.id}/replay`, {
      input: null,
      version: 2,
    });
    expect(changed.body).toMatchObject({ version: 2, output: ["second", null], replayOf: again.body.id });
    const begun = await acme.request("POST", `/api/v1/executions/${first.body.id}/replay`, { wait: false });
    expect(begun).toMatchObject({ status: 202, body: { status: "pending", replayOf: first.body.id } });
  });

  test("of a request to an endpoint, or of a script that is disabled or deleted, is refused", async () => {
    await create("web", "http", "export default () => 'hello';");
    const { headers } = await acme.request("GET", "/run/acme/web");
    const replay = (id: string | null) => acme.request("POST", `/api/v1/executions/${id}/replay`);
    expect(await replay(headers.get("skerry-execution-id"))).toMatchObject({
      status: 409,
      body: { code: "SCRIPT_NOT_EXECUTABLE" },
    });

    await create("brief", "oneoff", "export default () => 1;");
    const { body } = await acme.request("POST", "/api/v1/scripts/brief/execute");
    await acme.request("PATCH", "/api/v1/scripts/brief", { status: "disabled" });
    expect(await replay(body.id)).toMatchObject({ status: 409, body: { code: "SCRIPT_DISABLED" } });
    await acme.request("DELETE", "/api/v1/scripts/brief");
    expect(await replay(body.id)).toMatchObject({ status: 404, body: { code: "SCRIPT_NOT_FOUND" } });
  });

  test("needs the right to read as well, for it shows the recorded input", async () => {
    await create("secretive", "oneoff", "export default () => 1;");
    const { body } = await acme.request("POST", "/api/v1/scripts/secretive/execute", { input: "private" });
    const { body: made } = await acme.request("POST", "/api/v1/api-keys", {
      name: "runner",
      scopes: ["scripts.execute"],
    });
    const refused = await skerry.client(made.key).request("POST", `/api/v1/executions/${body.id}/replay`);
    expect(refused).toMatchObject({ status: 403, body: { code: "PERMISSION_DENIED" } });
    expect(refused.text).not.toContain("private");
  });
});

describe("limits.concurrentRuns", () => {
  const settings = { limits: { concurrentRuns: 2 } };

  test("refuses executions beyond it, and frees places as they end", async () => {
    const wait = "new Promise((resolve) => setTimeout(resolve, 20_000))";
    await create("narrow", "oneoff", `export default (input) => input === 'wait' ? ${wait} : 1;`, settings);
    const execute = (input: unknown, wait: boolean) =>
      acme.request("POST", "/api/v1/scripts/narrow/execute", { input, wait });
    const begun = [await execute("wait", false), await execute("wait", false)];
    expect(begun.map(({ status }) => status)).toEqual([202, 202]);
    await vi.waitFor(async () => {
      const running = await acme.request("GET", "/api/v1/executions?script=narrow&status=running");
      expect(running.body.items).toHaveLength(2);
    });

    const refused = await execute(null, true);
    expect(refused).toMatchObject({ status: 429, body: { code: "CONCURRENCY_LIMIT" } });
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(refused.body.detail).toContain("concurrentRuns is 2");
    const { body } = await acme.request("GET", "/api/v1/executions?script=narrow");
    expect(body.items).toHaveLength(2);

    await acme.request("POST", `/api/v1/executions/${begun[0]?.body.id}/cancel`);
    expect(await execute(null, true)).toMatchObject({ status: 200, body: { output: 1 } });
    await acme.request("POST", `/api/v1/executions/${begun[1]?.body.id}/cancel`);
  });

  test("holds for requests to endpoints, and for one script alone", async () => {
    const rest = "new Promise((resolve) => setTimeout(() => resolve('in'), 1_000))";
    await create("gate", "http", `export default () => ${rest};`, settings);
    await create("beside", "http", "export default () => 'in';", settings);
    const visit = (name: string) => acme.request("GET", `/run/acme/${name}`);

    const answers = await Promise.all([visit("gate"), visit("gate"), visit("gate"), visit("beside")]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 200, 200, 429]);
    expect(answers[3]).toMatchObject({ status: 200, text: "in" });
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ code: "CONCURRENCY_LIMIT" });
    expect(refused?.headers.get("retry-after")).toBe("1");
    expect((await visit("gate")).status).toBe(200);
  });
});
