import { randomUUID } from "node:crypto";
import { guestBundle } from "#bundles";
import { createRunnerPool, DEFAULT_LIMITS } from "@skerry/sandbox";
import type { ExecutionLimits, ExecutionResult, RunnerPool } from "@skerry/sandbox";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ScriptTables } from "../../../test/script-tables.ts";
import { openScriptTables } from "../../../test/script-tables.ts";
import { createDbCapabilities } from "./capability.ts";

const PATIENTLY = { timeout: 20_000, interval: 20 };

let tables: ScriptTables;
let pool: RunnerPool;
const failures: unknown[] = [];

beforeAll(async () => {
  tables = await openScriptTables();
  pool = await createRunnerPool({
    capabilities: createDbCapabilities(tables.scripts),
    guestBundle: await guestBundle(),
    maxRunners: 1,
    spareRunners: 0,
    onCapabilityFailure: (error) => void failures.push(error),
  });
});

afterAll(async () => {
  await pool[Symbol.asyncDispose]();
  await tables[Symbol.asyncDispose]();
});

/** Runs the body of a script of `acme`. */
async function run(body: string, limits: Partial<ExecutionLimits> = {}): Promise<ExecutionResult> {
  return pool.execute({
    executionId: randomUUID(),
    tenant: "acme",
    program: {
      id: randomUUID(),
      code: `var program = { default: async (input, { db }) => { ${body} } };`,
      fileName: "script.js",
    },
    entry: "call",
    input: { json: "null" },
    context: {},
    reuseContext: false,
    limits: { ...DEFAULT_LIMITS, ...limits },
  });
}

async function outputOf(body: string, limits: Partial<ExecutionLimits> = {}): Promise<unknown> {
  const result = await run(body, limits);
  if (result.status !== "completed") throw new Error(JSON.stringify(result));
  return JSON.parse(result.output.json);
}

describe("ctx.db in a script", () => {
  test("carries values of all kinds there and back", async () => {
    const values = await outputOf(`
      const bytes = Uint8Array.from({ length: 70000 }, (_, index) => index % 251);
      const row = await db.insert("orders", { note: "from a script", total: 12n, file: bytes, tags: ["x"] });
      const [back] = await db.query(
        "select file, $1::bytea as given, $2::int8 as large, $3::timestamptz as time, $4::int8[] as list from orders where id = $5",
        [bytes.subarray(1, 4), 9007199254740993n, new Date(0), [1n, null], row.id]);
      return { stored: row.file.length === 70000 && row.file.every((byte, index) => byte === bytes[index]),
        kind: back.file.constructor.name, given: [...back.given], large: back.large, time: back.time, list: back.list,
        found: (await db.find("orders", { where: { total: { eq: 12n }, id: row.id }, columns: ["note"] })),
        none: await db.queryOne("select 1 from orders where false"),
        count: await db.update("orders", { id: row.id }, { file: null }),
        gone: await db.delete("orders", { id: [row.id] }) };`);
    expect(values).toEqual({
      stored: true,
      kind: "Uint8Array",
      given: [1, 2, 3],
      large: "9007199254740993",
      time: "1970-01-01T00:00:00Z",
      list: [1, null],
      found: [{ note: "from a script" }],
      none: null,
      count: 1,
      gone: 1,
    });
  });

  test("keeps a transaction that returns, and drops one that throws or begins another", async () => {
    const seen = await outputOf(`
      const add = (tx, note) => tx.execute("insert into orders (note) values ($1)", [note]);
      const kept = await db.transaction(async (tx) => { await add(tx, "kept"); return 7; });
      const thrown = await db.transaction(async (tx) => { await add(tx, "thrown"); throw new RangeError("no"); })
        .catch((error) => error.message);
      const nested = await db.transaction(async (tx) => { await add(tx, "nested"); await db.transaction(() => 1); })
        .catch((error) => error.code);
      let late;
      await db.transaction((tx) => { late = tx; });
      const over = await add(late, "late").catch((error) => error.code);
      const notes = await db.query("select note from orders where note not like 'note of%'");
      await db.delete("orders", { note: "kept" });
      return { kept, thrown, nested, over, notes };`);
    expect(seen).toEqual({
      kept: 7,
      thrown: "no",
      nested: "DB_TRANSACTION_OPEN",
      over: "DB_TRANSACTION_OVER",
      notes: [{ note: "kept" }],
    });
  });

  test.each([
    ["ends without it", `db.transaction(async (tx) => { await tx.execute(ADD); return 1; }); return 1;`, {}],
    [
      "waits for ever",
      `await db.transaction(async (tx) => { await tx.execute(ADD); await new Promise(() => {}); });`,
      { wallMs: 1_000 },
    ],
    [
      "is stopped",
      `await db.transaction(async (tx) => { await tx.execute(ADD); for (;;); });`,
      { cpuMs: 200 },
    ],
    [
      "takes too much",
      `await db.transaction(async (tx) => { await tx.execute(ADD); const all = []; for (;;) all.push(new Array(1e5).fill(1)); });`,
      { memoryMb: 32 },
    ],
  ])("leaves no transaction when the script %s", async (_, body, limits) => {
    await run(`const ADD = "insert into orders (note) values ('left')"; ${body}`, limits);
    await vi.waitFor(async () => {
      expect(await tables.countBackends("idle in transaction")).toBe(0);
      expect(await tables.countBackends("active")).toBe(0);
    }, PATIENTLY);
    expect(await tables.query("select id from orders where note = 'left'")).toEqual([]);
  });

  test("takes whatever it is given, or refuses it by code", async () => {
    const codes = await outputOf(
      `
      const bad = () => { throw new Error("gotcha"); };
      const cyclic = {}; cyclic.self = cyclic;
      const values = [undefined, null, true, NaN, -1, 1n, Symbol("s"), "", "\\ud800", "\\0", "__proto__", "orders", "select 1", bad,
        cyclic, [, 1], new Map([[1, 2]]), new Date(NaN), new Uint8Array(8), new Proxy({}, { get: bad, ownKeys: bad }), { toJSON: bad },
        JSON.parse('{"__proto__":{"polluted":true},"constructor":1}'), Object.create(null), { then: bad }];
      const huge = "x".repeat(1_100_000);
      const ends = new Set();
      for (const name of ["query", "queryOne", "execute", "find", "insert", "update", "delete", "transaction"]) {
        for (const value of values) {
          for (const args of [[value], ["orders", value], ["select $1", [value]], ["orders", { id: value }, value], ["orders", { note: value }, { note: value }]]) {
            await db[name](...args).catch((error) => ends.add(error.code ?? error.name));
          }
        }
      }
      for (const args of [[huge], ["select $1::text", [huge]], ["orders", { note: huge }]]) {
        await db.query(...args).catch((error) => ends.add(error.code ?? error.name));
      }
      return [...ends, {}.polluted ?? "clean"];`,
    );
    expect(codes).not.toContain("CAPABILITY_FAILED");
    expect(codes).toContain("clean");
    for (const code of codes as string[])
      expect(code).toMatch(/^(?:DB_[A-Z_]+|CAPABILITY_(?!FAILED)[A-Z_]+|[A-Za-z]*Error|clean)$/);
    expect(failures).toEqual([]);
    expect(await tables.query("select count(*) as count from orders", [], { tenant: "other" })).toEqual([
      { count: 3 },
    ]);
  }, 120_000);
});
