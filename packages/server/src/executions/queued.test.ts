import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { AnswerBody, TestClient, TestPlatform } from "../../test/platform.ts";
import { withPlatform, withTenant } from "../db/tenant-scope.ts";
import type { Execution } from "./execution.ts";
import type { FinalFailure, QueuedOrder } from "./queued.ts";

let skerry: TestPlatform;
let acme: TestClient;
const failures: FinalFailure[] = [];

beforeAll(async () => {
  skerry = await createTestPlatform({ plans: { small: { quotas: { concurrentExecutions: 1 } } } });
  acme = await skerry.createTenant("acme");
  skerry.platform.queued.onFinalFailure((_queries, failed) => {
    failures.push(failed);
    return Promise.resolve();
  });
});
afterAll(() => skerry[Symbol.asyncDispose]());

interface ExecutionBody extends AnswerBody {
  readonly scriptId: string;
  readonly status: Execution["status"];
  readonly attempt: number;
  readonly jobId: string;
  readonly queuedMs: number;
  readonly createdAt: string;
  readonly startedAt: string;
  readonly completedAt: string;
}

/** Database and node tell the time apart, each in whole ms. */
const CLOCK_STEP_MS = 50;

function msBetween(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}

async function publish(name: string, source: string, tenant = acme): Promise<string> {
  const script = { name, type: "oneoff", source };
  return (await tenant.request("POST", "/api/v1/scripts", script)).body.id;
}

async function enqueue(order: Omit<QueuedOrder, "tenantId" | "trigger">): Promise<string | null> {
  return await withTenant(skerry.database, "acme", (queries) =>
    skerry.platform.queued.enqueue(queries, { tenantId: "acme", trigger: "event", ...order }),
  );
}

async function listAttempts(jobId: string): Promise<readonly ExecutionBody[]> {
  const answer = await acme.request<{ items: readonly ExecutionBody[] }>(
    "GET",
    "/api/v1/executions?limit=100",
  );
  return answer.body.items.filter((execution) => execution.jobId === jobId).toReversed();
}

async function untilAttempts(jobId: string, statuses: readonly Execution["status"][]) {
  return await vi.waitFor(
    async () => {
      const attempts = await listAttempts(jobId);
      expect(attempts.map(({ status }) => status)).toEqual(statuses);
      return attempts;
    },
    { interval: 50 },
  );
}

const run = (script: string, body: object, tenant = acme) =>
  tenant.request<ExecutionBody>("POST", `/api/v1/scripts/${script}/execute`, body);
const QUICK = { attempts: 3, backoffMs: 1, maxBackoffMs: 10 };

