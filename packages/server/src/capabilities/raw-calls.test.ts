import { randomUUID } from "node:crypto";
import { createRunnerPool, DEFAULT_LIMITS } from "@skerry/sandbox";
import type { ExecutionLimits, ExecutionResult, RunnerPool } from "@skerry/sandbox";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import { openScriptTables } from "../../test/script-tables.ts";
import type { ScriptTables } from "../../test/script-tables.ts";
import { recordCalls } from "../attacks/capability-calls.ts";
import type { RecordedCall } from "../attacks/capability-calls.ts";
import { createScriptLine } from "../calls/script-line.ts";
import { createEventPublisher } from "../events/publisher.ts";
import { createCapabilities } from "../main/capabilities.ts";
import { createDbCapabilities } from "./db/capability.ts";
import { CAPABILITY_NAMESPACES } from "./reference.ts";
import { openScriptEntries } from "./script-entries.ts";

/** Every call that a guest can make, with what an honest one could send. */
const HONEST: Readonly<Record<string, unknown>> = {
  "db.query": { sql: "select id, note from orders where note = $1 or id = any($2)", params: ["a", [1, 2]] },
  "db.execute": { sql: "update orders set note = $1 where id = $2", params: ["a", 900], bytes: [[0, 9]] },
  "db.find": {
    table: "orders",
    where: { id: { gt: 1, in: [2, 3] }, note: ["a", null] },
    orderBy: { id: "asc" },
    limit: 1,
    offset: 0,
    columns: ["id"],
  },
  "db.insert": { table: "orders", rows: [{ note: "a", total: "1.5", tags: { a: [1] } }], bytes: [] },
  "db.update": { table: "orders", where: { id: 900 }, changes: { note: "a", tags: [1] }, all: false },
  "db.delete": { table: "orders", where: { id: 900, note: { like: "a%" } }, all: false },
  "db.begin": {},
  "db.end": { transaction: 1, isKept: true },
  "http.request": {
    url: "http://127.0.0.1/",
    method: "GET",
    headers: [["a", "b"]],
    timeoutMs: 1_000,
    redirect: "follow",
  },
  "cache.get": { key: "a" },
  "cache.set": { key: "a", value: { a: [1] }, ttlSeconds: 60 },
  "cache.delete": { key: "a" },
  "cache.has": { key: "a" },
  "cache.increment": { key: "count", by: 1, ttlSeconds: 60 },
  "storage.get": { key: "a" },
  "storage.getEntry": { key: "a" },
  "storage.set": { key: "a", value: { a: [1] }, ttlSeconds: 60 },
  "storage.delete": { key: "a", ifVersion: 1 },
  "storage.has": { key: "a" },
  "storage.list": { prefix: "a", after: "a", limit: 10 },
  "storage.increment": { key: "count", by: 1, ttlSeconds: 60 },
  "events.publish": { type: "order.created", payload: { a: [1] }, id: "a" },
  "secrets.get": { name: "A" },
  "scripts.call": { script: "a", input: { a: [1] }, timeoutMs: 100 },
  "expressions.runtime": {},
  "expressions.compile": { template: "{{ $json.a }}", timezone: "UTC", locale: "en" },
  "progress.report": { value: 0.5, message: "a" },
  "limits.remaining": {},
};
const CALLS = CAPABILITY_NAMESPACES.flatMap(({ name, calls }) =>
  Object.keys(calls).map((call) => `${name}.${call}`),
);
const CALL_LIMIT = 100;

const started = new AsyncDisposableStack();
const handled: RecordedCall[] = [];
const hostFailures: string[] = [];
let tables: ScriptTables;
let pool: RunnerPool;

beforeAll(async () => {
  tables = started.use(await openScriptTables());
  const platform = started.use(await createTestPlatform());
  const { database, quotas, vault } = platform;
  await platform.createTenant("acme");
  const entries = await openScriptEntries({ database, quotas, logger: pino({ level: "silent" }) });
  const { capabilities } = started.use(
    createCapabilities({
      quotas,
      secrets: vault,
      events: createEventPublisher(database),
      scriptLine: createScriptLine(),
      db: createDbCapabilities(tables.scripts),
      entries: started.use(entries),
    }),
  );
  pool = started.use(
    await createRunnerPool({
      capabilities: capabilities.map((capability) => recordCalls(capability, handled)),
      maxRunners: 1,
      spareRunners: 0,
      onCapabilityFailure: (error, name) => hostFailures.push(`${name}: ${String(error)}`),
    }),
  );
});

afterAll(() => started[Symbol.asyncDispose]());

