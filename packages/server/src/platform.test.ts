import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../test/platform.ts";
import type { TestClient, TestPlatform } from "../test/platform.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
});
afterAll(() => skerry[Symbol.asyncDispose]());

const DOUBLE =
  "export default async (input: { n: number }, ctx) => { ctx.log.info('doubling', { n: input.n }); return input.n * 2; };";

async function create(client: TestClient, script: object) {
  const answer = await client.request("POST", "/api/v1/scripts", script);
  expect(answer.text).toContain('"id"');
  expect(answer.status).toBe(201);
  return answer.body;
}

describe("a one-off script", () => {
  test("is created, executed and read back with its logs", async () => {
    const script = await create(acme, { name: "double", type: "oneoff", source: DOUBLE });
    expect(script).toMatchObject({
      name: "double",
      status: "active",
      activeVersion: 1,
      latestVersion: 1,
      source: DOUBLE,
    });

    const run = await acme.request("POST", "/api/v1/scripts/double/execute", { input: { n: 21 } });
    expect(run.status).toBe(200);
    expect(run.body).toMatchObject({
      scriptId: script.id,
      version: 1,
      trigger: "api",
      status: "completed",
      output: 42,
      error: null,
    });
    expect(run.body.memoryPeakBytes).toBeGreaterThan(0);

    const stored = await acme.request("GET", `/api/v1/executions/${run.body.id}`);
    expect(stored.body).toEqual(run.body);
    const logs = await acme.request("GET", `/api/v1/executions/${run.body.id}/logs`);
    expect(logs.body.items).toMatchObject([
      { seq: 0, level: "info", message: "doubling", fields: { n: 21 } },
    ]);
    const list = await acme.request(
      "GET",
      "/api/v1/executions?script=double&status=completed&trigger=api&limit=1",
    );
    expect(list.body).toEqual({ items: [run.body], nextCursor: null });
  });

  test("fails with the author's line, and its failure is an answer and no error", async () => {
    await create(acme, {
      name: "broken",
      type: "oneoff",
      source: "export default () => {\n  throw new RangeError('too far');\n};",
    });

    const run = await acme.request("POST", "/api/v1/scripts/broken/execute");
    expect(run.status).toBe(200);
    expect(run.body).toMatchObject({ status: "failed", output: null, error: { code: "SCRIPT_ERROR" } });
    expect(run.body.error.message).toContain("too far");
    expect(run.body.error.stack).toMatch(/broken\.ts:2:/);
  });

  test("keeps what Postgres' own types would refuse", async () => {
    const source =
      "export default (input, ctx) => { ctx.log.warn('nul \\0 half \\ud800'); return [input, '\\0', '\\ud800']; };";
    await create(acme, { name: "odd", type: "oneoff", source });

    const run = await acme.request("POST", "/api/v1/scripts/odd/execute", { input: "\0" });
    expect(run.body).toMatchObject({ status: "completed", output: ["\0", "\0", "\ud800"] });
    const stored = await acme.request("GET", `/api/v1/executions/${run.body.id}`);
    expect(stored.body).toEqual(run.body);
    const logs = await acme.request("GET", `/api/v1/executions/${run.body.id}/logs`);
    expect(logs.body.items[0]?.message).toMatch(/^nul .+ half \uFFFD$/);
  });

  test("runs in the background without `wait`, and can be cancelled", async () => {
    const source =
      "export default async () => { await new Promise((resolve) => setTimeout(resolve, 20_000)); };";
    await create(acme, { name: "slow", type: "oneoff", source });

    const begun = await acme.request("POST", "/api/v1/scripts/slow/execute", { wait: false });
    expect(begun.status).toBe(202);
    expect(begun.body).toMatchObject({ status: "pending", completedAt: null });
    const cancelled = await acme.request("POST", `/api/v1/executions/${begun.body.id}/cancel`);
    expect(cancelled.status).toBe(200);
    expect(cancelled.body).toMatchObject({ status: "cancelled", error: { code: "CANCELLED" } });
    const again = await acme.request("POST", `/api/v1/executions/${begun.body.id}/cancel`);
    expect(again).toMatchObject({ status: 409, body: { code: "EXECUTION_FINISHED" } });
  });

  test("ends with its limits, also by the caller's timeoutMs", async () => {
    await create(acme, {
      name: "loop",
      type: "oneoff",
      source: "export default () => { for (;;); };",
      settings: { limits: { cpuMs: 100 } },
    });
    const loop = await acme.request("POST", "/api/v1/scripts/loop/execute");
    expect(loop.body).toMatchObject({ status: "timeout", error: { code: "CPU_LIMIT" } });

    const slow = await acme.request("POST", "/api/v1/scripts/slow/execute", { timeoutMs: 50 });
    expect(slow.body).toMatchObject({ status: "timeout", error: { code: "WALL_LIMIT" } });
  });
});

