import { setTimeout as sleep } from "node:timers/promises";
import { CapabilityError } from "@skerry/sandbox";
import { SignJWT } from "jose";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { actAsHost } from "../auth/host.ts";
import { defineService, ServiceError } from "./service.ts";
import type { Service, ServiceCall } from "./service.ts";

const SECRET = "postgres://host:secret@db";

/** What handlers saw. */
const calls: ServiceCall[] = [];
const hostLog: string[] = [];

const nothing = z.undefined();
const refund = {
  name: "orders.refund",
  input: z.object({ id: z.string(), amount: z.number().positive() }),
  output: z.object({ refunded: z.number() }),
  handler: ({ amount }: { readonly amount: number }) => ({ refunded: amount }),
};

/** One of each kind of trouble. */
const SERVICES: readonly Service[] = [
  defineService({ ...refund, permission: "orders.refund", deprecated: "use orders.v2.refund" }),
  defineService({
    ...refund,
    version: 2,
    output: z.object({ refunded: z.number(), currency: z.string() }),
    handler: ({ amount }) => ({ refunded: amount, currency: "EUR" }),
  }),
  defineService({
    name: "orders.find",
    input: z.strictObject({ id: z.string().max(20), at: z.string().optional() }),
    output: z.object({ id: z.string(), total: z.number(), paidAt: z.date() }),
    // As rows come from a database: with more in them than anybody else may see.
    handler: ({ id }) =>
      ({ id, total: 7, paidAt: new Date(0), cost: 3, connection: SECRET }) as {
        id: string;
        total: number;
        paidAt: Date;
      },
  }),
  defineService({
    name: "whoami",
    input: nothing,
    output: z.any(),
    handler: (_, call) => {
      calls.push(call);
      const { signal: _signal, ...rest } = call;
      return rest;
    },
  }),
  defineService({
    name: "echo",
    input: z.any(),
    output: z.any(),
    maxInputBytes: 1_000,
    handler: (input) => input as unknown,
  }),
  defineService({
    name: "fails",
    input: z.string(),
    output: z.object({ ok: z.boolean() }),
    handler: (mode) => {
      if (mode === "on purpose") throw new ServiceError("ORDER_NOT_FOUND", "There is no order 7.");
      if (mode === "as a capability") throw new CapabilityError("LEAKED", SECRET);
      // oxlint-disable-next-line typescript/only-throw-error -- handlers are not ours
      if (mode === "no error") throw SECRET;
      if (mode === "cyclic") {
        const cyclic: Record<string, unknown> = {};
        cyclic["self"] = cyclic;
        throw Object.assign(new Error(SECRET), cyclic);
      }
      return (mode === "bad output" ? { ok: SECRET } : { ok: true }) as { ok: boolean };
    },
  }),
  defineService({
    name: "large",
    input: z.enum(["text", "bigint", "cycle"]),
    output: z.any(),
    handler: (mode) => {
      if (mode === "text") return "x".repeat(5 * 1024 * 1024);
      if (mode === "bigint") return 1n;
      const cyclic: Record<string, unknown> = {};
      cyclic["self"] = cyclic;
      return cyclic;
    },
  }),
  defineService({
    name: "hangs",
    input: nothing,
    output: z.null(),
    timeoutMs: 100,
    handler: (_, call) => {
      calls.push(call);
      return new Promise<never>(() => {});
    },
  }),
  defineService({
    name: "waits",
    input: nothing,
    output: z.null(),
    timeoutMs: 600_000,
    async handler(_, call) {
      calls.push(call);
      await sleep(600_000, undefined, { signal: call.signal });
      return null;
    },
  }),
  defineService({
    name: "limited",
    input: nothing,
    output: z.null(),
    rateLimit: { limit: 3, perSeconds: 3_600 },
    handler: () => null,
  }),
  defineService({ name: "recorded", input: nothing, output: z.null(), audit: true, handler: () => null }),
];

let skerry: TestPlatform;
let acme: TestClient & { readonly key: string };
let globex: TestClient & { readonly key: string };