/** Runs a guest without our runtime, which sends the host what it likes: `ctx.call(name, input, body)`. */
function runRaw(code: string, limits: Partial<ExecutionLimits>): Promise<ExecutionResult> {
  return pool.execute({
    executionId: randomUUID(),
    tenant: "acme",
    program: {
      id: randomUUID(),
      fileName: "raw.js",
      code: `var program = { default: async (_, ctx) => {${code}} };`,
    },
    entry: "call",
    input: { json: "null" },
    context: {},
    attributes: { script: randomUUID() },
    reuseContext: false,
    limits: { ...DEFAULT_LIMITS, ...limits },
  });
}

/** Each value in each place of what an honest guest could send, and in the place of it all; and with bytes beside it. */
const SEND_EVERYTHING = `
const prototypeKeys = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1},"toString":1}');
let deep = 1; for (let level = 0; level < 2_000; level++) deep = [deep];
const VALUES = [
  null, true, -1, 0, 0.5, 1e308, 2 ** 53, "", "a", "\\ud800", "\\0", "__proto__", "../../etc", "x".repeat(100_000),
  "select 1", "2026-02-30T25:00:00Z", [], [null], [[1, "a", -1]], {}, { a: 1 }, prototypeKeys, deep, Array(2_000).fill("a"),
];
/** Copies of a value in which one place has been replaced. */
function* mutate(value, replacement) {
  yield replacement;
  if (typeof value !== "object" || value === null) return;
  for (const key of [...Object.keys(value), "unknown"]) {
    for (const inner of mutate(value[key] ?? null, replacement)) {
      const copy = Array.isArray(value) ? [...value] : { ...value };
      copy[key === "unknown" && Array.isArray(value) ? value.length : key] = inner;
      yield copy;
    }
  }
}
const ends = {};
async function send(input, body) {
  const end = await ctx.call(NAME, input, body).then(() => "fine", (error) => error.code ?? String(error));
  ends[end] = (ends[end] ?? 0) + 1;
}
const bytes = new Uint8Array(9);
const inputs = [HONEST, ...VALUES.flatMap((value) => [...mutate(HONEST, value)])];
for (let at = 0; at < inputs.length; at += 20)
  await Promise.all(inputs.slice(at, at + 20).map((input, index) => send(input, index % 5 === 0 ? bytes : undefined)));
return ends;`;

test.each(CALLS)(
  "%s refuses by code, or takes, whatever a guest without our runtime sends",
  async (name) => {
    expect(Object.keys(HONEST)).toContain(name);
    const given = `const NAME = ${JSON.stringify(name)}, HONEST = ${JSON.stringify(HONEST[name])};`;
    const limits = { cpuMs: 20_000, wallMs: 60_000, capabilityCalls: 20_000, memoryMb: 128 };
    const result = await runRaw(given + SEND_EVERYTHING, limits);
    expect(result).toMatchObject({ status: "completed" });
    const ends = result.status === "completed" ? Object.keys(JSON.parse(result.output.json) as object) : [];
    expect(ends.filter((end) => !/^(?:fine|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$/.test(end))).toEqual([]);
    expect(hostFailures).toEqual([]);
  },
  90_000,
);

test("calls that nobody waits for end with their execution, and no more of them are handled than the limit", async () => {
  handled.length = 0;
  const flood = CALLS.map((name) => `for (let n = 0; n < 50; n++) ctx.call("${name}", {}).catch(() => {});`);
  const events = `for (let n = 0; n < 1_000; n++) ctx.call("events.publish", { type: "a.b", payload: n }).catch(() => {});`;
  const result = await runRaw(`${events} ${flood.join("\n")} return 1;`, { capabilityCalls: CALL_LIMIT });
  expect(result.usage.capabilityCalls).toBeLessThanOrEqual(CALL_LIMIT);
  const count = handled.length;
  expect(count).toBeLessThanOrEqual(CALL_LIMIT);
  expect(handled.filter(({ signal }) => !signal.aborted)).toEqual([]);
  // The next one begins when the runner has nothing left of the first.
  expect(await runRaw("return 1;", {})).toMatchObject({ status: "completed" });
  expect(handled).toHaveLength(count);
  expect(hostFailures).toEqual([]);
});

test("nothing of it is left in the database of the host", async () => {
  await vi.waitFor(async () => expect(await tables.countBackends("idle in transaction")).toBe(0), 20_000);
  const { rows } = await tables.database.pool.query<{ note: string; count: number }>(
    "select note, count(*) as count from public.orders where tenant_id = 'other' group by 1",
  );
  expect(rows).toEqual([{ note: "note of other", count: 3 }]);
  expect(Reflect.ownKeys(Object.prototype)).not.toContain("polluted");
});
