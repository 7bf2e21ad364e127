import { createServer } from "node:http";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { createPlatform } from "../platform.ts";
import type { Quota, Quotas, TenantLimits, Usage } from "./quota.ts";
import { createQuotaService } from "./service.ts";

const logger = pino({ level: "silent" });

const EVERY_PERMISSION_BUT_USAGE = ["scripts.read", "executions.read"];

let skerry: TestPlatform;
let lastTenant = 0;

beforeAll(async () => {
  skerry = await createTestPlatform({
    plans: {
      free: {
        limits: { cpuMs: { default: 200, max: 500 }, memoryMb: { max: 32 } },
        quotas: {
          executionsPerMonth: 5,
          concurrentExecutions: 2,
          storedBytes: 2_000,
          outboundCallsPerMonth: 1,
        },
        retentionDays: 7,
      },
      pro: {},
    },
  });
});
afterAll(() => skerry[Symbol.asyncDispose]());

interface TestTenant extends TestClient {
  readonly id: string;
  readonly key: string;
  limits(): Promise<TenantLimits>;
  quota(name: keyof Quotas): Promise<Quota>;
  publish(name: string, source: string, more?: object): ReturnType<TestClient["request"]>;
  change(change: object): ReturnType<TestClient["request"]>;
}

async function makeTenant(plan: string): Promise<TestTenant> {
  const id = `tenant-${++lastTenant}`;
  const client = await skerry.createTenant(id);
  const change: TestTenant["change"] = (wished) =>
    skerry.operator.request("PATCH", `/api/v1/tenants/${id}`, wished);
  await change({ plan });
  const limits = async () => (await client.request<TenantLimits>("GET", "/api/v1/limits")).body;
  return {
    ...client,
    id,
    limits,
    change,
    quota: async (name) => (await limits()).quotas[name],
    publish: (name, source, more = {}) =>
      client.request("POST", "/api/v1/scripts", { name, type: "oneoff", source, ...more }),
  };
}

function execute(tenant: TestClient, script: string, input: unknown = null) {
  return tenant.request<{ status: string; output: never; code: string }>(
    "POST",
    `/api/v1/scripts/${script}/execute`,
    { input },
  );
}

describe("plans", () => {
  test("are listed for the operator, whole, with the one that is always there", async () => {
    const { body } = await skerry.operator.request("GET", "/api/v1/plans");
    expect(body.items.map(({ name }) => name)).toEqual(["default", "free", "pro"]);
    expect(body.items[1]).toMatchObject({
      limits: {
        cpuMs: { default: 200, max: 500 },
        memoryMb: { default: 32, max: 32 },
        wallMs: { default: 30_000 },
      },
      quotas: { executionsPerMonth: 5, requestsPerMinute: 1_000_000 },
      retentionDays: 7,
    });
    const tenant = await makeTenant("free");
    expect(await tenant.request("GET", "/api/v1/plans")).toMatchObject({ status: 403 });
  });

  test("that the host does not define are refused", async () => {
    const tenants = "/api/v1/tenants";
    const refusal = { status: 422, body: { code: "PLAN_UNKNOWN" } };
    expect(await skerry.operator.request("POST", tenants, { name: "x", plan: "gold" })).toMatchObject(
      refusal,
    );
    const tenant = await makeTenant("free");
    expect(await tenant.change({ plan: "gold" })).toMatchObject(refusal);
    expect(await tenant.limits()).toMatchObject({ plan: "free" });
  });

  test("give way to what a tenant has of its own, until that is taken away", async () => {
    const tenant = await makeTenant("free");
    const own = { limits: { cpuMs: { max: 800 } }, quotas: { executionsPerMonth: 9 }, retentionDays: 90 };
    expect(await tenant.change(own)).toMatchObject({ status: 200, body: own });
    expect(await tenant.limits()).toMatchObject({
      limits: { cpuMs: { default: 200, max: 800 } },
      quotas: { executionsPerMonth: { limit: 9 }, concurrentExecutions: { limit: 2 } },
      retentionDays: 90,
    });
    await tenant.change({ quotas: { concurrentExecutions: 4 } });
    await tenant.change({
      limits: { cpuMs: { max: null } },
      quotas: { executionsPerMonth: null },
      retentionDays: null,
    });
    expect(await tenant.limits()).toMatchObject({
      limits: { cpuMs: { default: 200, max: 500 } },
      quotas: { executionsPerMonth: { limit: 5 }, concurrentExecutions: { limit: 4 } },
      retentionDays: 7,
    });
    await tenant.change({ quotas: null });
    expect((await tenant.quota("concurrentExecutions")).limit).toBe(2);

    for (const bad of [
      { quotas: { executionsPerMonth: -1 } },
      { quotas: { gold: 1 } },
      { limits: { cpuMs: 3 } },
    ]) {
      expect(await tenant.change(bad)).toMatchObject({ status: 422, body: { code: "INPUT_INVALID" } });
    }
  });
});