beforeAll(async () => {
  const logger = pino({ level: "warn" }, { write: (line: string) => void hostLog.push(line) });
  const plans = {
    pro: { grants: ["orders.*"] },
    small: { capabilities: ["services.echo"], quotas: { serviceCallsPerMonth: 5 } },
  };
  skerry = await createTestPlatform({ services: SERVICES, plans, logger });
  acme = await skerry.createTenant("acme");
  globex = await skerry.createTenant("globex");
  await skerry.operator.request("PATCH", "/api/v1/tenants/acme", { plan: "pro" });
});
afterAll(() => skerry[Symbol.asyncDispose]());

interface Ended {
  readonly id: string;
  readonly status: string;
  readonly output: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
}

let made = 0;

/** Makes a script of this body, and runs it to its end. */
async function run(body: string, tenant: TestClient = acme, name = `script-${++made}`): Promise<Ended> {
  const source = `export default async (input, ctx) => {\n${body}\n};`;
  const created = await tenant.request("POST", "/api/v1/scripts", { name, type: "oneoff", source });
  expect(created).toMatchObject({ status: 201 });
  const { body: ended } = await tenant.request<Ended>("POST", `/api/v1/scripts/${name}/execute`, {
    wait: true,
  });
  return ended;
}

/** Calls a service, and gives its answer or the code and message of its error. */
const attempt = (call: string): string => `
  try { return { answer: await ctx.services.${call} ?? null }; }
  catch (error) { return { code: error.code, message: error.message, ...error }; }`;

