import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";

const WAIT = { timeout: 20_000 };

interface Run {
  readonly id: string;
  readonly status: string;
  readonly output: unknown;
  readonly parentId: string | null;
  readonly trigger: string;
}

/** Tells how a call ended, in data. */
const TELL = "const tell = (call) => call.then((output) => ({ output }), ({ code }) => ({ code }));";

const SCRIPTS: Readonly<Record<string, string>> = {
  double: "export default (input, ctx) => ({ twice: input.number * 2, trigger: ctx.trigger.type });",
  failing: "export default () => { throw new Error('as it shall'); };",
  slow: "export default () => new Promise((resolve) => setTimeout(resolve, 25_000));",
  counting: `export default async (calls, ctx) => {
    for (let n = 0; n < calls; n++) await ctx.cache.get("a");
    return ctx.limits.capabilityCalls;
  };`,
  endless:
    "export default (depth, ctx) => ctx.scripts.call('endless', depth + 1).catch(({ code }) => [depth, code]);",
  publishing: "export default (_, ctx) => ctx.events.publish('order.created').catch(({ code }) => code);",
};

let skerry: TestPlatform;
let acme: TestClient;

async function create(client: TestClient, name: string, type: string, source: string, settings = {}) {
  const body = { name, type, source, settings };
  const { status, text } = await client.request("POST", "/api/v1/scripts", body);
  if (status !== 201) throw new Error(text);
}

async function execute(name: string, input: unknown = null): Promise<Run> {
  return (await acme.request<Run>("POST", `/api/v1/scripts/${name}/execute`, { input })).body;
}

async function list(query: string): Promise<readonly Run[]> {
  return (await acme.request<{ items: Run[] }>("GET", `/api/v1/executions?${query}`)).body.items;
}

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  const other = await skerry.createTenant("other");
  for (const [name, source] of Object.entries(SCRIPTS)) await create(acme, name, "embedded", source);
  await create(other, "theirs", "embedded", "export default () => 'theirs';");
  await create(
    acme,
    "caller",
    "oneoff",
    `${TELL} export default ([script, input, options], ctx) => tell(ctx.scripts.call(script, input, options));`,
  );
});

afterAll(() => skerry[Symbol.asyncDispose]());

describe("ctx.scripts.call", () => {
  test("runs an embedded script as an execution of its own, which knows its parent", async () => {
    const { id, output } = await execute("caller", ["double", { number: 21 }]);
    expect(output).toEqual({ output: { twice: 42, trigger: "call" } });
    await vi.waitFor(
      async () => expect(await list(`parent=${id}`)).toMatchObject([{ parentId: id, status: "completed" }]),
      WAIT,
    );
  });

  test.each([
    ["a script that there is not", ["missing"], "SCRIPT_NOT_FOUND"],
    ["another tenant's script", ["theirs"], "SCRIPT_NOT_FOUND"],
    ["a script of another type", ["caller"], "SCRIPT_NOT_CALLABLE"],
    ["a script that throws", ["failing"], "CALL_FAILED"],
    ["a script that takes too long", ["slow", null, { timeoutMs: 100 }], "CALL_TIMEOUT"],
    ["no name", [null], "CAPABILITY_INPUT_INVALID"],
    ["an option that is none", ["double", {}, { timeoutMs: -1 }], "CAPABILITY_INPUT_INVALID"],
  ])("%s: %j gives %s", async (_, input, code) => {
    expect(await execute("caller", input)).toMatchObject({ output: { code } });
  });

  test("a chain of calls has an end", async () => {
    expect((await execute("caller", ["endless", 1])).output).toEqual({ output: [8, "CALL_DEPTH"] });
  });

  test("what is called ends when its caller ends", async () => {
    const source = "export default (_, ctx) => ctx.scripts.call('slow');";
    await create(acme, "impatient", "oneoff", source, { limits: { wallMs: 500 } });
    const { id, status } = await execute("impatient");
    expect(status).toBe("timeout");
    await vi.waitFor(
      async () => expect(await list(`parent=${id}`)).toMatchObject([{ status: "cancelled" }]),
      WAIT,
    );
  });

  test("capability calls are shared with the caller", async () => {
    const source = `${TELL} export default async (_, ctx) => {
      const first = await tell(ctx.scripts.call("counting", 4));
      return [first, await tell(ctx.scripts.call("counting", 4)), await tell(ctx.scripts.call("counting", 0))];
    };`;
    await create(acme, "thrifty", "oneoff", source, { limits: { capabilityCalls: 10 } });
    // Ten less one for the call; then less four, and one more. What is left is too little for the third.
    expect((await execute("thrifty")).output).toEqual([
      { output: 9 },
      { output: 4 },
      { code: "CAPABILITY_CALL_LIMIT" },
    ]);
  });

  test("a crowd of callers leaves room for what it calls", async () => {
    const runs = await Promise.all(
      Array.from({ length: 40 }, (_, number) => execute("caller", ["double", { number }])),
    );
    expect(runs.map(({ output }) => output)).toEqual(
      runs.map((_, number) => ({ output: { twice: number * 2, trigger: "call" } })),
    );
  });

  test("events that a called script publishes are as deep as if its caller did", async () => {
    const source = "export default (_, ctx) => ctx.scripts.call('publishing');";
    await create(acme, "echo", "event", source, { events: ["order.created"] });
    await acme.request("POST", "/api/v1/events", { type: "order.created" });
    await vi.waitFor(
      async () =>
        expect(await list("trigger=event")).toContainEqual(
          expect.objectContaining({ output: "EVENT_DEPTH" }),
        ),
      WAIT,
    );
  });
});
