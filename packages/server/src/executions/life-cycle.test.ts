import { randomUUIDv7 } from "node:crypto";
import { guestBundle } from "#bundles";
import { createRunnerPool } from "@skerry/sandbox";
import type { RunnerPool } from "@skerry/sandbox";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestPlatform, OPERATOR_KEY } from "../../test/platform.ts";
import type { AnswerBody, TestClient, TestPlatform } from "../../test/platform.ts";
import { EVERY_PERMISSION } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import { createPlatform } from "../platform.ts";
import type { Execution } from "./execution.ts";

/** One runner for two tenants: while one tenant keeps it, the other waits. */
let pool: RunnerPool;
let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let globex: TestClient & { readonly key: string };

/** Two clocks are read, one of whole milliseconds. */
const CLOCK_STEP_MS = 10;

const SLEEP = "export default (ms) => new Promise((resolve) => setTimeout(resolve, ms, ms));";

beforeAll(async () => {
  pool = await createRunnerPool({ guestBundle: await guestBundle(), maxRunners: 1, spareRunners: 1 });
  skerry = await createTestPlatform({ pool });
  acme = await skerry.createTenant("acme");
  globex = await skerry.createTenant("globex");
  for (const tenant of [acme, globex]) {
    await tenant.request("POST", "/api/v1/scripts", { name: "sleep", type: "oneoff", source: SLEEP });
  }
});
afterAll(async () => {
  await skerry[Symbol.asyncDispose]();
  await pool.close();
});

interface ExecutionBody extends AnswerBody {
  readonly status: Execution["status"];
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly queuedMs: number;
  readonly durationMs: number;
}

async function begin(tenant: TestClient, ms: number): Promise<string> {
  const body = { input: ms, wait: false };
  const answer = await tenant.request("POST", "/api/v1/scripts/sleep/execute", body);
  expect(answer).toMatchObject({ status: 202, body: { status: "pending", startedAt: null } });
  return answer.body.id;
}

async function read(tenant: TestClient, id: string): Promise<ExecutionBody> {
  return (await tenant.request<ExecutionBody>("GET", `/api/v1/executions/${id}`)).body;
}

async function reaches(tenant: TestClient, id: string, status: Execution["status"]): Promise<ExecutionBody> {
  return await vi.waitFor(async () => {
    const execution = await read(tenant, id);
    expect(execution.status).toBe(status);
    return execution;
  });
}

const cancel = (tenant: TestClient, id: string) =>
  tenant.request<ExecutionBody>("POST", `/api/v1/executions/${id}/cancel`);

describe("an execution", () => {
  test("is pending while it waits for a runner, running once it has one, and its wait is told apart", async () => {
    const first = await begin(acme, 20_000);
    await reaches(acme, first, "running");
    const second = await begin(globex, 1);
    const before = await read(globex, second);
    expect(before).toMatchObject({ status: "pending", startedAt: null, queuedMs: null });
    const createdAt = Date.parse(before.createdAt);
    const pending = await globex.request("GET", "/api/v1/executions?status=pending");
    expect(pending.body.items).toMatchObject([{ id: second }]);

    await vi.waitFor(() => expect(Date.now() - createdAt).toBeGreaterThan(800));
    await cancel(acme, first);
    const ended = await reaches(globex, second, "completed");
    expect(ended.queuedMs).toBeGreaterThan(200);
    const wholeMs = Date.parse(ended.completedAt ?? "") - createdAt;
    expect(ended.durationMs).toBeLessThanOrEqual(wholeMs - ended.queuedMs + CLOCK_STEP_MS);
    expect(Date.parse(ended.startedAt ?? "")).toBeGreaterThan(
      Date.parse((await read(acme, first)).startedAt ?? ""),
    );
  });

  test("is cancelled while it waits: it never started, and the guest never ran", async () => {
    const holder = await begin(acme, 20_000);
    await reaches(acme, holder, "running");
    const waiting = await begin(globex, 1);
    expect(await cancel(globex, waiting)).toMatchObject({
      status: 200,
      body: { status: "cancelled", startedAt: null, durationMs: 0, error: { code: "CANCELLED" } },
    });
    expect(await cancel(acme, holder)).toMatchObject({ status: 200, body: { status: "cancelled" } });
    expect(await cancel(acme, holder)).toMatchObject({ status: 409, body: { code: "EXECUTION_FINISHED" } });
  });

  test("is cancelled while it waits on another node", async () => {
    const holder = await begin(acme, 20_000);
    await reaches(acme, holder, "running");
    const waiting = await begin(globex, 1);
    await using node = await createPlatform({
      database: skerry.database,
      pool,
      vault: skerry.vault,
      quotas: skerry.quotas,
      logger: pino({ level: "silent" }),
      operatorKey: OPERATOR_KEY,
    });
    const request = new Request(`http://node/api/v1/executions/${waiting}/cancel`, {
      method: "POST",
      headers: { authorization: `Bearer ${globex.key}` },
    });
    expect([200, 202]).toContain((await node.fetch(request)).status);
    await reaches(globex, waiting, "cancelled");
    await cancel(acme, holder);
  });

  test("has one end, whichever of its own and a cancellation comes first", async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, (_, index) => begin(acme, index % 6)));
    const asked = await Promise.all(ids.map((id) => cancel(acme, id)));
    for (const [index, { status, body }] of asked.entries()) {
      const final = await read(acme, ids[index] ?? "");
      if (status === 409) expect(body).toMatchObject({ code: "EXECUTION_FINISHED" });
      else expect(body).toMatchObject({ status: final.status });
      expect(["completed", "cancelled"]).toContain(final.status);
      expect(final).toMatchObject(
        final.status === "completed"
          ? { error: null, output: index % 6 }
          : { error: { code: "CANCELLED" }, output: null },
      );
    }
  });
});