describe("a call", () => {
  test("gives what the handler gives, as far as the schema knows it", async () => {
    const { output } = await run(attempt(`orders.find({ id: "A7" })`));
    expect(output).toEqual({ answer: { id: "A7", total: 7, paidAt: "1970-01-01T00:00:00.000Z" } });
  });

  test("tells the handler who calls, whatever the script says", async () => {
    const body = `ctx.services.whoami({ tenant: "globex" }).catch(() => {}); return await ctx.services.whoami();`;
    const { id, output } = await run(body, acme, "asks");
    expect(output).toMatchObject({ tenant: "acme", executionId: id, script: { name: "asks", version: 1 } });
    expect((await run("return await ctx.services.whoami()", globex)).output).toMatchObject({
      tenant: "globex",
    });

    const request = new Request("http://skerry/api/v1/scripts/asks/execute", {
      method: "POST",
      headers: { "content-type": "application/json", "x-request-id": "request-7" },
      body: "{}",
    });
    const principal = actAsHost({ tenant: "acme", user: "ada" });
    const answer = (await (await skerry.platform.fetch(request, { principal })).json()) as Ended;
    expect(answer.output).toMatchObject({ user: "ada", requestId: "request-7" });
    expect(output).not.toHaveProperty("user");
  });

  test("takes nobody's word for who the user is but the host's and its own", async () => {
    const secret = "of acme alone, and long enough for a key";
    await acme.request("PUT", "/api/v1/secrets/TOKEN_KEY", { value: secret });
    const source = "export default async (request, ctx) => Response.json(await ctx.services.whoami());";
    const settings = { path: "/who", auth: { type: "jwt", secret: "TOKEN_KEY" } };
    await acme.request("POST", "/api/v1/scripts", { name: "who", type: "http", source, settings });
    const token = await new SignJWT({ sub: "ada" })
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode(secret));
    const answer = await skerry.client(token).request<ServiceCall>("GET", "/run/acme/who");
    expect(answer).toMatchObject({ status: 200, body: { tenant: "acme" } });
    expect(answer.body).not.toHaveProperty("user");
  });

  test("with an input that does not fit names the places, and never comes to the handler", async () => {
    const { output } = await run(attempt(`orders.find({ id: 7, extra: 1 })`));
    expect(output).toMatchObject({ code: "CAPABILITY_INPUT_INVALID" });
    expect((output as Ended["error"])?.message).toMatch(/^orders\.find: id: .+; .*extra/);
    const before = calls.length;
    await run(attempt(`whoami("something")`));
    expect(calls.length).toBe(before);
  });

  test.each([
    ["BigInt", "1n", "CAPABILITY_INPUT_INVALID"],
    ["a function", "() => 1", "CAPABILITY_INPUT_INVALID"],
    ["a cycle", "(() => { const a = {}; a.a = a; return a; })()", "CAPABILITY_INPUT_INVALID"],
    ["a Map", "new Map()", "CAPABILITY_INPUT_INVALID"],
    ["more than the service takes", '"x".repeat(2_000)', "CAPABILITY_INPUT_LIMIT"],
    ["more than crosses", '"x".repeat(3_000_000)', "CAPABILITY_INPUT_LIMIT"],
    ["deep nesting", "JSON.parse('['.repeat(600) + ']'.repeat(600))", "CAPABILITY_INPUT_LIMIT"],
  ])("with %s is refused in the guest's own words", async (_, value, code) => {
    expect((await run(attempt(`echo(${value})`))).output).toMatchObject({ code });
  });

  test("carries names of prototypes as data", async () => {
    const body = `const sent = JSON.parse('{"__proto__":{"polluted":1},"constructor":2,"output":3,"refusal":4}');
      const answer = await ctx.services.echo(sent);
      return [JSON.stringify(answer), {}.polluted ?? null];`;
    expect((await run(body)).output).toEqual([
      '{"__proto__":{"polluted":1},"constructor":2,"output":3,"refusal":4}',
      null,
    ]);
    expect(Object.prototype).not.toHaveProperty("polluted");
  });

  test("fails with the handler's own code, or tells nothing of what went wrong", async () => {
    expect((await run(attempt(`fails("on purpose")`))).output).toEqual({
      code: "ORDER_NOT_FOUND",
      message: "There is no order 7.",
    });
    const quiet = { code: "SERVICE_FAILED", message: "fails failed inside the host" };
    for (const mode of ["as a capability", "no error", "cyclic", "bad output"]) {
      hostLog.length = 0;
      expect((await run(attempt(`fails(${JSON.stringify(mode)})`))).output).toEqual(quiet);
      expect(hostLog.join("")).toContain('"service":"fails"');
    }
    for (const mode of ["text", "bigint", "cycle"]) {
      expect((await run(attempt(`large("${mode}")`))).output).toMatchObject({ code: "SERVICE_FAILED" });
    }
  });

  test("that gets no answer times out, and the handler is told", async () => {
    expect((await run(attempt("hangs()"))).output).toMatchObject({ code: "SERVICE_TIMEOUT" });
    expect(calls.at(-1)?.signal.aborted).toBe(true);
  });

  test("ends with its execution, and the handler is told", async () => {
    const { body: script } = await acme.request("POST", "/api/v1/scripts", {
      name: "cancelled",
      type: "oneoff",
      source: "export default (input, ctx) => ctx.services.waits();",
    });
    const { body } = await acme.request("POST", `/api/v1/scripts/${script.id}/execute`, { wait: false });
    const executionOf = (): ServiceCall | undefined =>
      calls.find(({ executionId }) => executionId === body.id);
    await vi.waitFor(() => expect(executionOf()).toBeDefined(), 20_000);
    expect(executionOf()?.signal.aborted).toBe(false);
    await acme.request("POST", `/api/v1/executions/${body.id}/cancel`);
    await vi.waitFor(() => expect(executionOf()?.signal.aborted).toBe(true), 20_000);
  });

  test("beyond the execution's budget is refused, however many come at once", async () => {
    const body = `const all = await Promise.allSettled(Array.from({ length: 1_100 }, () => ctx.services.echo(1)));
      const codes = all.map(({ reason }) => reason?.code ?? "answered");
      return Object.fromEntries(Map.groupBy(codes, (code) => code).entries().map(([code, { length }]) => [code, length]));`;
    expect((await run(body)).output).toEqual({ answered: 1_000, CAPABILITY_CALL_LIMIT: 100 });
  });
});

