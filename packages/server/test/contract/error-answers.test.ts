import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestPlatform } from "../platform.ts";
import type { TestClient, TestPlatform } from "../platform.ts";
import { UNKNOWN_ID } from "./resources.ts";

let skerry: TestPlatform;
let acme: TestClient;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
});
afterAll(() => skerry[Symbol.asyncDispose]());

test("an endpoint's response that HTTP cannot carry is told apart from one of ours", async () => {
  const source = 'export default () => new Response("", { headers: { long: "x".repeat(200_000) } });';
  await acme.request("POST", "/api/v1/scripts", { name: "odd", type: "http", source });
  const answer = await skerry.client().request("GET", "/run/acme/odd");
  expect(answer).toMatchObject({ status: 500, body: { code: "RESPONSE_INVALID" } });
  expect(answer.body.executionId).toMatch(/^[0-9a-f-]{36}$/);
});

test("users who are not there or disabled get no sign-in link", async () => {
  const link = async (id: string) => await acme.request("POST", `/api/v1/users/${id}/sign-in-link`);
  expect(await link(UNKNOWN_ID)).toMatchObject({ status: 404, body: { code: "USER_NOT_FOUND" } });
  const person = { email: "ada@acme.example", name: "Ada", role: "viewer" };
  const { id } = (await acme.request("POST", "/api/v1/users", person)).body;
  expect((await link(id)).status).toBe(201);
  expect((await acme.request("PATCH", `/api/v1/users/${id}`, { status: "disabled" })).status).toBe(200);
  expect(await link(id)).toMatchObject({ status: 409, body: { code: "USER_DISABLED" } });
});

test("nobody signs in by a provider that is not configured", async () => {
  const answer = await skerry.client().request("GET", "/api/v1/session/oidc/start?tenant=acme");
  expect(answer).toMatchObject({ status: 404, body: { code: "OIDC_NOT_CONFIGURED" } });
});