describe("where an execution comes from", () => {
  test("is recorded, and filters the list", async () => {
    const requestId = randomUUIDv7();
    const asked = await acme.request(
      "POST",
      "/api/v1/scripts/sleep/execute",
      { input: 1 },
      { "x-request-id": requestId },
    );
    const { body: parent } = asked;
    expect(parent).toMatchObject({
      requestId,
      actor: expect.stringMatching(/^key:/) as string,
      parentId: null,
      eventId: null,
    });

    const caller: Caller = {
      tenantId: "acme",
      principal: { kind: "host", tenantId: "acme", id: undefined, permissions: EVERY_PERMISSION },
      suspended: false,
      origin: {},
    };
    const order = { input: 2, wait: true, draft: false, trigger: "manual" } as const;
    const cause = { parentId: parent.id, eventId: "order-1" } as const;
    const child = await skerry.platform.services.executions.execute(caller, "sleep", order, cause);
    expect(child).toMatchObject({
      ...cause,
      trigger: "manual",
      actor: "host",
      requestId: null,
      status: "completed",
    });

    const list = async (query: string) =>
      (await acme.request("GET", `/api/v1/executions?${query}`)).body.items;
    expect(await list(`requestId=${requestId}`)).toMatchObject([{ id: parent.id }]);
    expect(await list(`parent=${parent.id}`)).toMatchObject([{ id: child.id }]);
    expect(await list("eventId=order-1&trigger=manual&script=sleep&status=completed")).toMatchObject([
      { id: child.id },
    ]);
    expect(await list(`parent=${randomUUIDv7()}`)).toEqual([]);
    const made = child.createdAt.toISOString();
    expect(await list(`eventId=order-1&from=${made}`)).toMatchObject([{ id: child.id }]);
    expect(await list(`eventId=order-1&to=${made}`)).toEqual([]);
    const refused = await acme.request("GET", "/api/v1/executions?parent=nobody");
    expect(refused).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
  });
});

describe("a draft", () => {
  test("runs as version 0 and is replayed as it then is", async () => {
    const draft = (value: number) =>
      acme.request("PUT", "/api/v1/scripts/sleep/draft", { source: `export default () => ${value};` });
    expect((await draft(1)).status).toBeLessThan(300);
    const execute = (body: object) => acme.request("POST", "/api/v1/scripts/sleep/execute", body);
    const first = await execute({ draft: true });
    expect(first).toMatchObject({ status: 200, body: { version: 0, status: "completed", output: 1 } });
    await draft(2);
    const replay = (body: object) => acme.request("POST", `/api/v1/executions/${first.body.id}/replay`, body);
    expect(await replay({})).toMatchObject({ body: { version: 0, output: 2, replayOf: first.body.id } });
    expect(await replay({ version: 1, input: 3 })).toMatchObject({ body: { version: 1, output: 3 } });
    expect(await execute({ draft: true, version: 1 })).toMatchObject({
      status: 422,
      body: { code: "INPUT_INVALID", errors: [{ path: "draft" }] },
    });

    await acme.request("PUT", "/api/v1/scripts/sleep/draft", { source: "export default (" });
    expect(await execute({ draft: true })).toMatchObject({ status: 422, body: { code: "SCRIPT_COMPILE" } });
    await acme.request("DELETE", "/api/v1/scripts/sleep/draft");
    expect(await execute({ draft: true })).toMatchObject({ status: 404, body: { code: "DRAFT_NOT_FOUND" } });
    expect(await replay({})).toMatchObject({ status: 404, body: { code: "DRAFT_NOT_FOUND" } });
  });
});
