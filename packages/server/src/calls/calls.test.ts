import type { JsonValue } from "@skerry/sandbox";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { EVERY_PERMISSION } from "../auth/principal.ts";
import type { Caller } from "../auth/principal.ts";
import type { SkerryError } from "../problems/errors.ts";
import { SCRIPTS_CHANNEL } from "../scripts/catalogue.ts";
import type { CallAnswer } from "./call.ts";
import { callWithFallback } from "./fallback.ts";
import type { FallbackOptions } from "./fallback.ts";

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let globex: TestClient & { readonly key: string };

/** The host's own code at the tenant acme. */
const HOST: Caller = {
  tenantId: "acme",
  principal: { kind: "host", tenantId: "acme", id: undefined, permissions: EVERY_PERMISSION },
  suspended: false,
  origin: {},
};

/** As long as this runs what its caller gives up. */
const SLEEP_MS = 5_000;

const PRICING = `export default ({ sku, quantity = 1, mode }) => {
  if (mode === "throw") throw new Error("no price for " + sku);
  if (mode === "loop") for (;;);
  if (mode === "free") return { total: "nothing" };
  return { total: quantity * 2 };
};`;
const SETTINGS = {
  inputSchema: {
    type: "object",
    properties: { sku: { type: "string" }, quantity: { type: "integer", minimum: 1 } },
    required: ["sku"],
  },
  outputSchema: { type: "object", properties: { total: { type: "number" } }, required: ["total"] },
};

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  globex = await skerry.createTenant("globex");
  await create("pricing", "embedded", PRICING, SETTINGS);
  await create("adhoc", "oneoff", "export default () => 1;");
});
afterAll(() => skerry[Symbol.asyncDispose]());

async function create(name: string, type: string, source: string, settings: object = {}): Promise<void> {
  const answer = await acme.request("POST", "/api/v1/scripts", { name, type, source, settings });
  expect(answer).toMatchObject({ status: 201 });
}

interface CallBody {
  readonly executionId: string;
  readonly detail: string;
}

const call = (input: unknown, more: object = {}, name = "pricing", tenant = acme) =>
  tenant.request<CallBody>("POST", `/api/v1/scripts/${name}/call`, { input, ...more });

/** What the history says of the execution that an answer names. */
async function recorded({ body: { executionId } }: { readonly body: CallBody }): Promise<unknown> {
  return (await acme.request("GET", `/api/v1/executions/${executionId}`)).body;
}

/** Resolves when this node heard all that was told of changed scripts until now. */
async function pastChangesAreHeard(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onNotification = (payload: string): void => (payload === "mark" ? resolve() : undefined);
  await using _hearing = await skerry.database.listen(SCRIPTS_CHANNEL, { onNotification });
  await sql`select pg_notify(${SCRIPTS_CHANNEL}, 'mark')`.execute(skerry.database.kysely);
  await promise;
}

