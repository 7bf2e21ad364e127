import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ask,
  END_STATES,
  listLetters,
  ONCE,
  publish,
  settled,
  subscribe,
  until,
} from "../../test/event-client.ts";
import type { ExecutionBody, ListBody } from "../../test/event-client.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { actAsHost } from "../auth/host.ts";

let skerry: TestPlatform;
let acme: TestClient;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
});
afterAll(() => skerry[Symbol.asyncDispose]());

describe("an event", () => {
  test("runs the scripts that subscribe to it, and no others", async () => {
    const other = await skerry.createTenant("other");
    const source = "export default (payload, ctx) => ({ payload, trigger: ctx.trigger });";
    const exact = await subscribe(acme, "exact", source, { events: ["order.created", "order.*"] });
    await subscribe(acme, "deaf", source, { events: ["order", "invoice.**"] });
    await subscribe(other, "foreign", source, { events: ["**"] });

    const sent = { total: 7, odd: ["\0", "\ud800", { __proto__: null }] };
    const [id = ""] = await publish(acme, { type: "order.created", payload: sent });
    const { deliveries } = await settled(acme, id);
    expect(deliveries).toEqual([
      { executionId: expect.any(String), scriptId: exact, attempt: 1, status: "completed" },
    ]);
    const execution = await ask<ExecutionBody>(acme, "GET", `/executions/${deliveries[0]?.executionId}`);
    expect(execution).toMatchObject({ trigger: "event", eventId: id, input: sent });
    expect(execution.output).toEqual({
      payload: sent,
      trigger: expect.objectContaining({
        type: "event",
        event: { id, type: "order.created", depth: 0, publishedAt: expect.any(String) },
      }),
    });
    expect((await ask<ListBody<unknown>>(other, "GET", "/executions")).items).toEqual([]);

    // What was remembered of the subscriptions does not outlive them.
    const late = await subscribe(acme, "late", source, { events: ["order.**"] });
    await ask(acme, "PATCH", `/scripts/${exact}`, { status: "paused" });
    const [second = ""] = await publish(acme, { type: "order.created" });
    expect((await settled(acme, second)).deliveries.map(({ scriptId }) => scriptId)).toEqual([late]);
  });

  test("with an id that was published before is accepted and does nothing", async () => {
    const client = await skerry.createTenant("repeating");
    await subscribe(client, "count", "export default () => 1;", { events: ["**"] });
    const first = { type: "paid", payload: 1, id: "order-7" };
    expect(await publish(client, [first, first])).toEqual(["order-7", "order-7"]);
    expect(await publish(client, { ...first, payload: 2 })).toEqual(["order-7"]);
    await publish(client, { type: "paid", id: "order-8" });
    await settled(client, "order-8");
    expect(await settled(client, "order-7")).toMatchObject({ payload: 1, deliveries: [{ attempt: 1 }] });
    const { items } = await ask<ListBody<{ readonly id: string }>>(client, "GET", "/events?type=paid");
    expect(items.map(({ id }) => id)).toEqual(["order-8", "order-7"]);
  });

  test("of a host is part of the host's own transaction", async () => {
    const client = await skerry.createTenant("outbox");
    await subscribe(client, "handle", "export default (payload) => payload;", { events: ["**"] });
    const insert = "select skerry.publish_event('outbox', 'order.created', '{\"total\":7}', $1)";
    const connection = await skerry.database.pool.connect();
    try {
      for (const [id, end] of [
        ["undone", "rollback"],
        ["done", "commit"],
      ] as const) {
        await connection.query("begin");
        await connection.query(insert, [id]);
        await connection.query(end);
      }
    } finally {
      connection.release();
    }
    expect(await settled(client, "done")).toMatchObject({
      payload: { total: 7 },
      deliveries: [{ status: "completed" }],
    });
    expect(await client.request("GET", "/api/v1/events/undone")).toMatchObject({
      status: 404,
      body: { code: "EVENT_NOT_FOUND" },
    });
    await expect(
      sql`select skerry.publish_event('outbox', 'Not A Type', '1')`.execute(skerry.database.kysely),
    ).rejects.toThrow(/check constraint/);
  });

  test.each([
    ["type", { type: "Order Created" }],
    ["type", { type: "a".repeat(201) }],
    ["type", { type: "script.failed" }],
    ["type", { type: "script" }],
    ["id", { type: "a", id: "../secret" }],
    ["id", { type: "a", id: "x".repeat(201) }],
    ["payload", { type: "a", payload: "x".repeat(256 * 1024) }],
    ["more", { type: "a", more: 1 }],
  ])("whose %s is not possible stores nothing, nor do others beside it", async (_field, event) => {
    const answer = await acme.request("POST", "/api/v1/events", [{ type: "beside", id: "beside" }, event]);
    expect(answer).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
    expect((await acme.request("GET", "/api/v1/events/beside")).status).toBe(404);
  });
});

