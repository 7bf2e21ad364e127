import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createVisitors } from "../../../test/browser/visitors.ts";
import type { Visitors } from "../../../test/browser/visitors.ts";
import { listLetters, ONCE, publish, subscribe, until } from "../../../test/event-client.ts";
import { createTestPlatform } from "../../../test/platform.ts";
import type { TestPlatform } from "../../../test/platform.ts";

let skerry: TestPlatform;
let visitors: Visitors;

beforeAll(async () => {
  skerry = await createTestPlatform();
  visitors = await createVisitors(skerry);
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function show(path: string): Promise<string> {
  return await (await visitors.ask("developer", `/t/acme${path}`)).text();
}

function post(path: string, fields: Record<string, string>) {
  return visitors.ask("developer", `/t/acme${path}`, {
    method: "POST",
    headers: { "sec-fetch-site": "same-origin" },
    body: new URLSearchParams(fields),
  });
}

describe("the form that publishes", () => {
  test("says beside the fields what is wrong, and keeps what was typed", async () => {
    const answer = await post("/publish-event", { type: "Not A Type", payload: '{"a": <b>', id: "é" });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toMatch(/id="payload-error">The body is not JSON near line 1, column 7/);
    expect(page).toContain("{&quot;a&quot;: &lt;b&gt;");
    const other = await (await post("/publish-event", { type: "Not A Type", payload: "", id: "é" })).text();
    expect(other).toMatch(/id="type-error"/);
    expect(other).toMatch(/id="id-error"/);
    expect((await visitors.acme.request("GET", "/api/v1/events")).body.items).toEqual([]);
  });

  test("leads to the event, whatever its id holds, and to another like it", async () => {
    const id = "order/7?%2e#x";
    const answer = await post("/publish-event", { type: "order.created", payload: '{"total": 7}', id });
    expect(answer.status).toBe(303);
    const path = (answer.headers.get("location") ?? "").replace("/t/acme", "");
    const page = await show(path);
    expect(page).toContain("&quot;total&quot;: 7");
    const again = /href="\/t\/acme(\/publish-event\?from=[^"]+)"/.exec(page)?.[1] ?? "";
    const form = await show(again.replaceAll("&amp;", "&"));
    expect(form).toContain('value="order.created"');
    expect(form).toContain("&quot;total&quot;: 7");
    expect(await show("/events?type=ORDER")).toContain(path);
    expect(await show("/events?type=.*(")).toContain("No event fits");
  });
});

test("an event names who published it: a key also when it is revoked, a script by its name", async () => {
  const { acme } = visitors;
  const till = await acme.request("POST", "/api/v1/api-keys", { name: "till 7", scopes: ["events.publish"] });
  const authorization = `Bearer ${till.body.key}`;
  await acme.request("POST", "/api/v1/events", { type: "sale", id: "by-key" }, { authorization });
  await acme.request("DELETE", `/api/v1/api-keys/${till.body.apiKey.id}`);
  expect(await show("/events/by-key")).toMatch(/title="key:[^"]+">till 7<span class="dim"> API key</);

  const source = 'export default (input, ctx) => ctx.events.publish("sale", null, { id: "by-script" });';
  await acme.request("POST", "/api/v1/scripts", { name: "seller", type: "oneoff", source });
  await acme.request("POST", "/api/v1/scripts/seller/execute");
  expect(await show("/events/by-script")).toMatch(/title="script:[^"]+">seller</);
});

test("dead letters are replayed as far as they fit the filter and were there", async () => {
  const { acme } = visitors;
  const fails = "export default () => { throw new Error('<i>no</i>'); };";
  await subscribe(acme, "lossy", fails, { events: ["gauge.*"], retry: ONCE });
  await publish(
    acme,
    ["gauge.low", "gauge.low", "gauge.high"].map((type) => ({ type })),
  );
  await until(
    () => listLetters(acme),
    ({ items }) => items.length === 3,
  );
  const page = await show("/dead-letters?script=lossy&type=gauge.low");
  expect(page).toContain("2 dead letters");
  expect(page).toContain("Replay 2 dead letters?");
  expect(page).toContain("&lt;i&gt;no&lt;/i&gt;");
  expect(await show("/dead-letters?script=unknown")).toContain("No dead letter fits");
  expect(await show("/dead-letters?type=N%0D")).toContain("No dead letter fits");

  await acme.request("PATCH", "/api/v1/scripts/lossy", { source: "export default () => 1;", publish: false });
  const to = /name="to" value="(\d{4}[^"]+)"/.exec(page)?.[1] ?? "";
  await publish(acme, { type: "gauge.low" });
  await until(
    () => listLetters(acme),
    ({ items }) => items.length === 4,
  );
  const fields = { script: "lossy", type: "gauge.low", from: "", to, version: "2" };
  const answer = await post("/dead-letters/replay", fields);
  expect(decodeURIComponent(answer.headers.get("set-cookie") ?? "")).toContain("2 dead letters replayed.");
  const { items } = await listLetters(acme);
  expect(items.map(({ type }) => type)).toEqual(["gauge.low", "gauge.high"]);

  const [left] = items;
  const letter = await show(`/dead-letters/${left?.id}`);
  expect(letter).toContain('<option value="2">');
  const replayed = await post(`/dead-letters/${left?.id}/replay`, { version: "2" });
  expect(replayed.headers.get("location")).toBe(`/t/acme/events/${left?.eventId}`);
  expect((await post(`/dead-letters/${left?.id}/discard`, {})).status).toBe(404);
  expect((await post(`/dead-letters/${items[1]?.id}/discard`, {})).status).toBe(303);
  expect((await listLetters(acme)).items).toEqual([]);
});
