import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, listLetters, ONCE, publish, settled, subscribe, until } from "../../test/event-client.ts";
import type { EventBody, ExecutionBody, ListBody } from "../../test/event-client.ts";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { createTenantEvaluator } from "../expressions/tenant-evaluator.ts";
import { createEventFilters } from "./filters.ts";

let skerry: TestPlatform;

beforeAll(async () => {
  skerry = await createTestPlatform();
});
afterAll(() => skerry[Symbol.asyncDispose]());

const ECHO = "export default (payload) => payload;";

/** @returns the payloads that executions of the tenant got, in any order. */
async function listHandled(client: TestClient): Promise<unknown[]> {
  const { items } = await ask<ListBody<ExecutionBody>>(client, "GET", "/executions?limit=100");
  return items.filter(({ status }) => status === "completed").map(({ output }) => output);
}

describe("a filter", () => {
  test("lets through what it is true for, and the event tells how many it kept away", async () => {
    const client = await skerry.createTenant("choosy");
    const filters = [
      "{{ $json.total > 100 }}",
      // This one needs a guest, and so does that which reads the event itself.
      "{{ /^1/.test(String($json.total)) // no bracket closes here }}",
      '{{ $event.type === "order.paid" && $event.id.endsWith("9") }}',
      undefined,
    ];
    for (const [place, filter] of filters.entries()) {
      const source = `export default ({ total }) => "${place}:" + total;`;
      await subscribe(client, `handle-${place}`, source, { events: ["order.*"], filter });
    }
    const ids = await publish(client, [
      { type: "order.paid", payload: { total: 7 }, id: "e-7" },
      { type: "order.paid", payload: { total: 109 }, id: "e-109" },
      { type: "order.made", payload: { total: 209 }, id: "e-209" },
    ]);
    const ended = await Promise.all(ids.map((id) => settled(client, id)));
    expect(ended.map(({ matched, filtered }) => [matched, filtered])).toEqual([
      [4, 3],
      [4, 0],
      [4, 2],
    ]);
    const expected = ["0:109", "0:209", "1:109", "2:109", "3:109", "3:209", "3:7"];
    const handled = await listHandled(client);
    expect(handled).toHaveLength(expected.length);
    expect(new Set(handled)).toEqual(new Set(expected));
    const { items } = await ask<ListBody<EventBody>>(client, "GET", "/events?type=order.made");
    expect(items).toMatchObject([{ id: "e-209", matched: 4, filtered: 2 }]);
  });

  test("is the one of the version that is published", async () => {
    const client = await skerry.createTenant("versioned");
    const settings = (filter: string) => ({ settings: { events: ["a"], filter } });
    const { id } = await ask<{ readonly id: string }>(client, "POST", "/scripts", {
      name: "handle",
      type: "event",
      source: ECHO,
      ...settings("{{ $json === 1 }}"),
    });
    await ask(client, "PATCH", `/scripts/${id}`, settings("{{ $json === 2 }}"));
    const [first = ""] = await publish(client, { type: "a", payload: 1 });
    expect(await settled(client, first)).toMatchObject({ matched: 1, filtered: 1, deliveries: [] });
    await ask(client, "POST", `/scripts/${id}/publish`, { version: 1 });
    const [second = ""] = await publish(client, { type: "a", payload: 1 });
    expect(await settled(client, second)).toMatchObject({ filtered: 0, deliveries: [{ attempt: 1 }] });
  });

  test("that fails for an event is a failed attempt of it, and a dead letter that names the filter", async () => {
    const client = await skerry.createTenant("failing");
    const filter = "{{ $json.customer.isVip }}";
    const retry = { attempts: 2, backoffMs: 0 };
    const script = await subscribe(client, "handle", ECHO, { events: ["a"], filter, retry });
    const ids = await publish(
      client,
      [{ customer: { isVip: true } }, {}, { customer: { isVip: false } }].map((payload) => ({
        type: "a",
        payload,
      })),
    );
    const [{ items }] = await until(
      () => Promise.all([listLetters(client), listHandled(client)]),
      ([letters, handled]) => letters.items.length > 0 || handled.length > 1,
    );
    expect(items).toMatchObject([
      { eventId: ids[1], attempts: [{ code: "EVENT_FILTER_FAILED" }, { code: "EVENT_FILTER_FAILED" }] },
    ]);
    expect(items[0]?.attempts[0]?.message).toContain(`The filter ${filter} failed: TypeError`);
    expect(await settled(client, ids[0] ?? "")).toMatchObject({ filtered: 0, deliveries: [{}] });
    expect(await settled(client, ids[2] ?? "")).toMatchObject({ filtered: 1, deliveries: [] });
    expect(await listHandled(client)).toEqual([{ customer: { isVip: true } }]);

    // A replay asks the filter of the version that runs.
    const settings = { events: ["a"], filter: "{{ $json.customer?.isVip }}" };
    await ask(client, "PATCH", `/scripts/${script}`, { settings });
    const [letter] = items;
    const path = `/dead-letters/${letter?.id}/replay`;
    const { executionId } = await ask<{ readonly executionId: string }>(client, "POST", path, {});
    const replayed = await until(
      () => ask<ExecutionBody>(client, "GET", `/executions/${executionId}`),
      ({ status }) => status !== "pending" && status !== "running",
    );
    expect(replayed).toMatchObject({ version: 2, status: "cancelled", error: { code: "EVENT_FILTERED" } });
    expect((await listLetters(client)).items).toEqual([]);
  });

  test("that never ends holds up its own tenant alone", async () => {
    const hostile = await skerry.createTenant("hostile");
    const client = await skerry.createTenant("patient");
    const endless = "{{ [1].map(() => { for (;;); }) }}";
    await subscribe(hostile, "handle", ECHO, { events: ["a"], filter: endless, retry: ONCE });
    await subscribe(client, "handle", ECHO, { events: ["a"], filter: "{{ /1/.test($json) }}" });
    const [stuck = ""] = await publish(hostile, { type: "a", payload: "1" });
    const ids = await publish(
      client,
      Array.from({ length: 20 }, () => ({ type: "a", payload: "1" })),
    );
    for (const id of ids) expect(await settled(client, id)).toMatchObject({ filtered: 0 });
    const { items } = await until(
      () => listLetters(hostile),
      (page) => page.items.length > 0,
    );
    expect(items).toMatchObject([{ eventId: stuck, attempts: [{ code: "EVENT_FILTER_FAILED" }] }]);
    expect(items[0]?.attempts[0]?.message).toMatch(/longer than \d+ ms/);
  });

  test.each([
    ["no template", "$json.total > 1", "must be one expression in {{ }}"],
    ["text beside it", "{{ $json.total }} ", "nothing around it"],
    ["two of them", "{{ $json.a }} {{ $json.b }}", "one {{ }}"],
    ["brackets of others", "{{ true)) }} {{ ((false }}", "line 1, column 8"],
    ["two expressions", "{{ 1; $json.a }}", "without a semicolon"],
    ["half of one", "{{\n  $json.total >\n}}", "line 3, column 1"],
    ["other data", "{{ $json.a && $input.b }}", "reads $input.b (line 1, column 15)"],
    ["too much", `{{ "${"x".repeat(2_000)}" }}`, "2000"],
  ])("that holds %s is refused when it is saved", async (_, filter, message) => {
    const body = { name: "no", type: "event", source: ECHO, settings: { events: ["a"], filter } };
    const client = await skerry.createTenant(`refused-${Math.random().toString(36).slice(2)}`);
    const answer = await client.request("POST", "/api/v1/scripts", body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "settings.filter" }] } });
    expect(answer.text.replaceAll("\\n", "\n")).toContain(message);
  });
});