describe("the bindings", () => {
  test("are there for every service, and stay as they are", async () => {
    const body = `const { services } = ctx;
      const tries = [
        () => { services.orders.find = 1; },
        () => { services.other = 1; },
        () => { delete services.orders; },
        () => { services.orders.find.stolen = 1; },
      ];
      return {
        names: Object.keys(services),
        orders: Object.keys(services.orders),
        types: [typeof services.orders.v2.refund, typeof services.toString, typeof services.constructor],
        refused: tries.filter((change) => { try { change(); return false; } catch { return true; } }).length,
        leftover: typeof globalThis.hostServices,
      };`;
    expect((await run(body)).output).toEqual({
      names: ["orders", "whoami", "echo", "fails", "large", "hangs", "waits", "limited", "recorded"],
      orders: ["refund", "v2", "find"],
      types: ["function", "undefined", "undefined"],
      refused: 4,
      leftover: "undefined",
    });
  });

  test("of two versions go side by side; the old one warns once in each execution", async () => {
    const body = `const { refund, v2 } = ctx.services.orders;
      const order = { id: "A7", amount: 5 };
      return [await refund(order), await refund(order), await v2.refund(order)];`;
    for (let count = 0; count < 2; count++) {
      const { id, output } = await run(body);
      expect(output).toEqual([{ refunded: 5 }, { refunded: 5 }, { refunded: 5, currency: "EUR" }]);
      const { body: logs } = await acme.request("GET", `/api/v1/executions/${id}/logs`);
      expect(logs.items.map(({ message }) => message)).toEqual([
        "ctx.services.orders.refund is deprecated: use orders.v2.refund",
      ]);
    }
  });
});

describe("a tenant", () => {
  test("calls what needs a permission only with a grant, which comes and goes at once", async () => {
    const call = attempt(`orders.refund({ id: "A7", amount: 5 })`);
    const denied = { code: "CAPABILITY_DENIED" };
    expect((await run(call, globex)).output).toMatchObject(denied);
    await skerry.operator.request("PATCH", "/api/v1/tenants/globex", { grants: ["orders.refund"] });
    expect((await run(call, globex)).output).toEqual({ answer: { refunded: 5 } });
    await skerry.operator.request("PATCH", "/api/v1/tenants/globex", { grants: null });
    expect((await run(call, globex)).output).toMatchObject(denied);
  });

  test("has no more calls than its plan and the service's rate give", async () => {
    const tiny = await skerry.createTenant("tiny");
    await skerry.operator.request("PATCH", "/api/v1/tenants/tiny", { plan: "small" });
    const flood = (service: string): string => `const codes = [];
      for (let count = 0; count < 8; count++) {
        codes.push(await ctx.services.${service}().then(() => "ok", ({ code }) => code));
      }
      return codes;`;
    expect((await run(flood("echo"), tiny)).output).toEqual([
      ...Array<string>(5).fill("ok"),
      ...Array<string>(3).fill("QUOTA_EXCEEDED"),
    ]);
    expect((await run(flood("limited"), tiny)).output).toEqual(Array<string>(8).fill("CAPABILITY_DENIED"));
    const limited = [...Array<string>(3).fill("ok"), ...Array<string>(5).fill("SERVICE_RATE_LIMITED")];
    expect((await run(flood("limited"))).output).toEqual(limited);
    expect((await run(flood("limited"), globex)).output).toEqual(limited);
    const { retryAfterMs } = (await run(attempt("limited()"))).output as { readonly retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(1_000_000);
    expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
  });

  test("finds audited calls in its audit log", async () => {
    const { id } = await run("return await ctx.services.recorded();");
    const answer = await acme.request<{ readonly items: readonly unknown[] }>(
      "GET",
      "/api/v1/audit?action=service.called",
    );
    expect(answer.body.items).toMatchObject([
      { target: { type: "service", id: "recorded" }, after: { executionId: id } },
    ]);
  });
});