describe("versions", () => {
  test("are made by changes, refused when stale, and published again to roll back", async () => {
    const source = (n: number) => `export default () => ${n};`;
    const { id } = await create(acme, { name: "counted", type: "oneoff", source: source(1) });

    const second = await acme.request("PATCH", `/api/v1/scripts/${id}`, {
      source: source(2),
      note: "two",
      baseVersion: 1,
    });
    expect(second.body).toMatchObject({ activeVersion: 2, latestVersion: 2, source: source(2) });
    const same = await acme.request("PATCH", `/api/v1/scripts/${id}`, {
      source: source(2),
      description: "counts",
    });
    expect(same.body).toMatchObject({ latestVersion: 2, description: "counts" });
    const stale = await acme.request("PATCH", `/api/v1/scripts/${id}`, { source: source(3), baseVersion: 1 });
    expect(stale).toMatchObject({ status: 409, body: { code: "VERSION_CONFLICT" } });

    const diff = await acme.request("GET", "/api/v1/scripts/counted/versions/1/diff/2");
    expect(diff.body).toMatchObject({ from: 1, to: 2, changes: [] });
    expect(diff.body.source).toContain("\n-export default () => 1;\n");

    const back = await acme.request("POST", "/api/v1/scripts/counted/publish", { version: 1 });
    expect(back.body).toMatchObject({ activeVersion: 1, latestVersion: 2, version: 1, source: source(1) });
    const run = await acme.request("POST", "/api/v1/scripts/counted/execute");
    expect(run.body).toMatchObject({ version: 1, output: 1 });
    const named = await acme.request("POST", "/api/v1/scripts/counted/execute", { version: 2 });
    expect(named.body).toMatchObject({ version: 2, output: 2 });

    const page = await acme.request("GET", "/api/v1/scripts/counted/versions?limit=1");
    expect(page.body.items).toMatchObject([{ version: 2, note: "two" }]);
    const next = await acme.request(
      "GET",
      `/api/v1/scripts/counted/versions?limit=1&cursor=${page.body.nextCursor}`,
    );
    expect(next.body).toMatchObject({ items: [{ version: 1 }], nextCursor: null });
    const one = await acme.request("GET", "/api/v1/scripts/counted/versions/2");
    expect(one.body).toMatchObject({ version: 2, source: source(2) });
    expect(one.body.checksum).toMatch(/^[0-9a-f]{64}$/);
  });

  test("do not come of a draft until it is published, but it runs when asked for", async () => {
    await create(acme, {
      name: "draft",
      type: "oneoff",
      source: "export default () => 'draft';",
      status: "draft",
    });
    const refused = await acme.request("POST", "/api/v1/scripts/draft/execute");
    expect(refused).toMatchObject({ status: 409, body: { code: "SCRIPT_NOT_PUBLISHED" } });
    const named = await acme.request("POST", "/api/v1/scripts/draft/execute", { draft: true });
    expect(named.body).toMatchObject({ output: "draft", version: 0 });
    const published = await acme.request("POST", "/api/v1/scripts/draft/publish", {});
    expect(published.body).toMatchObject({ status: "active", activeVersion: 1 });
  });

  test("saved at the same moment upon the same base leave one winner", async () => {
    await create(acme, { name: "raced", type: "oneoff", source: "export default () => 0;" });
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        acme.request("PATCH", "/api/v1/scripts/raced", {
          source: `export default () => ${n};`,
          baseVersion: 1,
        }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409]);
  });
});

describe("a deleted script", () => {
  test("is gone, frees its name, and leaves its executions readable", async () => {
    const { id } = await create(acme, { name: "mayfly", type: "oneoff", source: "export default () => 1;" });
    const run = await acme.request("POST", "/api/v1/scripts/mayfly/execute");
    expect((await acme.request("DELETE", "/api/v1/scripts/mayfly")).status).toBe(204);

    expect(await acme.request("GET", `/api/v1/scripts/${id}`)).toMatchObject({
      status: 404,
      body: { code: "SCRIPT_NOT_FOUND" },
    });
    expect((await acme.request("GET", `/api/v1/executions?script=${id}`)).body.items).toMatchObject([
      { id: run.body.id },
    ]);
    await create(acme, { name: "mayfly", type: "oneoff", source: "export default () => 2;" });
  });
});