describe("many events", () => {
  const events = Array.from({ length: 200 }, (_, place) => ({
    payload: { place, text: `t${place}` },
    event: {},
  }));

  test("are asked about in one crossing, in a process of their tenant's own", async () => {
    await using evaluator = createTenantEvaluator();
    const filters = createEventFilters(evaluator);
    const later = () => performance.now() + 20_000;
    const answers = await filters.judge("acme", "{{ /7$/.test($json.text) }}", events, later());
    expect(answers.filter((answer) => answer === "passed")).toHaveLength(20);
    expect(evaluator.stats().pool).toMatchObject({ owners: 1, misses: 1, reuses: 0 });
    // Without code there is nothing to cross.
    expect(await filters.judge("globex", "{{ $json.place < 3 }}", events, later())).toContain("passed");
    expect(evaluator.stats().pool.owners).toBe(1);
    expect(await filters.judge("globex", "{{ /7$/.test($json.text) }}", events, later())).toContain("passed");
    expect(evaluator.stats().pool).toMatchObject({ owners: 2, misses: 2 });
    const [event] = events;
    if (event === undefined) throw new Error("there are no events");
    expect(await filters.passes("initech", "{{ /0$/.test($json.text) }}", event)).toBe(true);
    expect(evaluator.stats().pool).toMatchObject({ owners: 3, misses: 3 });
  });

  test("are unclear as far as the filter fails or the time is over", async () => {
    await using evaluator = createTenantEvaluator();
    const filters = createEventFilters(evaluator);
    const filter = "{{ $json.place === 5 ? $json.a.b : $json.place > 100 }}";
    const answers = await filters.judge("acme", filter, events, performance.now() + 20_000);
    expect(answers.indexOf("unclear")).toBe(5);
    expect(answers.filter((answer) => answer === "passed")).toHaveLength(99);
    const unclear = new Set(["unclear"]);
    expect(new Set(await filters.judge("acme", filter, events, performance.now()))).toEqual(unclear);
    const half = await filters.judge("acme", "{{ $json.place > }}", events, performance.now() + 20_000);
    expect(new Set(half)).toEqual(unclear);
  });

  test("are asked about one by one where the filter makes templates, which read what they like", async () => {
    await using evaluator = createTenantEvaluator();
    const few = events.slice(0, 3);
    const filter = "{{ $evaluateExpression('{{ $json.place === 1 }}') }}";
    const answers = await createEventFilters(evaluator).judge(
      "acme",
      filter,
      few,
      performance.now() + 20_000,
    );
    expect(answers).toEqual(["filtered", "passed", "filtered"]);
  });
});
