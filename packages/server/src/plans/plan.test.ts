import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { isGranted } from "./grants.ts";
import { resolveLimits } from "./limits.ts";
import { mergeOverrides } from "./overrides.ts";
import { createPlans } from "./plan.ts";
import type { Terms } from "./plan.ts";
import { loadPlans } from "./plan-file.ts";

async function writePlans(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "skerry-plans-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "plans.json");
  await writeFile(file, text);
  return file;
}

describe("plans", () => {
  test("have what they leave out from the plan default, which a host may change", () => {
    const plans = createPlans({
      default: { quotas: { storedBytes: 7 }, limits: { cpuMs: { max: 300 } } },
      pro: { quotas: { executionsPerMonth: 9 }, retentionDays: 365 },
    });
    expect([...plans.keys()]).toEqual(["default", "pro"]);
    expect(plans.get("pro")).toMatchObject({
      limits: { cpuMs: { default: 300, max: 300 }, wallMs: { default: 30_000 } },
      quotas: { storedBytes: 7, executionsPerMonth: 9 },
      retentionDays: 365,
    });
  });

  test("list hosts; null is all of them, and what is left out is as in the plan default", () => {
    const plans = createPlans({
      default: { http: { allow: ["*.example"], deny: ["evil.example"] } },
      open: { http: { allow: null } },
      shut: { http: { allow: [] } },
    });
    const { http } = plans.get("open") as Terms;
    expect(http).toEqual({ allow: null, deny: ["evil.example"] });
    expect(plans.get("shut")?.http).toEqual({ allow: [], deny: ["evil.example"] });
  });

  test("are read from a file, which is checked whole", async () => {
    expect((await loadPlans(await writePlans('{ "pro": { "retentionDays": 3 } }'))).get("pro")).toMatchObject(
      {
        retentionDays: 3,
      },
    );
    expect([...(await loadPlans(undefined)).keys()]).toEqual(["default"]);
    const bad = [
      "{",
      "[]",
      '{"pro":{"quotas":{"gold":1}}}',
      '{"pro":{"limits":{"memoryMb":{"max":9999}}}}',
      '{"P!":{}}',
      '{"pro":{"grants":["orders*"]}}',
      '{"pro":{"http":{"allow":["*"]}}}',
      '{"pro":{"http":{"deny":["https://a.example"]}}}',
      '{"pro":{"http":{"deny":["A.example"]}}}',
      '{"pro":{"http":{"allow":["a.*.example"]}}}',
      '{"pro":{"http":{"only":[]}}}',
    ];
    for (const text of bad) {
      const file = await writePlans(text);
      await expect(loadPlans(file)).rejects.toMatchObject({
        code: "CONFIG_INVALID",
        message: expect.stringContaining(file) as string,
      });
    }
    await expect(loadPlans("/nowhere/plans.json")).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  test("give a script what it asks for up to the maximum, else the default", () => {
    const { limits } = createPlans({ free: { limits: { cpuMs: { default: 5, max: 10 } } } }).get(
      "free",
    ) as Terms;
    expect(resolveLimits({}, limits).cpuMs).toBe(5);
    expect(resolveLimits({ cpuMs: 8 }, limits).cpuMs).toBe(8);
    expect(resolveLimits({ cpuMs: 11 }, limits)).toMatchObject({ cpuMs: 10, wallMs: 30_000 });
  });
});

test("overrides are merged as RFC 7396 says", () => {
  const row = {
    limits: { cpuMs: { default: 1, max: 2 }, wallMs: { max: 3 } },
    quotas: { storedBytes: 1 },
    retention_days: 5,
    capabilities: null,
    grants: ["orders"],
    http: null,
  };
  expect(mergeOverrides(row, {})).toEqual(row);
  expect(
    mergeOverrides(row, { limits: { cpuMs: { max: null }, memoryMb: { max: 9 } }, quotas: null }),
  ).toEqual({
    limits: { cpuMs: { default: 1 }, wallMs: { max: 3 }, memoryMb: { max: 9 } },
    quotas: {},
    retention_days: 5,
    capabilities: null,
    grants: ["orders"],
    http: null,
  });
  expect(
    mergeOverrides(row, {
      limits: { cpuMs: null },
      retentionDays: null,
      capabilities: ["db.*"],
      grants: null,
    }),
  ).toEqual({
    limits: { wallMs: { max: 3 } },
    quotas: { storedBytes: 1 },
    retention_days: null,
    capabilities: ["db.*"],
    grants: null,
    http: null,
  });
});

test.each([
  [["*"], "orders.refund", true],
  [["orders.refund"], "orders.refund", true],
  [["orders"], "orders.refund", true],
  [["orders.*"], "orders.v2.refund", true],
  [["orders.*"], "orders", false],
  [["orders"], "ordersx.refund", false],
  [["orders.refund"], "orders", false],
  [["orders.ref"], "orders.refund", false],
  [[], "orders.refund", false],
])("%j grants %s: %s", (patterns, name, granted) => {
  expect(isGranted(patterns, name)).toBe(granted);
});

test("the document tells the limits and quotas that there are, with their defaults", async () => {
  const text = await readFile(new URL("../../../../docs/limits.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| `(\w+)` .*$/gm)].map(([row, name]) => {
    const cells = row.split("|").map((cell) => cell.trim());
    return [name, cells.filter((cell) => /^\d+$/.test(cell)).map(Number)] as const;
  });
  const { limits, quotas } = createPlans().get("default") as Terms;
  expect(rows).toEqual([
    ...Object.entries(limits).map(([name, limit]) => [name, [limit.default, limit.max]]),
    ...Object.entries(quotas).map(([name, quota]) => [name, [quota]]),
  ]);
});