describe("the limits of a plan", () => {
  test("bound what scripts may ask for, and hold scripts that asked for more before", async () => {
    const tenant = await makeTenant("pro");
    const source = "export default (input, ctx) => ctx.limits;";
    await tenant.publish("greedy", source, { settings: { limits: { cpuMs: 5_000, memoryMb: 128 } } });
    expect((await execute(tenant, "greedy")).body.output).toMatchObject({ cpuMs: 5_000, memoryMb: 128 });

    await tenant.change({ plan: "free" });
    expect((await execute(tenant, "greedy")).body.output).toMatchObject({
      cpuMs: 500,
      memoryMb: 32,
      wallMs: 30_000,
    });
    const settings = { limits: { cpuMs: 501, memoryMb: 33 } };
    const refusal = {
      status: 422,
      body: {
        code: "INPUT_INVALID",
        errors: [{ path: "settings.limits.cpuMs" }, { path: "settings.limits.memoryMb" }],
      },
    };
    expect(await tenant.publish("more", source, { settings })).toMatchObject(refusal);
    expect(await tenant.request("PATCH", "/api/v1/scripts/greedy", { settings })).toMatchObject(refusal);
    expect(await tenant.request("PUT", "/api/v1/scripts/greedy/draft", { source, settings })).toMatchObject(
      refusal,
    );
    expect(await tenant.request("PATCH", "/api/v1/scripts/greedy", { source: `${source}//` })).toMatchObject({
      status: 200,
    });
    await tenant.publish("modest", source);
    expect((await execute(tenant, "modest")).body.output).toMatchObject({ cpuMs: 200, memoryMb: 32 });
  });
});