describe("an order", () => {
  test("tells the guest of trigger and attempt, and every attempt is kept with what it belongs to", async () => {
    const scriptId = await publish(
      "third-time",
      `export default (input, ctx) => {
        if (ctx.execution.attempt < 3) throw new Error("not yet");
        return { input, trigger: ctx.trigger };
      };`,
    );
    const triggerFields = { event: { id: "e1", type: "order.created" } };
    const correlation = { eventId: "e1", actor: "event" };
    const jobId = await enqueue({ scriptId, triggerFields, input: [1, "\0"], retry: QUICK, correlation });
    const attempts = await untilAttempts(jobId ?? "", ["failed", "failed", "completed"]);
    expect(attempts).toMatchObject([
      { id: jobId, attempt: 1, error: { code: "SCRIPT_ERROR", message: "not yet" } },
      { attempt: 2, eventId: "e1" },
      {
        attempt: 3,
        eventId: "e1",
        actor: "event",
        trigger: "event",
        output: { input: [1, "\0"], trigger: { type: "event", ...triggerFields, attempt: 3 } },
      },
    ]);
    expect(failures).toEqual([]);
  });

  test("is given up once, with all that its attempts failed of", async () => {
    const scriptId = await publish("never", `export default () => { throw new Error("never"); };`);
    const triggerFields = { event: { id: "e2", type: "order.paid", depth: 0 } };
    const jobId = await enqueue({
      scriptId,
      triggerFields,
      input: { a: 1 },
      retry: { ...QUICK, attempts: 2 },
    });
    const attempts = await untilAttempts(jobId ?? "", ["failed", "failed"]);
    await vi.waitFor(() => expect(failures).toHaveLength(1));
    const told = { code: "SCRIPT_ERROR", message: "never", at: expect.any(String) as string };
    expect(failures.splice(0)).toEqual([
      {
        tenantId: "acme",
        scriptId,
        trigger: "event",
        input: { a: 1 },
        triggerFields,
        correlation: {},
        attempts: attempts.map(({ id }) => ({ executionId: id, ...told })),
      },
    ]);
  });

  test("that waits for its next attempt is given up by cancelling one that failed", async () => {
    const scriptId = await publish("waiting", `export default () => { throw new Error("not yet"); };`);
    const retry = { attempts: 3, backoffMs: 3_600_000, maxBackoffMs: 3_600_000 };
    const jobId = await enqueue({ scriptId, input: null, retry });
    await untilAttempts(jobId ?? "", ["failed"]);
    const stats = async () => (await skerry.platform.queued.stats()).jobs;
    await vi.waitFor(async () => expect(await stats()).toMatchObject({ scheduled: 1 }), { timeout: 20_000 });
    const cancel = () => acme.request("POST", `/api/v1/executions/${jobId}/cancel`);
    expect(await cancel()).toMatchObject({ status: 200, body: { status: "failed", attempt: 1 } });
    expect(await stats()).toMatchObject({ scheduled: 0, held: 0, ready: 0, running: 0 });
    expect(await cancel()).toMatchObject({ status: 409, body: { code: "EXECUTION_FINISHED" } });
    expect(failures).toEqual([]);
  });

  test("for a script that does not run any more is given up at once", async () => {
    const scriptId = await publish("stopped", "export default () => 1;");
    await acme.request("PATCH", "/api/v1/scripts/stopped", { status: "disabled" });
    const jobId = await enqueue({ scriptId, input: null, retry: QUICK });
    expect(await untilAttempts(jobId ?? "", ["failed"])).toMatchObject([
      { error: { code: "SCRIPT_DISABLED" } },
    ]);
    await vi.waitFor(() => expect(failures.splice(0)).toHaveLength(1));
  });

  test("is taken once per key, also when the first has ended, and only when its transaction commits", async () => {
    const scriptId = await publish("keyed", "export default () => 1;");
    const order = { scriptId, input: null, key: "tick@1" };
    const undone = withTenant(skerry.database, "acme", async (queries) => {
      await skerry.platform.queued.enqueue(queries, { tenantId: "acme", trigger: "cron", ...order });
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    const first = await enqueue(order);
    expect(await enqueue(order)).toBeNull();
    await untilAttempts(first ?? "", ["completed"]);
    expect(await enqueue(order)).toBeNull();
    const many = await withPlatform(skerry.database, (queries) =>
      skerry.platform.queued.enqueueMany(
        queries,
        ["tick@1", "tick@2", "tick@2"].map((key) => ({ tenantId: "acme", trigger: "cron", ...order, key })),
      ),
    );
    expect(many).toEqual([null, expect.any(String), null]);
  });

  test.each([
    ["a script that there is not", { scriptId: randomUUIDv7(), input: null }, "SCRIPT_NOT_FOUND"],
    ["an input that is too large", { input: "x".repeat(2 * 1024 * 1024) }, "BODY_LIMIT"],
  ])("with %s is refused", async (_, order, code) => {
    const scriptId = (await acme.request("GET", "/api/v1/scripts/keyed")).body.id;
    await expect(enqueue({ scriptId, ...order })).rejects.toMatchObject({ code });
  });

  test("waits while the tenant has as many executions as it may, without losing an attempt", async () => {
    const small = await skerry.createTenant("small");
    await skerry.operator.request("PATCH", "/api/v1/tenants/small", { plan: "small" });
    const source = "export default (ms) => new Promise((resolve) => setTimeout(resolve, ms, ms));";
    await publish("sleep", source, small);
    const direct = run("sleep", { input: 1_500 }, small);
    await vi.waitFor(async () =>
      expect((await small.request("GET", "/api/v1/executions?status=running")).body.items).toHaveLength(1),
    );
    const waiting = await run("sleep", { input: 1, wait: false }, small);
    expect(waiting).toMatchObject({ status: 202, body: { status: "pending" } });
    await direct;
    await vi.waitFor(async () => {
      const { body } = await small.request<ExecutionBody>("GET", `/api/v1/executions/${waiting.body.id}`);
      expect(body).toMatchObject({ status: "completed", attempt: 1 });
      expect(body.queuedMs).toBeGreaterThan(msBetween(body.createdAt, body.startedAt) - CLOCK_STEP_MS);
    });
  });
});

describe("a run by hand", () => {
  test("may be for later, and is cancelled before it begins", async () => {
    await publish("later", "export default () => 1;");
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const ordered = await run("later", { at, trigger: "manual", input: { a: 1 } });
    expect(ordered).toMatchObject({
      status: 202,
      body: { status: "pending", trigger: "manual", startAfter: at, input: { a: 1 } },
    });
    const cancelled = await acme.request("POST", `/api/v1/executions/${ordered.body.id}/cancel`);
    expect(cancelled).toMatchObject({ status: 200, body: { status: "cancelled", startedAt: null } });
    const { jobs } = await skerry.platform.queued.stats();
    expect(jobs.scheduled).toBe(0);
  });

  test("starts at its time, with the version that is published then", async () => {
    await publish("soon", "export default () => 1;");
    let version = 1;
    let at: Date;
    let ordered: Awaited<ReturnType<typeof run>>;
    // Until publishing takes less time than there is.
    do {
      at = new Date(Date.now() + 1_000 * version);
      ordered = await run("soon", { at });
      const source = `export default () => ${version + 1};`;
      await acme.request("PATCH", "/api/v1/scripts/soon", { source, baseVersion: version });
      version++;
    } while (Date.now() >= at.getTime());
    const [attempt] = await untilAttempts(ordered.body.id, ["completed"]);
    expect(attempt).toMatchObject({ output: version, version });
    const lateMs = msBetween(at.toISOString(), attempt?.startedAt ?? "");
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(Math.abs((attempt?.queuedMs ?? 0) - lateMs)).toBeLessThan(CLOCK_STEP_MS);
  });

  test("counts as one of those that may run at a time, also when it is a replay, unless it is waited for", async () => {
    const source = "export default (ms) => new Promise((resolve) => setTimeout(resolve, ms, ms));";
    const settings = { events: ["never"], concurrency: { limit: 1 }, limits: { wallMs: 600_000 } };
    await acme.request("POST", "/api/v1/scripts", { name: "single", type: "event", source, settings });
    const first = await run("single", { input: 50, wait: false });
    const second = await run("single", { input: 50, wait: false });
    await untilAttempts(first.body.id, ["completed"]);
    const path = `/api/v1/executions/${first.body.id}/replay`;
    const replayed = await acme.request<ExecutionBody>("POST", path, { wait: false, input: 600_000 });
    await untilAttempts(second.body.id, ["completed"]);
    await untilAttempts(replayed.body.id, ["running"]);

    const held = await run("single", { input: 1, wait: false });
    expect(await run("single", { input: 1 })).toMatchObject({ status: 200, body: { status: "completed" } });
    expect((await skerry.platform.queued.stats()).jobs.held).toBe(1);
    await acme.request("POST", `/api/v1/executions/${replayed.body.id}/cancel`);
    const [ended] = await untilAttempts(held.body.id, ["completed"]);
    expect(ended?.queuedMs).toBeGreaterThan(
      msBetween(ended?.createdAt ?? "", ended?.startedAt ?? "") - CLOCK_STEP_MS,
    );
    const [before] = await untilAttempts(replayed.body.id, ["cancelled"]);
    expect(msBetween(before?.completedAt ?? "", ended?.startedAt ?? "")).toBeGreaterThan(-CLOCK_STEP_MS);
  });

  test.each([
    ["tomorrow"],
    ["2026-13-01T00:00:00Z"],
    [new Date(Date.now() + 400 * 86_400_000).toISOString()],
  ])("is refused at %s", async (at) => {
    expect(await run("later", { at })).toMatchObject({ status: 422, body: { errors: [{ path: "at" }] } });
  });

  test("keeps no value of a secret in its input, but gets it", async () => {
    await acme.request("PUT", "/api/v1/secrets/TOKEN", { value: "hunter2-hunter2" });
    await publish("length", "export default (text) => text.length;");
    const ordered = await run("length", { wait: false, input: "hunter2-hunter2" });
    expect(ordered.body).toMatchObject({ input: "[secret TOKEN]" });
    const ended = await untilAttempts(ordered.body.id, ["completed"]);
    expect(ended).toMatchObject([{ input: "[secret TOKEN]", output: 15 }]);
  });
});

test("a node that stops gives back what it runs, as an attempt that does not count", async () => {
  await using own = await createTestPlatform();
  const tenant = await own.createTenant("acme");
  await publish(
    "slow",
    "export default () => new Promise((resolve) => setTimeout(resolve, 20_000));",
    tenant,
  );
  const { body } = await run("slow", { wait: false }, tenant);
  const listen = await own.database.pool.connect();
  await vi.waitFor(async () =>
    expect((await tenant.request("GET", "/api/v1/executions?status=running")).body.items).toHaveLength(1),
  );
  await own.platform.drain(50);
  const { rows: executions } = await listen.query(
    "select status, error->>'code' as code from skerry.executions",
  );
  const { rows: jobs } = await listen.query("select id, state, attempts from skerry.jobs");
  listen.release();
  expect(executions).toEqual([{ status: "failed", code: "NODE_LOST" }]);
  expect(jobs).toEqual([{ id: body.id, state: "ready", attempts: 0 }]);
});