describe("a script that publishes", () => {
  test("starts others, and a circle comes to an end", async () => {
    const client = await skerry.createTenant("circle");
    const source = `export default async (count, ctx) => {
      try {
        return await ctx.events.publish("turn.next", count + 1, { id: "turn-" + (count + 1) });
      } catch (error) {
        throw new Error(error.code);
      }
    };`;
    await subscribe(client, "turn", source, { events: ["turn.*"], retry: ONCE });
    await publish(client, { type: "turn.first", payload: 0 });
    const listTurns = () =>
      ask<ListBody<{ readonly depth: number }>>(client, "GET", "/events?type=turn.next");
    const [letters, turns] = await until(
      async () => [await listLetters(client), await listTurns()] as const,
      ([failed, taken]) => failed.items.length > 0 || taken.items.length > 8,
    );
    expect(letters.items).toMatchObject([
      { eventId: "turn-8", attempts: [{ message: expect.stringContaining("EVENT_DEPTH") }] },
    ]);
    expect(turns.items.map(({ depth }) => depth)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  });
});

test("a script publishes no more than its tenant may", async () => {
  const client = await skerry.createTenant("eager");
  const source = `export default async (_, ctx) => {
    for (let count = 0; ; count += 1) {
      try {
        await ctx.events.publish("echo");
      } catch (error) {
        return error.code;
      }
    }
  };`;
  await subscribe(client, "shout", source, { events: ["call"] });
  await ask(skerry.operator, "PATCH", "/tenants/eager", { quotas: { requestsPerMinute: 20 } });
  await publish(client, { type: "call" });
  const ended = await until(
    () =>
      skerry.database.kysely
        .selectFrom("executions")
        .select(["status", "output"])
        .where("tenant_id", "=", "eager")
        .executeTakeFirst(),
    (execution) => END_STATES.has(execution?.status ?? ""),
  );
  expect(ended).toEqual({ status: "completed", output: "QUOTA_EXCEEDED" });
});

test("events with the same key are handled one after the other, in their order, those that are tried again too", async () => {
  const client = await skerry.createTenant("ordered");
  const source = `export default ({ number }, ctx) => {
    if (number % 7 === 0 && ctx.execution.attempt === 1) throw new Error("not yet");
    return new Promise((done) => setTimeout(done, 5));
  };`;
  const concurrency = { limit: 1, key: "payload.customer", ordered: true };
  const retry = { attempts: 2, backoffMs: 100 };
  await subscribe(client, "handle", source, { events: ["step"], concurrency, retry });
  const steps = Array.from({ length: 20 }, (_, number) => ({
    customer: number % 2 ? "odd" : "even",
    number,
  }));
  await publish(
    client,
    steps.map((payload) => ({ type: "step", payload })),
  );
  const { items } = await until(
    () => ask<ListBody<ExecutionBody>>(client, "GET", "/executions?limit=100"),
    (page) => page.items.filter(({ status }) => status === "completed").length === steps.length,
  );
  expect(items).toHaveLength(23);
  for (const customer of ["odd", "even"]) {
    const own = items
      .filter(({ input }) => input.customer === customer)
      .toSorted((one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt));
    const numbers = own.map(({ input }) => input.number);
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    own.slice(1).forEach(({ startedAt }, place) => {
      expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(Date.parse(own[place]?.completedAt ?? ""));
    });
  }
});

test("a tenant's events go with it", async () => {
  const client = await skerry.createTenant("leaving");
  await subscribe(client, "handle", "export default () => 1;", { events: ["**"] });
  await publish(client, { type: "last", id: "last" });
  await ask(skerry.operator, "DELETE", "/tenants/leaving");
  const { rows } = await sql`
    select 1 from skerry.events where tenant_id = 'leaving'
    union all select 1 from skerry.event_subscription_heads where tenant_id = 'leaving'`.execute(
    skerry.database.kysely,
  );
  expect(rows).toEqual([]);
  const principal = actAsHost({ tenant: "leaving" });
  const caller = { tenantId: "leaving", principal, suspended: false, origin: {} };
  await expect(
    skerry.platform.services.events.publish(caller, [{ type: "late", payload: 1 }]),
  ).rejects.toMatchObject({
    code: "TENANT_NOT_FOUND",
  });
});

test("5,000 events in batches are stored soon, whoever does not want them", async () => {
  const client = await skerry.createTenant("many");
  await subscribe(client, "deaf", "export default () => 1;", { events: ["nothing"] });
  const batch = Array.from({ length: 1_000 }, (_, number) => ({
    type: "measured.value",
    payload: { number },
  }));
  await publish(client, batch);
  const since = performance.now();
  for (let turn = 0; turn < 5; turn += 1) await publish(client, batch);
  expect(performance.now() - since).toBeLessThan(20_000);
});