describe("quotas", () => {
  test("of executions hold whichever way scripts are run, and tell what is used up", async () => {
    const tenant = await makeTenant("free");
    await tenant.publish("one", "export default () => 1;");
    await tenant.publish("web", "export default () => new Response('hi');", { type: "http" });
    await tenant.publish("rule", "export default () => 2;", { type: "embedded" });
    const visit = () => skerry.client().request("GET", `/run/${tenant.id}/web`);
    const call = () => tenant.request("POST", "/api/v1/scripts/rule/call", { input: null });
    expect(await execute(tenant, "one")).toMatchObject({ body: { status: "completed" } });
    expect(await call()).toMatchObject({ status: 200 });
    for (let round = 0; round < 3; round++) expect(await visit()).toMatchObject({ status: 200 });

    const { resetsAt } = await tenant.quota("executionsPerMonth");
    for (const refused of [await execute(tenant, "one"), await call(), await visit()]) {
      expect(refused).toMatchObject({
        status: 429,
        body: { code: "QUOTA_EXCEEDED", quota: { kind: "executionsPerMonth", limit: 5, used: 5, resetsAt } },
      });
      const seconds = (Date.parse(String(resetsAt)) - Date.now()) / 1_000;
      expect(Math.abs(Number(refused.headers.get("retry-after")) - seconds)).toBeLessThan(5);
    }
    expect(await tenant.quota("executionsPerMonth")).toMatchObject({ limit: 5, used: 5, remaining: 0 });
    await tenant.change({ plan: "pro" });
    expect(await execute(tenant, "one")).toMatchObject({ status: 200 });
  });

  test("of requests hold for the API and for addresses, exactly, and not for the operator", async () => {
    const tenant = await makeTenant("free");
    await tenant.publish("web", "export default () => new Response('hi');", { type: "http" });
    // Whatever the minute: this is more than was asked until now.
    await tenant.change({
      quotas: { requestsPerMinute: 20, executionsPerMonth: 1_000, concurrentExecutions: 50 },
    });
    const { requestsPerMinute: before } = await skerry.quotas.remaining(tenant.id);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        index % 2 === 0
          ? tenant.request("GET", "/api/v1/scripts")
          : skerry.client().request("GET", `/run/${tenant.id}/web`),
      ),
    );
    const refused = answers.filter(({ status }) => status === 429);
    const { requestsPerMinute: after } = await skerry.quotas.remaining(tenant.id);
    // The minute may have turned meanwhile; then both minutes gave what they have.
    const isSameMinute = before.resetsAt?.getTime() === after.resetsAt?.getTime();
    if (isSameMinute) expect(answers.length - refused.length).toBe(20 - before.used);
    expect(after.used).toBeLessThanOrEqual(20);
    for (const { headers, body } of refused) {
      expect(body).toMatchObject({ code: "QUOTA_EXCEEDED", quota: { kind: "requestsPerMinute", limit: 20 } });
      expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(60);
    }
    const acting = skerry.operator.request("GET", "/api/v1/scripts", undefined, {
      "skerry-tenant": tenant.id,
    });
    expect(await acting).toMatchObject({ status: 200 });
  });

  test("of what runs at the same time answer 429 at once", async () => {
    const tenant = await makeTenant("free");
    await tenant.publish(
      "slow",
      "export default () => new Promise((resolve) => setTimeout(resolve, 30_000));",
    );
    const begin = () =>
      tenant.request("POST", "/api/v1/scripts/slow/execute", { wait: false, timeoutMs: 20_000 });
    const begun = [await begin(), await begin()];
    await vi.waitFor(async () =>
      expect(await tenant.quota("concurrentExecutions")).toMatchObject({ used: 2, remaining: 0 }),
    );
    expect(await tenant.request("POST", "/api/v1/scripts/slow/execute", {})).toMatchObject({
      status: 429,
      body: { code: "CONCURRENCY_LIMIT", quota: { kind: "concurrentExecutions", limit: 2 } },
    });
    // What was refused left no trace, and what is queued waits.
    expect((await tenant.request("GET", "/api/v1/executions")).body.items).toHaveLength(2);
    const waiting = await begin();
    expect(waiting).toMatchObject({ status: 202, body: { status: "pending" } });
    for (const { body } of [waiting, ...begun])
      await tenant.request("POST", `/api/v1/executions/${body.id}/cancel`);
    expect(await tenant.quota("concurrentExecutions")).toMatchObject({ used: 0 });
    expect(await tenant.quota("executionsPerMonth")).toMatchObject({ used: 2 });
  });

  test("of stored bytes are kept by every write, and given back by what is deleted", async () => {
    const tenant = await makeTenant("free");
    const source = `export default () => 1; //${"x".repeat(600)}`;
    const { used: none } = await tenant.quota("storedBytes");
    expect(none).toBe(0);
    expect(await tenant.publish("a", source)).toMatchObject({ status: 201 });
    expect(await tenant.publish("b", source, { status: "draft" })).toMatchObject({ status: 201 });
    const { used } = await tenant.quota("storedBytes");
    expect(used).toBe(2 * source.length);
    await tenant.request("PUT", "/api/v1/secrets/TOKEN", { value: "s".repeat(100) });
    expect((await tenant.quota("storedBytes")).used).toBeGreaterThanOrEqual(used + 100);

    const refusal = {
      status: 429,
      body: { code: "QUOTA_EXCEEDED", quota: { kind: "storedBytes", limit: 2_000 } },
    };
    expect(await tenant.publish("c", `${source}${source}`)).toMatchObject(refusal);
    expect(
      await tenant.request("PATCH", "/api/v1/scripts/a", { source: `${source}${source}` }),
    ).toMatchObject(refusal);
    expect(await tenant.request("PUT", "/api/v1/secrets/OTHER", { value: "s".repeat(900) })).toMatchObject(
      refusal,
    );
    expect((await tenant.request("GET", "/api/v1/scripts")).body.items).toHaveLength(2);

    await tenant.change({ quotas: { storedBytes: 10 } });
    // Publishing moves the draft's bytes to a version.
    expect(await tenant.request("POST", "/api/v1/scripts/b/publish", {})).toMatchObject({ status: 200 });
    for (const script of ["a", "b"]) await tenant.request("DELETE", `/api/v1/scripts/${script}`);
    await tenant.request("DELETE", "/api/v1/secrets/TOKEN");
    expect(await tenant.quota("storedBytes")).toMatchObject({ used: 0, remaining: 10 });
    expect(await skerry.operator.request("DELETE", `/api/v1/tenants/${tenant.id}`)).toMatchObject({
      status: 204,
    });
  });

  test("are told to scripts as to everybody else, outbound calls included", async () => {
    const tenant = await makeTenant("free");
    const source = `export default async (url, ctx) => {
      const codes = [];
      for (let round = 0; round < 2; round++) {
        try { await ctx.http.get(url); } catch (error) { codes.push(error.code); }
      }
      return { codes, quotas: await ctx.limits.remaining(), limits: Object.keys(ctx.limits).length };
    };`;
    await tenant.publish("caller", source);
    // Loopback is refused after the call was counted: that is enough here.
    const server = createServer().listen(0, "127.0.0.1");
    const { output } = (await execute(tenant, "caller", "http://127.0.0.1:80/")).body as {
      output: { codes: string[]; quotas: Quotas; limits: number };
    };
    server.close();
    expect(output.codes[1]).toBe("QUOTA_EXCEEDED");
    expect(output.limits).toBe(6);
    const { quotas } = await tenant.limits();
    expect(output.quotas).toEqual({
      ...quotas,
      // Those of the running script itself.
      concurrentExecutions: { ...quotas.concurrentExecutions, used: 1, remaining: 1 },
      cpuSecondsPerMonth: output.quotas.cpuSecondsPerMonth,
      requestsPerMinute: output.quotas.requestsPerMinute,
    });
    expect(quotas.outboundCallsPerMonth).toMatchObject({ limit: 1, used: 1, remaining: 0 });
  });
});

