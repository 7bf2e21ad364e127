import { afterAll, beforeAll, expect, test } from "vitest";
import { ROLE_PERMISSIONS } from "../auth/permission.ts";
import type { Caller } from "../auth/principal.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import type { TrialRequest } from "./trial.ts";

let skerry: TestPlatform;
let acme: TestClient;
beforeAll(async () => {
  skerry = await createTestPlatform();
  [acme] = await Promise.all([skerry.createTenant("acme"), skerry.createTenant("rival")]);
  await make("orders", "http", 'export default () => new Response("published");', {
    path: "/orders/:id",
    methods: ["GET", "POST"],
    auth: { type: "apiKey" },
  });
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function make(name: string, type: string, source: string, settings: object = {}): Promise<void> {
  expect((await acme.request("POST", "/api/v1/scripts", { name, type, source, settings })).status).toBe(201);
}

async function draft(name: string, source: string): Promise<void> {
  expect((await acme.request("PUT", `/api/v1/scripts/${name}/draft`, { source })).status).toBe(200);
}

function callerOf(tenantId: string, role: "developer" | "viewer" = "developer"): Caller {
  const permissions = new Set(ROLE_PERMISSIONS[role]);
  return {
    tenantId,
    principal: { kind: "user", tenantId, id: "u1", permissions },
    origin: { requestId: "r1" },
    suspended: false,
  };
}

async function send(name: string, request: Partial<TrialRequest>, caller = callerOf("acme")) {
  const asked = { method: "GET", path: "/orders/7", headers: new Headers(), body: "", ...request } as const;
  return await skerry.platform.services.endpointTrials.send(caller, name, asked);
}

test("the draft answers, else what is published, and the execution is on record", async () => {
  expect((await send("orders", {})).text).toBe("published");
  await draft(
    "orders",
    "export default async (request, ctx) => Response.json({ url: request.url, id: ctx.trigger.params.id, body: await request.text() });",
  );
  const answer = await send("orders", { method: "POST", path: "/orders/7?now", body: "two" });
  expect(JSON.parse(answer.text)).toEqual({
    url: "http://localhost/run/acme/orders/7?now",
    id: "7",
    body: "two",
  });
  const { body } = await acme.request("GET", `/api/v1/executions/${answer.executionId}`);
  expect(body).toMatchObject({ version: 0, trigger: "http", actor: "user:u1", status: "completed" });
  expect((await acme.request("GET", "/run/acme/orders/7")).text).toBe("published");
});

test.each([
  ["a path of another script", { path: "/other" }, "ENDPOINT_NOT_FOUND"],
  ["a method that it does not take", { method: "DELETE" }, "METHOD_NOT_ALLOWED"],
] as const)("%s is refused", async (_what, request, code) => {
  await expect(send("orders", request)).rejects.toMatchObject({ code });
});

test("nobody else's script is asked, and none by who may not run it", async () => {
  await expect(send("orders", {}, callerOf("rival"))).rejects.toMatchObject({ code: "SCRIPT_NOT_FOUND" });
  await expect(send("orders", {}, callerOf("acme", "viewer"))).rejects.toMatchObject({
    code: "PERMISSION_DENIED",
  });
  await make("once", "oneoff", "export default () => 1;");
  await expect(send("once", {})).rejects.toMatchObject({ code: "SCRIPT_NOT_EXECUTABLE" });
});

test("a response without an end is cut, and its script cancelled", async () => {
  const source = `export default () => new Response(new ReadableStream({
    pull(controller) { controller.enqueue(new TextEncoder().encode("x".repeat(10_000))); },
  }));`;
  await make("endless", "http", source, { path: "/endless" });
  const { text, isCut, executionId } = await send("endless", { path: "/endless" });
  expect({ length: text.length, isCut }).toEqual({ length: 64_000, isCut: true });
  const statusOf = async () =>
    (await acme.request<{ status: string }>("GET", `/api/v1/executions/${executionId}`)).body.status;
  await expect.poll(statusOf, { timeout: 20_000 }).toBe("cancelled");
});
