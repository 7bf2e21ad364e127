import { sql } from "kysely";
import { pino } from "pino";
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
import type { EventBody, ExecutionBody, ListBody } from "../../test/event-client.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestPlatform } from "../../test/platform.ts";
import { createRetention } from "../executions/retention.ts";
import { deleteOldDeadLetters } from "./dead-letter-repository.ts";
import { deleteOldEvents } from "./repository.ts";

let skerry: TestPlatform;

beforeAll(async () => {
  skerry = await createTestPlatform();
});
afterAll(() => skerry[Symbol.asyncDispose]());

describe("a script that fails", () => {
  test("gets the event again, and then leaves a dead letter that can be replayed", async () => {
    const client = await skerry.createTenant("failing");
    const told = "export default (failure) => { throw new Error('and I fail too'); };";
    await subscribe(client, "alarm", told, { events: ["script.failed"], retry: ONCE });
    const failing = "export default (payload) => { throw new Error(`no ${payload.total}`); };";
    const retry = { attempts: 2, backoffMs: 10, maxBackoffMs: 10 };
    const script = await subscribe(client, "handle", failing, { events: ["order.*"], retry });

    const [id = ""] = await publish(client, { type: "order.created", payload: { total: 7 } });
    const { items } = await until(
      () => listLetters(client),
      (page) => page.items.length === 2,
    );
    const letter = items.find(({ scriptId }) => scriptId === script);
    expect(letter).toMatchObject({ eventId: id, type: "order.created" });
    expect(letter?.attempts.map(({ code, message }) => [code, message])).toEqual([
      ["SCRIPT_ERROR", expect.stringContaining("no 7")],
      ["SCRIPT_ERROR", expect.stringContaining("no 7")],
    ]);
    expect((await settled(client, id)).deliveries.map(({ attempt, status }) => [attempt, status])).toEqual([
      [2, "failed"],
      [1, "failed"],
    ]);
    // That the alarm failed is not told of again.
    const alarms = await ask<ListBody<{ readonly id: string }>>(client, "GET", "/events?type=script.failed");
    expect(alarms.items).toHaveLength(1);
    const alarm = await ask<EventBody>(client, "GET", `/events/${alarms.items[0]?.id}`);
    expect(alarm.payload).toMatchObject({
      scriptId: script,
      attempts: 2,
      event: { id, type: "order.created" },
    });

    await ask(client, "PATCH", `/scripts/${script}`, { source: "export default ({ total }) => total + 1;" });
    const at = `/dead-letters/${letter?.id}`;
    expect(await ask(client, "GET", at)).toMatchObject({ payload: { total: 7 } });
    const none = await client.request("POST", `/api/v1${at}/replay`, { version: 9 });
    expect(none).toMatchObject({ status: 404, body: { code: "VERSION_NOT_FOUND" } });
    const { executionId } = await ask<{ readonly executionId: string }>(client, "POST", `${at}/replay`, {});
    const replayed = await until(
      () => ask<ExecutionBody>(client, "GET", `/executions/${executionId}`),
      ({ status }) => END_STATES.has(status),
    );
    expect(replayed).toMatchObject({ status: "completed", output: 8, eventId: id });
    const again = await client.request("POST", `/api/v1${at}/replay`, {});
    expect(again).toMatchObject({ status: 404, body: { code: "DEAD_LETTER_NOT_FOUND" } });
  });

  test("has its dead letters replayed by filter, against a version", async () => {
    const client = await skerry.createTenant("mending");
    const source = "export default () => { throw new Error('no'); };";
    const script = await subscribe(client, "handle", source, { events: ["**"], retry: ONCE });
    await publish(
      client,
      ["a", "b", "b"].map((type, place) => ({ type, id: `${type}${place}` })),
    );
    const filters = ["?type=b", "?script=handle", `?script=${script}&from=2026-01-01T00:00:00Z`] as const;
    await until(
      () => listLetters(client),
      ({ items }) => items.filter(({ type }) => type !== "script.failed").length === 3,
    );
    expect((await listLetters(client, filters[0])).items).toHaveLength(2);
    expect((await listLetters(client, filters[1])).items.length).toBeGreaterThanOrEqual(3);
    expect((await listLetters(client, "?to=2026-01-01T00:00:00Z")).items).toEqual([]);

    await ask(client, "PATCH", `/scripts/${script}`, { source: "export default () => 2;", publish: false });
    const replay = { filter: { script: "handle", type: "b" }, version: 2 };
    expect(await ask(client, "POST", "/dead-letters/replay", replay)).toEqual({
      replayed: 2,
      hasMore: false,
    });
    const { deliveries } = await until(
      () => settled(client, "b1"),
      (event) => event.deliveries.length === 2,
    );
    expect(deliveries[0]).toMatchObject({ status: "completed" });
    const refused = await client.request("POST", "/api/v1/dead-letters/replay", { filter: {}, version: 2 });
    expect(refused).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });

    const [last] = (await listLetters(client, "?type=a")).items;
    expect((await client.request("DELETE", `/api/v1/dead-letters/${last?.id}`)).status).toBe(204);
    expect((await listLetters(client, "?type=a")).items).toEqual([]);
  });
});

test("events and dead letters are kept as long as executions, and no longer", async () => {
  const logger = pino({ level: "silent" });
  const { database } = skerry;
  const keep = async (days: number): Promise<number> => {
    const retentionDaysOf = () => Promise.resolve(days);
    const removers = [deleteOldEvents, deleteOldDeadLetters];
    await using retention = createRetention({ database, logger, retentionDaysOf, removers });
    await retention.cleanUp();
    const { rows } = await sql<{ count: number }>`
      select (select count(*) from skerry.events) + (select count(*) from skerry.dead_letters) as count`.execute(
      database.kysely,
    );
    return rows[0]?.count ?? 0;
  };
  expect(await keep(1)).toBeGreaterThan(5);
  expect(await keep(0)).toBe(0);
});