describe("two nodes", () => {
  test("hold a tenant to its quotas together", async () => {
    const tenant = await makeTenant("free");
    const change = { quotas: { executionsPerMonth: 40, concurrentExecutions: 100 } };
    expect(await tenant.change(change)).toMatchObject({ status: 200 });
    expect(await tenant.publish("one", "export default () => 1;")).toMatchObject({ status: 201 });
    const { database, pool, vault, platform } = skerry;
    await using quotas = await createQuotaService({ database, logger, plans: skerry.quotas.plans });
    await using other = await createPlatform({ database, pool, vault, quotas, logger });
    const nodes = [platform, other];
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const request = new Request("http://node/api/v1/scripts/one/execute", {
          method: "POST",
          headers: { authorization: `Bearer ${tenant.key}`, "content-type": "application/json" },
          body: "{}",
        });
        return (await nodes[index % 2]?.fetch(request))?.status;
      }),
    );
    expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
    const allowed = statuses.filter((status) => status === 200).length;
    expect(allowed).toBeLessThanOrEqual(40);
    expect(allowed).toBeGreaterThanOrEqual(38);
    expect(statuses.filter((status) => status === 429)).toHaveLength(60 - allowed);
    await quotas.settle();
    expect(await tenant.quota("executionsPerMonth")).toMatchObject({ used: allowed });
  });
});

describe("usage", () => {
  test("is told day by day", async () => {
    const tenant = await makeTenant("free");
    await tenant.publish("one", "export default (input, ctx) => ctx.log.info('x'.repeat(100));");
    await execute(tenant, "one");
    await execute(tenant, "one");
    const { body } = await tenant.request<Usage>("GET", "/api/v1/usage");
    const today = new Date().toISOString().slice(0, 10);
    expect(body).toMatchObject({ from: `${today.slice(0, 7)}-01`, to: today });
    expect(body.items.at(-1)).toMatchObject({ day: today, executions: 2, outboundCalls: 0 });
    expect(body.items.at(-1)?.logBytes).toBeGreaterThanOrEqual(200);
    expect(body.items.at(-1)?.cpuSeconds).toBeGreaterThan(0);
    expect(body.items.at(-1)?.requests).toBeGreaterThanOrEqual(4);
    const past = await tenant.request<Usage>("GET", "/api/v1/usage?from=2020-01-01&to=2020-12-31");
    expect(past.body.items).toEqual([]);

    for (const query of ["from=2020-01-01", "from=2026-11-02&to=2026-11-01", "to=tomorrow", "day=1"]) {
      expect(await tenant.request("GET", `/api/v1/usage?${query}`)).toMatchObject({ status: 422 });
    }
  });

  test("and limits need a permission of their own", async () => {
    const tenant = await makeTenant("free");
    const { body } = await tenant.request("POST", "/api/v1/api-keys", {
      name: "k",
      scopes: EVERY_PERMISSION_BUT_USAGE,
    });
    for (const path of ["/api/v1/limits", "/api/v1/usage"]) {
      expect(await skerry.client(body.key).request("GET", path)).toMatchObject({ status: 403 });
    }
  });
});
