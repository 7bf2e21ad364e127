import { afterAll, beforeAll, expect, test } from "vitest";
import { ONCE, publish, subscribe, until } from "../../test/event-client.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { actAsHost } from "../auth/host.ts";
import { readPermissions } from "../auth/permission.ts";
import type { Caller } from "../auth/principal.ts";
import type { EventReports } from "./reports.ts";

let skerry: TestPlatform;
let reports: EventReports;
let acme: TestClient;
const caller = callerOf("acme");

function callerOf(tenantId: string): Caller {
  return { tenantId, principal: actAsHost({ tenant: tenantId }), suspended: false, origin: {} };
}

beforeAll(async () => {
  skerry = await createTestPlatform();
  reports = skerry.platform.services.eventReports;
  acme = await skerry.createTenant("acme");
});
afterAll(() => skerry[Symbol.asyncDispose]());

test("an event's report tells what each script made of it", async () => {
  const fails = "export default () => { throw new Error('out of ink'); };";
  const events = ["order.**"];
  await subscribe(acme, "dies", fails, { events, retry: { attempts: 2, backoffMs: 10, maxBackoffMs: 10 } });
  await subscribe(acme, "tries", fails, {
    events,
    retry: { attempts: 2, backoffMs: 3_600_000, maxBackoffMs: 3_600_000 },
  });
  await subscribe(acme, "works", "export default () => 1;", { events });
  await subscribe(acme, "declines", "export default () => 1;", { events, filter: "{{ $json.total > 10 }}" });
  const [id = ""] = await publish(acme, { type: "order.created", payload: { total: 7 } });

  const report = await until(
    () => reports.get(caller, id),
    ({ deliveries }) => deliveries.map(({ state }) => state).join() === "dead,waiting,delivered",
  );
  expect(report).toMatchObject({
    type: "order.created",
    payload: { total: 7 },
    isWaiting: false,
    matched: 4,
    filtered: 1,
  });
  const [dies, tries, works] = report.deliveries;
  expect(dies).toMatchObject({ scriptName: "dies", deadLetterId: expect.any(String) });
  expect(dies?.attempts.map(({ attempt, error }) => [attempt, error?.message])).toEqual([
    [2, "out of ink"],
    [1, "out of ink"],
  ]);
  expect(tries).toMatchObject({ scriptName: "tries", deadLetterId: null, attempts: [{ attempt: 1 }] });
  expect(works).toMatchObject({ scriptName: "works", attempts: [{ status: "completed", error: null }] });

  const { items } = await reports.list(caller, { limit: 10, type: "order" });
  expect(items).toMatchObject([{ id, payloadStart: '{"total":7}' }]);
  expect(items[0]?.deliveries.map(({ scriptName, state }) => `${scriptName} ${state}`)).toEqual([
    "dies dead",
    "tries waiting",
    "works delivered",
  ]);
  // What is discarded is no dead letter any more.
  await skerry.platform.services.deadLetters.delete(caller, dies?.deadLetterId ?? "");
  expect((await reports.get(caller, id)).deliveries[0]).toMatchObject({
    state: "failed",
    deadLetterId: null,
  });
});

test("events are found by type and time, page by page, and within their tenant alone", async () => {
  const client = await skerry.createTenant("finder");
  const finder = callerOf("finder");
  const types = ["ship.arrived", "ship.left", "shipment", "ship.left", "tide.high"];
  const ids = await publish(
    client,
    types.map((type, place) => ({ type, payload: place, id: `e${place}` })),
  );
  const find = async (query: object) =>
    (await reports.list(finder, { limit: 10, ...query })).items.map(({ id }) => id).join(" ");
  expect(await find({})).toBe(ids.toReversed().join(" "));
  expect(await find({ type: "ship" })).toBe("e3 e2 e1 e0");
  expect(await find({ type: "ship.*" })).toBe("e3 e1 e0");
  expect(await find({ type: "*.left" })).toBe("e3 e1");
  expect(await find({ type: "nothing" })).toBe("");
  expect(await find({ from: new Date(Date.now() + 3_600_000) })).toBe("");
  expect(await find({ to: new Date(Date.now() + 3_600_000), type: "tide.**" })).toBe("e4");
  expect(await reports.listTypes(finder)).toEqual(["ship.arrived", "ship.left", "shipment", "tide.high"]);

  const first = await reports.list(finder, { limit: 2, type: "ship" });
  const cursor = Buffer.from(first.nextCursor ?? "", "base64url").toString();
  const second = await reports.list(finder, { limit: 2, type: "ship", cursor });
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(["e3", "e2", "e1", "e0"]);
  expect(second.nextCursor).toBeNull();

  await expect(reports.get(caller, "e0")).rejects.toMatchObject({ code: "EVENT_NOT_FOUND" });
  expect((await reports.list(caller, { limit: 10, type: "ship" })).items).toEqual([]);
  const principal = { ...finder.principal, permissions: readPermissions(["scripts.read"]) };
  await expect(reports.list({ ...finder, principal }, { limit: 1 })).rejects.toMatchObject({
    code: "PERMISSION_DENIED",
  });
});

test("dead letters are counted by what they are filtered by", async () => {
  const { deadLetters } = skerry.platform.services;
  const client = await skerry.createTenant("counted");
  const counted = callerOf("counted");
  const fails = "export default () => { throw new Error('no'); };";
  await subscribe(client, "one", fails, { events: ["a"], retry: ONCE });
  await subscribe(client, "two", fails, { events: ["a", "b"], retry: ONCE });
  await publish(client, [{ type: "a" }, { type: "b" }]);
  await until(
    () => deadLetters.count(counted, {}),
    (count) => count === 3,
  );
  expect(await deadLetters.count(counted, { script: "two" })).toBe(2);
  expect(await deadLetters.count(counted, { script: "two", type: "b" })).toBe(1);
  expect(await deadLetters.count(counted, { to: new Date(0) })).toBe(0);
  const { items } = await deadLetters.list(counted, { limit: 10, script: "one" });
  expect(items).toMatchObject([{ scriptName: "one", type: "a" }]);
});
