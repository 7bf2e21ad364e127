import { expect, test } from "vitest";
import { createTestPlatform, OPERATOR_KEY } from "../../test/platform.ts";
import { DEMO_SCRIPTS, DEMO_TENANT } from "./demo-scripts.ts";
import { seedDemoTenant } from "./seed.ts";
import type { SeedingPlatform } from "./seed.ts";

/** Tenant, look, scripts, admin, key, name. */
const REQUESTS = 5 + DEMO_SCRIPTS.length;

/** The platform as a process sees it that is killed instead of its next request but `requests`. */
function killAfter(platform: SeedingPlatform, requests: number): SeedingPlatform {
  let left = requests;
  return {
    services: platform.services,
    fetch(request) {
      left -= 1;
      return left < 0 ? Promise.reject(new Error("killed")) : platform.fetch(request);
    },
  };
}

test.each(Array.from({ length: REQUESTS }, (_, requests) => requests))(
  "a start that was killed after %i requests is completed by the next one",
  async (requests) => {
    await using skerry = await createTestPlatform();
    const { platform } = skerry;
    let kept = "";
    const keepKey = (key: string): Promise<void> => {
      kept = key;
      return Promise.resolve();
    };
    const options = { operatorKey: OPERATOR_KEY, keepKey };

    await expect(seedDemoTenant(killAfter(platform, requests), options)).rejects.toThrow("killed");
    const key = await seedDemoTenant(platform, options);
    expect(kept).toBe(key);
    const scripts = await skerry.client(kept).request("GET", "/api/v1/scripts");
    expect(scripts.body.items.map(({ name }) => name).sort()).toEqual(
      DEMO_SCRIPTS.map(({ name }) => name).sort(),
    );
    const tenant = await skerry.operator.request("GET", `/api/v1/tenants/${DEMO_TENANT}`);
    expect(tenant.body).toMatchObject({ name: "Demo" });
    expect(await seedDemoTenant(killAfter(platform, 1), options)).toBeUndefined();
  },
);

test("an installation with tenants of its own gets no demo", async () => {
  await using skerry = await createTestPlatform();
  await skerry.createTenant("acme");
  const keepKey = (): Promise<void> => Promise.reject(new Error("there is no key to keep"));
  expect(await seedDemoTenant(skerry.platform, { operatorKey: OPERATOR_KEY, keepKey })).toBeUndefined();
  expect((await skerry.operator.request("GET", `/api/v1/tenants/${DEMO_TENANT}`)).status).toBe(404);
});

test("each script of the demo does what it is for, also below a base path", async () => {
  await using skerry = await createTestPlatform({ basePath: "/skerry" });
  let key = "";
  const keepKey = (made: string): Promise<void> => {
    key = made;
    return Promise.resolve();
  };
  await seedDemoTenant(skerry.platform, { operatorKey: OPERATOR_KEY, url: skerry.url, keepKey });
  const demo = skerry.client(key);
  const outcomes = new Map<string, unknown>();
  const runnable = DEMO_SCRIPTS.filter(({ type }) => !["http", "embedded", "library"].includes(type));
  for (const { name, type } of runnable) {
    const run = await demo.request<{ status: string }>("POST", `/api/v1/scripts/${name}/execute`);
    outcomes.set(type, run.body.status);
  }
  const berth = { metres: 14, nights: 2 };
  const call = await demo.request("POST", "/api/v1/scripts/price-berth/call", { input: berth });
  outcomes.set("embedded", call.body);
  outcomes.set("http", (await skerry.client().request("GET", "/run/demo/ahoy?name=Ada")).status);
  expect(Object.fromEntries(outcomes)).toEqual({
    scheduled: "completed",
    event: "completed",
    oneoff: "completed",
    embedded: expect.objectContaining({ output: { total: 76, currency: "EUR" } }),
    http: 200,
  });
});