describe("a call", () => {
  test("answers with the output, and is recorded", async () => {
    const answer = await call({ sku: "A1", quantity: 21 });
    expect(answer).toMatchObject({ status: 200, body: { output: { total: 42 } } });
    expect(await recorded(answer)).toMatchObject({
      trigger: "call",
      status: "completed",
      input: { sku: "A1", quantity: 21 },
      output: { total: 42 },
      actor: expect.stringMatching(/^key:/) as string,
    });
  });

  test("refuses an input that breaks the schema, and runs nothing", async () => {
    expect(await call({ sku: 1, quantity: 1 })).toMatchObject({
      status: 422,
      body: { code: "CALL_INPUT_INVALID", errors: [{ path: "input.sku" }] },
    });
    expect(await call(null)).toMatchObject({
      body: { code: "CALL_INPUT_INVALID", errors: [{ path: "input" }] },
    });
    expect(await call({}, { deadlineMs: 0 })).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
  });

  test("tells how the script failed, by code and execution", async () => {
    const thrown = await call({ sku: "A1", mode: "throw" });
    expect(thrown).toMatchObject({
      status: 502,
      body: { code: "CALL_FAILED", error: { code: "SCRIPT_ERROR", message: "no price for A1" } },
    });
    expect(await recorded(thrown)).toMatchObject({ status: "failed", error: { code: "SCRIPT_ERROR" } });

    const misfit = await call({ sku: "A1", mode: "free" });
    expect(misfit).toMatchObject({
      status: 502,
      body: { code: "CALL_OUTPUT_INVALID", errors: [{ path: "output.total" }] },
    });
    expect(await recorded(misfit)).toMatchObject({
      status: "failed",
      error: { code: "CALL_OUTPUT_INVALID" },
    });
  });

  test("gives up at the caller's deadline, also where it waits for itself alone, and stops the script", async () => {
    await call({ sku: "A1" });
    for (const mode of ["loop", "sleep"]) {
      if (mode === "sleep")
        await create(
          "sleep",
          "embedded",
          `export default () => new Promise((r) => setTimeout(r, ${SLEEP_MS}));`,
        );
      const since = performance.now();
      const late = await call(
        { sku: "A1", mode },
        { deadlineMs: 150 },
        mode === "loop" ? "pricing" : "sleep",
      );
      expect(performance.now() - since).toBeLessThan(SLEEP_MS);
      expect(late).toMatchObject({ status: 504, body: { code: "CALL_TIMEOUT" } });
      await vi.waitFor(async () => expect(await recorded(late)).toMatchObject({ status: "timeout" }));
    }
    expect(await call({ sku: "A1" })).toMatchObject({ status: 200 });
  });

  test("is only for active embedded scripts of the caller's tenant, with the permission", async () => {
    expect(await call(null, {}, "adhoc")).toMatchObject({
      status: 409,
      body: { code: "SCRIPT_NOT_CALLABLE" },
    });
    expect(await call(null, {}, "missing")).toMatchObject({
      status: 404,
      body: { code: "SCRIPT_NOT_FOUND" },
    });
    expect(await call({ sku: "A1" }, {}, "pricing", globex)).toMatchObject({ status: 404 });
    const { body } = await acme.request("POST", "/api/v1/api-keys", {
      name: "reader",
      scopes: ["scripts.read"],
    });
    expect(await call(null, {}, "pricing", { ...skerry.client(body.key), key: "" })).toMatchObject({
      status: 403,
      body: { code: "PERMISSION_DENIED" },
    });
    for (const [status, answer] of [
      ["paused", { status: 409, body: { code: "SCRIPT_DISABLED" } }],
      ["disabled", { status: 409, body: { code: "SCRIPT_DISABLED" } }],
      ["active", { status: 200 }],
    ] as const) {
      await acme.request("PATCH", "/api/v1/scripts/pricing", { status });
      expect(await call({ sku: "A1" })).toMatchObject(answer);
    }
  });

  test("waits for no database once it is warm, and its history is written later", async () => {
    const ask = () => skerry.platform.services.calls.call(HOST, "pricing", { sku: "A1" });
    await pastChangesAreHeard();
    await ask();
    const { pool } = skerry.database;
    // Whoever needs the database now has to wait.
    const free = pool.options.max - pool.totalCount + pool.idleCount;
    await using blocked = new AsyncDisposableStack();
    for (const client of await Promise.all(Array.from({ length: free }, () => pool.connect()))) {
      blocked.defer(() => client.release());
    }
    const answers: CallAnswer[] = [];
    for (let count = 0; count < 20; count += 1) answers.push(await ask());
    expect(pool.idleCount).toBe(0);
    await blocked.disposeAsync();
    for (const { executionId } of answers) {
      expect(await recorded({ body: { executionId, detail: "" } })).toMatchObject({
        status: "completed",
        actor: "host",
      });
    }
  });
});

describe("a host", () => {
  const ask = (input: JsonValue, options: FallbackOptions): Promise<JsonValue> =>
    callWithFallback(skerry.platform.services.calls, HOST, "pricing", input, options);
  const codeOf = (error: SkerryError): JsonValue => error.code;

  test("goes on with its fallback where it fails open, and gets the error where it fails closed", async () => {
    const bad = { sku: "A1", mode: "throw" };
    expect(await ask({ sku: "A1" }, { fallback: 7 })).toEqual({ total: 2 });
    expect(await ask(bad, { fallback: 7 })).toBe(7);
    expect(await ask(bad, { fallback: codeOf })).toBe("CALL_FAILED");
    expect(await ask({ sku: "A1", mode: "loop" }, { fallback: codeOf, deadlineMs: 100 })).toBe(
      "CALL_TIMEOUT",
    );
    expect(await ask(bad, { onFailure: "open" })).toBeNull();
    await expect(ask(bad, {})).rejects.toMatchObject({ name: "SkerryError", code: "CALL_FAILED" });
    await expect(ask(bad, { fallback: 7, onFailure: "closed" })).rejects.toMatchObject({
      code: "CALL_FAILED",
    });
  });
});

/** Notifications and connections come in their own time. */
const WAIT = { timeout: 10_000 };

describe("what is known of a script", () => {
  test("changes at once where it is changed, and after a lost notification connection", async () => {
    await create("changing", "embedded", "export default () => 1;");
    expect(await call(null, {}, "changing")).toMatchObject({ body: { output: 1 } });
    await acme.request("PATCH", "/api/v1/scripts/changing", { source: "export default () => 2;" });
    expect(await call(null, {}, "changing")).toMatchObject({ body: { output: 2 } });

    await pastChangesAreHeard();
    expect(await call(null, {}, "changing")).toMatchObject({ body: { output: 2 } });
    // Without its triggers the change is not told: only the loss of the connection can bring it to light.
    await sql`alter table skerry.scripts disable trigger tell_change`.execute(skerry.database.kysely);
    await sql`update skerry.scripts set active_version = 1 where name = 'changing'`.execute(
      skerry.database.kysely,
    );
    expect(await call(null, {}, "changing")).toMatchObject({ body: { output: 2 } });
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like 'listen %'`.execute(skerry.database.kysely);
    await vi.waitFor(
      async () => expect(await call(null, {}, "changing")).toMatchObject({ body: { output: 1 } }),
      WAIT,
    );
    await sql`alter table skerry.scripts enable trigger tell_change`.execute(skerry.database.kysely);

    await sql`update skerry.scripts set active_version = 2 where name = 'changing'`.execute(
      skerry.database.kysely,
    );
    await vi.waitFor(
      async () => expect(await call(null, {}, "changing")).toMatchObject({ body: { output: 2 } }),
      WAIT,
    );
  });
});
