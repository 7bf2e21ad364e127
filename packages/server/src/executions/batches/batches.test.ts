import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestPlatform } from "../../../test/platform.ts";
import type { AnswerBody, TestClient, TestPlatform } from "../../../test/platform.ts";
import { actAsHost } from "../../auth/host.ts";
import type { Caller } from "../../auth/principal.ts";
import { batchSelection } from "./batch.ts";
import type { Batch, BatchAction, BatchSelection } from "./batch.ts";

const WAIT = { timeout: 20_000, interval: 50 };
const ENDLESS = "export default () => new Promise((resolve) => setTimeout(resolve, 600_000));";

let skerry: TestPlatform;

beforeAll(async () => {
  skerry = await createTestPlatform({ plans: { narrow: { quotas: { concurrentExecutions: 1 } } } });
});
afterAll(() => skerry[Symbol.asyncDispose]());

interface ExecutionBody extends AnswerBody {
  readonly status: string;
  readonly replayOf: string | null;
  readonly requestId: string | null;
  readonly input: unknown;
}

function actOn(tenantId: string, options: Partial<Caller> = {}): Caller {
  const origin = { requestId: randomUUIDv7() };
  return { tenantId, principal: actAsHost({ operator: true }), suspended: false, origin, ...options };
}

async function publish(client: TestClient, name: string, change: object = {}): Promise<void> {
  const script = { name, type: "oneoff", source: "export default (input) => input;", ...change };
  const { status, text } = await client.request("POST", "/api/v1/scripts", script);
  if (status !== 201) throw new Error(text);
}

const run = async (client: TestClient, script: string, body: object = {}): Promise<string> =>
  (await client.request("POST", `/api/v1/scripts/${script}/execute`, body)).body.id;

async function list(client: TestClient, query = ""): Promise<readonly ExecutionBody[]> {
  const path = `/api/v1/executions?limit=200${query}`;
  return (await client.request<{ items: readonly ExecutionBody[] }>("GET", path)).body.items;
}

const select = (selection: object): BatchSelection => batchSelection.parse(selection);

const begin = (caller: Caller, action: BatchAction, selection: object): Promise<Batch> =>
  skerry.platform.services.batches.begin(caller, action, select(selection));

const untilOver = (caller: Caller, { id }: Batch): Promise<Batch> =>
  vi.waitFor(async () => {
    const batch = await skerry.platform.services.batches.get(caller, id);
    expect(batch.completedAt).not.toBeNull();
    return batch;
  }, WAIT);

