import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { CAPABILITY_NAMESPACES } from "./reference.ts";

let skerry: TestPlatform;
let tenant: TestClient;

beforeAll(async () => {
  skerry = await createTestPlatform();
  tenant = await skerry.createTenant("acme");
});

afterAll(() => skerry[Symbol.asyncDispose]());

/** Everything that no honest script passes, alone and behind a likely first argument. */
const HOSTILE_CALLS = `
const cyclic = {}; cyclic.self = cyclic;
let deep = []; for (let n = 0; n < 5_000; n++) deep = [deep];
const bad = () => { throw new Error("gotcha"); };
const VALUES = [
  undefined, null, true, NaN, -1, 1e308, 1n, Symbol("s"), "", "\\ud800", "\\0", "__proto__", "constructor", "toString",
  "../../etc", bad, cyclic, deep, [, 1], new Map([[1, 2]]), new Date(NaN), new Uint8Array(8),
  new Proxy({}, { get: bad, ownKeys: bad }), { get key() { return bad(); } }, { toJSON: bad }, { toString: bad, valueOf: bad },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":1}'), Object.create(null), { then: bad },
];
const FUNCTIONS = (namespace) => typeof namespace === "function"
  ? [namespace]
  : Object.getOwnPropertyNames(namespace).map((name) => namespace[name]).filter((each) => typeof each === "function");

/** How a call ended that must not be heard of by the host. */
const end = async (call) => {
  try {
    await call();
    return "fine";
  } catch (error) {
    if (typeof error?.code === "string") return error.code;
    return error instanceof Error ? error.name : "thrown: " + typeof error;
  }
};

export default async (name, ctx) => {
  const ends = {};
  for (const call of FUNCTIONS(ctx[name])) {
    for (const value of VALUES) {
      for (const args of [[value], ["a", value], ["a", value, value], ["a", {}, value]]) {
        const how = await end(() => call(...args));
        ends[how] = (ends[how] ?? 0) + 1;
      }
    }
    const huge = "x".repeat(1_100_000);
    for (const args of [[huge], [[huge]], ["a", { value: huge }]]) ends[await end(() => call(...args))] ??= 1;
  }
  return [ends, {}.polluted ?? null];
};`;

test.each(CAPABILITY_NAMESPACES.map(({ name }) => name))(
  "ctx.%s takes whatever it is given, or refuses it by code",
  async (name) => {
    const limits = { capabilityCalls: 10_000, cpuMs: 4_000, wallMs: 60_000 };
    const script = `hostile-${name}`;
    const created = await tenant.request("POST", "/api/v1/scripts", {
      name: script,
      type: "oneoff",
      source: HOSTILE_CALLS,
      settings: { limits },
    });
    if (created.status !== 201) throw new Error(created.text);
    const { body } = await tenant.request<{
      status: string;
      error: unknown;
      output: [Record<string, number>, unknown];
    }>("POST", `/api/v1/scripts/${script}/execute`, { input: name });
    expect(body).toMatchObject({ status: "completed", error: null });
    const [ends, polluted] = body.output;
    expect(polluted).toBeNull();
    // "Error" is what the values themselves throw. Codes of the host's failure are not among the rest.
    const codes = Object.keys(ends).filter(
      (how) => !/^(?:fine|Error|TypeError|RangeError|SyntaxError)$/.test(how),
    );
    expect(codes).not.toContain("CAPABILITY_FAILED");
    for (const code of codes) expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
  },
  90_000,
);

test("a flood of calls ends at the limit, and leaves the host alone", async () => {
  const source = `export default async (_, ctx) => {
    const calls = Array.from({ length: 5_000 }, () => ctx.cache.increment("calls").then(() => "fine", ({ code }) => code));
    return Object.entries(Object.groupBy(await Promise.all(calls), (how) => how)).map(([how, all]) => [how, all.length]);
  };`;
  await tenant.request("POST", "/api/v1/scripts", { name: "flood", type: "oneoff", source });
  const { body } = await tenant.request<{ output: unknown }>("POST", "/api/v1/scripts/flood/execute", {});
  expect(body.output).toEqual([
    ["fine", 1_000],
    ["CAPABILITY_CALL_LIMIT", 4_000],
  ]);
});
