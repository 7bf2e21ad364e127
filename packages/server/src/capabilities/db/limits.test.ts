import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ScriptTables } from "../../../test/script-tables.ts";
import { openScriptTables } from "../../../test/script-tables.ts";

const PATIENTLY = { timeout: 20_000, interval: 20 };

let tables: ScriptTables;
let call: ScriptTables["call"];
const query: ScriptTables["query"] = (...args) => tables.query(...args);

beforeAll(async () => {
  tables = await openScriptTables({
    limits: { rows: 500, bytes: 256 * 1024, waitingPerTenant: 5, transactionMs: 10_000 },
  });
  ({ call } = tables);
});

afterAll(() => tables[Symbol.asyncDispose]());

describe("limits", () => {
  test("a result has so many rows and bytes, also one that is written", async () => {
    const series = "select n from generate_series(1, $1::int) as n";
    expect(await query(series, [500])).toHaveLength(500);
    await expect(query(series, [501])).rejects.toMatchObject({ code: "DB_RESULT_LIMIT" });
    await expect(
      query("insert into orders (total) select n from generate_series(1, 501) as n returning id"),
    ).rejects.toMatchObject({ code: "DB_RESULT_LIMIT" });
    expect(await query("select count(*) as count from orders")).toEqual([{ count: 3 }]);
    const wide = "select string_agg(md5(n::text), '') as text from generate_series(1, $1::int) as n";
    expect(await query(wide, [6_000])).toHaveLength(1);
    await expect(query(wide, [1_000_000])).rejects.toMatchObject({ code: "DB_RESULT_LIMIT" });
    expect(await query("select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("a statement ends in time, and with its execution", async () => {
    const endless = "select count(*) from generate_series(1, 1000000000000) as n";
    const { call: hasty } = await tables.withLimits({ statementMs: 200 });
    await expect(hasty("db.query", { sql: endless })).rejects.toMatchObject({ code: "DB_TIMEOUT" });
    const ending = new AbortController();
    const running = query(endless, [], { signal: ending.signal });
    running.catch(() => {});
    await vi.waitFor(async () => expect(await tables.countBackends("active")).toBe(1), PATIENTLY);
    ending.abort();
    await expect(running).rejects.toMatchObject({
      code: "DB_TIMEOUT",
      message: expect.stringContaining("execution ended"),
    });
    await vi.waitFor(async () => expect(await tables.countBackends("active")).toBe(0), PATIENTLY);
  });

  test("from outside, where the server's own time-out is lifted", async () => {
    const { scripts } = await tables.withLimits({ statementMs: 500 });
    const statement = { text: "select pg_sleep(10)", values: [], writes: true, returnsRows: true };
    const transaction = await scripts.begin("acme", AbortSignal.timeout(60_000));
    await transaction.run({ ...statement, text: "set local statement_timeout = 0" });
    const outcome: unknown = await transaction.run(statement).catch((error: unknown) => error);
    await transaction.rollback();
    expect(outcome).toMatchObject({ code: "DB_TIMEOUT" });
    await vi.waitFor(async () => expect(await tables.countBackends("active")).toBe(0), PATIENTLY);
  });

  test("a tenant holds its share of connections, and others get theirs", async () => {
    const ids = Array.from({ length: 9 }, () => randomUUID());
    const begun = ids.map((executionId) => call("db.begin", {}, { executionId }));
    const refused = await Promise.allSettled(begun.slice(7));
    expect(refused.map((outcome) => outcome.status)).toEqual(["rejected", "rejected"]);
    await Promise.all(begun.slice(0, 2));
    expect(await query("select count(*) as count from orders", [], { tenant: "other" })).toEqual([
      { count: 3 },
    ]);
    // Each that ends lets the next one begin.
    for (const [index, executionId] of ids.slice(0, 7).entries()) {
      const { value: transaction } = await (begun[index] as Promise<{ value?: unknown }>);
      await call("db.end", { transaction, isKept: false }, { executionId });
    }
  });
});

describe("transactions", () => {
  const add = "insert into orders (total) values (77)";

  async function begin(executionId: string = randomUUID(), signal?: AbortSignal) {
    const options = signal === undefined ? { executionId } : { executionId, signal };
    const { value: transaction } = await call("db.begin", {}, options);
    return {
      id: transaction as number,
      run: (sql: string) => call("db.query", { sql, transaction }, options),
      end: (isKept: boolean) => call("db.end", { transaction, isKept }, options),
    };
  }

  test("are kept whole or not at all", async () => {
    const kept = await begin();
    await kept.run(add);
    expect(await query("select id from orders where total = 77")).toEqual([]);
    await kept.end(true);
    expect(await query("select id from orders where total = 77")).toHaveLength(1);
    const dropped = await begin();
    await dropped.run("update orders set total = 78 where total = 77");
    await dropped.end(false);
    expect(await query("select id from orders where total = 77")).toHaveLength(1);
    await expect(dropped.run(add)).rejects.toMatchObject({ code: "DB_TRANSACTION_OVER" });
    await query("delete from orders where total = 77");
  });

  test("keep nothing after a statement that failed", async () => {
    const transaction = await begin();
    await transaction.run(add);
    await expect(transaction.run("select 1 / 0")).rejects.toMatchObject({ code: "DB_VALUE_INVALID" });
    await expect(transaction.run(add)).rejects.toMatchObject({ code: "DB_TRANSACTION_OVER" });
    await expect(transaction.end(true)).rejects.toMatchObject({ code: "DB_TRANSACTION_OVER" });
    expect(await query("select id from orders where total = 77")).toEqual([]);
  });

  test("are one at a time for an execution, and nobody else's", async () => {
    const executionId = randomUUID();
    const transaction = await begin(executionId);
    await expect(call("db.begin", {}, { executionId })).rejects.toMatchObject({
      code: "DB_TRANSACTION_OPEN",
    });
    for (const options of [{ executionId: randomUUID() }, { executionId, tenant: "other" }]) {
      await expect(
        call("db.query", { sql: "select 1", transaction: transaction.id }, options),
      ).rejects.toMatchObject({
        code: "DB_TRANSACTION_OVER",
      });
    }
    await transaction.end(false);
  });

  test("end with their execution, idle, at work or waiting, and after their time", async () => {
    const idle = new AbortController();
    const first = await begin(randomUUID(), idle.signal);
    await first.run(add);
    const working = new AbortController();
    const second = await begin(randomUUID(), working.signal);
    const work = second.run("select count(*) from generate_series(1, 1000000000000) as n");
    work.catch(() => {});
    const waiting = new AbortController();
    const third = begin(randomUUID(), waiting.signal);
    setImmediate(() => waiting.abort());
    await expect(third).rejects.toMatchObject({ code: "DB_TIMEOUT" });
    working.abort();
    await expect(work).rejects.toMatchObject({ code: "DB_TIMEOUT" });
    idle.abort();
    await expect(first.run(add)).rejects.toMatchObject({ code: "DB_TRANSACTION_OVER" });
    const { call: hasty } = await tables.withLimits({ transactionMs: 2_000 });
    const late = { executionId: randomUUID() };
    const { value: transaction } = await hasty("db.begin", {}, late);
    await vi.waitFor(
      () =>
        expect(hasty("db.query", { sql: "select 1", transaction }, late)).rejects.toMatchObject({
          code: "DB_TRANSACTION_OVER",
        }),
      PATIENTLY,
    );
    await vi.waitFor(async () => {
      expect(await tables.countBackends("idle in transaction")).toBe(0);
      expect(await tables.countBackends("active")).toBe(0);
    }, PATIENTLY);
    expect(await query("select id from orders where total = 77")).toEqual([]);
  });
});