describe("a replay of many", () => {
  test("takes each that was there once, with its own input, and none of its own", async () => {
    const acme = await skerry.createTenant("acme");
    await publish(acme, "tell");
    for (let index = 0; index < 30; index++) await run(acme, "tell", { input: { index } });
    const caller = actOn("acme");
    const selection = { script: "tell", status: "completed" };
    expect(await skerry.platform.services.batches.count(caller, "replay", select(selection))).toBe(30);
    const batch = await begin(caller, "replay", selection);
    expect(batch).toMatchObject({ action: "replay", total: 30, completedAt: null });
    expect(await untilOver(caller, batch)).toMatchObject({ done: 30, refused: 0 });

    const replays = await vi.waitFor(async () => {
      const found = await list(acme, `&requestId=${batch.requestId}`);
      expect(found.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => "completed"));
      return found;
    }, WAIT);
    const indexes = replays.map(({ input }) => (input as { index: number }).index);
    expect(new Set(indexes)).toEqual(new Set(Array.from({ length: 30 }, (_, index) => index)));
    expect(new Set(replays.map(({ replayOf }) => replayOf)).size).toBe(30);
    expect(await list(acme)).toHaveLength(60);
  });

  test("takes what was there when it was asked for, however long it waits", async () => {
    const busy = await skerry.createTenant("busy");
    await skerry.operator.request("PATCH", "/api/v1/tenants/busy", { plan: "narrow" });
    await publish(busy, "tell");
    await publish(busy, "watch", { source: ENDLESS, settings: { limits: { wallMs: 600_000 } } });
    await run(busy, "tell");
    const watching = await run(busy, "watch", { wait: false });
    await vi.waitFor(async () => expect(await list(busy, "&status=running")).toHaveLength(1), WAIT);
    const caller = actOn("busy");
    const batch = await begin(caller, "replay", { script: "tell" });
    await run(busy, "tell", { wait: false });
    await busy.request("POST", `/api/v1/executions/${watching}/cancel`);
    expect(await untilOver(caller, batch)).toMatchObject({ total: 1, done: 1, refused: 0 });
  });

  test("leaves out what cannot be run by hand, and says how many", async () => {
    const globex = await skerry.createTenant("globex");
    await publish(globex, "stays");
    await publish(globex, "rests");
    await publish(globex, "goes");
    const kept = await run(globex, "stays", { input: 1 });
    await run(globex, "rests");
    await run(globex, "goes");
    await globex.request("PATCH", "/api/v1/scripts/rests", { baseVersion: 1, status: "disabled" });
    await globex.request("DELETE", "/api/v1/scripts/goes");
    await publish(globex, "answers", {
      type: "http",
      source: "export default () => new Response('hello');",
      settings: { path: "/hello", methods: ["GET"] },
    });
    await fetch(`${skerry.url}/run/globex/hello`);
    const caller = actOn("globex");
    const batch = await begin(caller, "replay", {});
    expect(batch.total).toBe(4);
    expect(await untilOver(caller, batch)).toMatchObject({ done: 1, refused: 3 });
    expect((await list(globex)).map(({ replayOf }) => replayOf).filter(Boolean)).toEqual([kept]);
  });

  test("takes those that are ticked alone, of this tenant alone", async () => {
    const initech = await skerry.createTenant("initech");
    await publish(initech, "tell");
    const [one, two] = [await run(initech, "tell"), await run(initech, "tell")];
    const [foreign] = await list(skerry.client((await skerry.createTenant("other")).key));
    expect(foreign).toBeUndefined();
    const caller = actOn("initech");
    const batch = await begin(caller, "replay", { ids: [two] });
    expect(await untilOver(caller, batch)).toMatchObject({ total: 1, done: 1 });
    const theirs = await begin(actOn("other"), "replay", { ids: [one, two] });
    expect(await untilOver(actOn("other"), theirs)).toMatchObject({ total: 0, done: 0 });
    await expect(skerry.platform.services.batches.get(actOn("other"), batch.id)).rejects.toMatchObject({
      code: "BATCH_NOT_FOUND",
    });
  });
});

describe("a cancellation of many", () => {
  test("does not wait behind what it cancels, which takes the tenant's only place", async () => {
    const narrow = await skerry.createTenant("narrow");
    await skerry.operator.request("PATCH", "/api/v1/tenants/narrow", { plan: "narrow" });
    await publish(narrow, "watch", { source: ENDLESS, settings: { limits: { wallMs: 600_000 } } });
    const ids = [];
    for (let index = 0; index < 4; index++) ids.push(await run(narrow, "watch", { wait: false }));
    await vi.waitFor(async () => expect(await list(narrow, "&status=running")).toHaveLength(1), WAIT);
    const caller = actOn("narrow");
    expect(await skerry.platform.services.batches.count(caller, "cancel", select({}))).toBe(4);
    const batch = await begin(caller, "cancel", {});
    expect(await untilOver(caller, batch)).toMatchObject({ action: "cancel", total: 4, done: 4 });
    await vi.waitFor(async () => expect(await list(narrow, "&status=cancelled")).toHaveLength(4), WAIT);
    expect(await skerry.platform.services.batches.count(caller, "cancel", select({}))).toBe(0);
  });
});

describe("is refused", () => {
  test("without the permissions to run and to see executions", async () => {
    const { principal } = actOn("acme");
    const may = (permission: "scripts.execute" | "executions.read") =>
      actOn("acme", { principal: { ...principal, permissions: new Set([permission]) } });
    const { batches } = skerry.platform.services;
    await expect(begin(may("executions.read"), "replay", {})).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    await expect(begin(may("scripts.execute"), "cancel", {})).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    await expect(batches.count(may("scripts.execute"), "replay", select({}))).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
  });

  test("at a suspended tenant, which may still cancel", async () => {
    const caller = actOn("acme", { suspended: true });
    await expect(begin(caller, "replay", {})).rejects.toMatchObject({ code: "TENANT_SUSPENDED" });
    expect((await begin(caller, "cancel", { status: "running" })).action).toBe("cancel");
  });
});
