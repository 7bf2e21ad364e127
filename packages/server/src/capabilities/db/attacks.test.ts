import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ScriptTables } from "../../../test/script-tables.ts";
import { openScriptTables } from "../../../test/script-tables.ts";
import { SQL_ATTACKS } from "../../../test/sql-attacks.ts";
import { signToken } from "./token.ts";

let tables: ScriptTables;

beforeAll(async () => {
  tables = await openScriptTables({ limits: { statementMs: 3_000, rows: 1_000, bytes: 256 * 1024 } });
});

afterAll(() => tables[Symbol.asyncDispose]());

/** What only the other tenant, the host or the server itself knows. */
const HIDDEN = /note of other|victim|of the host|postgres|SCRAM/;

/** These are no attacks on rows: they end, with an answer or a refusal. */
const MAY_ANSWER = new Set([
  "sql.tenant-switch.23",
  "sql.statement-shape.11",
  "sql.resource.06",
  "sql.resource.07",
  "sql.resource.17",
]);

/** Would take a gigabyte of the server's memory before any wall but the guard notices. */
const GUARD_ALONE = new Set(["sql.resource.04", "sql.resource.13", "sql.statement-shape.30"]);

describe("attacks by SQL", () => {
  test.each(SQL_ATTACKS)("$id is refused by code, or harmless", async ({ id, sql, params = [] }) => {
    const outcome = await outcomeOf(tables.call("db.query", { sql, params }));
    if (!MAY_ANSWER.has(id)) expect(outcome).toMatchObject({ code: expect.stringMatching(/^DB_/) });
    expect(JSON.stringify(outcome)).not.toMatch(HIDDEN);
    await expectWhole();
  });

  test.each(SQL_ATTACKS.filter(({ id }) => !GUARD_ALONE.has(id)))(
    "$id reaches nothing without the guard either",
    async ({ sql, params = [] }) => {
      const values = params.map((value) => (typeof value === "string" ? value : null));
      for (const writes of [true, false]) {
        const statement = { text: sql, values, writes, returnsRows: true };
        const outcome = await outcomeOf(tables.scripts.run("acme", statement, AbortSignal.timeout(20_000)));
        expect(JSON.stringify(outcome)).not.toMatch(/note of other|victim@|of the host|SCRAM/);
        await expectWhole();
      }
    },
  );

  test("a token is good for its tenant, connection and time alone", async () => {
    const key = await readTokenKey();
    const forge: Record<string, (pid: number) => string> = {
      "of another connection": (pid) => signToken(key, { tenant: "other", pid: pid + 1 }),
      expired: (pid) => signToken(key, { tenant: "other", pid }, Date.now() - 3_600_000),
      "of another key": (pid) => signToken(Buffer.alloc(32), { tenant: "other", pid }),
      "with another tenant": (pid) => signToken(key, { tenant: "acme", pid }).replace("acme", "other"),
      "no token": () => "other",
    };
    for (const [what, token] of Object.entries(forge)) {
      expect({ what, ...(await readNotes(token)) }).toMatchObject({ what, code: "42501" });
    }
    // The right one for this very connection shows that the others were refused for what is wrong with them.
    const right = await readNotes((pid) => signToken(key, { tenant: "other", pid }));
    expect(right).toMatchObject({ rows: [["note of other"], ["note of other"], ["note of other"]] });

    await expect(runUnguarded("select skerry.script_tenant()")).rejects.toMatchObject({ code: "42501" });
    await expect(runUnguarded("select token_key from skerry.script_access")).rejects.toMatchObject({
      code: "42501",
    });
  });

  test("a statement that only reads cannot write, whatever the guard took it for", async () => {
    const text = "insert into orders (note) values ('note of acme')";
    const statement = { text, values: [], writes: false, returnsRows: true };
    await expect(tables.scripts.run("acme", statement, AbortSignal.timeout(20_000))).rejects.toMatchObject({
      code: "25006",
    });
  });

  test("nothing of a session is left for the next tenant", async () => {
    const leftovers = [
      "select set_config('skerry.script_token', 'x', false), set_config('search_path', 'pg_temp', false)",
      "set statement_timeout = 0",
      "prepare kept as select note from orders",
      "create temp table orders as select 'planted'::text as note",
      "listen kept",
      "declare kept cursor with hold for select note from orders",
      "select pg_advisory_lock(42)",
    ];
    for (const sql of leftovers) await outcomeOf(runUnguarded(sql));
    const seen = `select current_setting('search_path') like '%public%' as path,
      current_setting('statement_timeout') as time, (select count(*) from pg_prepared_statements) as prepared,
      (select count(*) from pg_cursors where is_holdable) as cursors, (select count(*) from pg_listening_channels()) as channels,
      (select count(*) from pg_locks where locktype = 'advisory' and granted and pid = pg_backend_pid()) as locks`;
    for (let turn = 0; turn < 4; turn++) {
      const { rows } = await runUnguarded(seen, "other");
      expect(rows).toEqual([["t", "3s", "0", "0", "0", "0"]]);
      expect(await tables.query("select count(*) as count from orders", [], { tenant: "other" })).toEqual([
        { count: 3 },
      ]);
    }
  });
});

/** Whatever was tried, each tenant has its rows, and the host its table. */
async function expectWhole(): Promise<void> {
  // An attack without the guard may end connections of the role, whose loss the next one to use them is told of.
  const own = await vi.waitFor(() => tables.query("select distinct tenant_id, note from orders"), 10_000);
  expect(own).toEqual([{ tenant_id: "acme", note: "note of acme" }]);
  const { rows } = await tables.database.pool.query(
    "select note, count(*) as count from public.orders where tenant_id = 'other' group by note",
  );
  expect(rows).toEqual([{ note: "note of other", count: 3 }]);
}

function runUnguarded(sql: string, tenant = "acme") {
  const statement = { text: sql, values: [], writes: true, returnsRows: true };
  return tables.scripts.run(tenant, statement, AbortSignal.timeout(20_000));
}

/** What a transaction of `acme` sees that puts another token in place of its own. */
async function readNotes(makeToken: (pid: number) => string): Promise<object> {
  const transaction = await tables.scripts.begin("acme", AbortSignal.timeout(20_000));
  const run = (text: string, values: readonly string[] = []) =>
    transaction.run({ text, values, writes: true, returnsRows: true });
  const { rows } = await run("select pg_backend_pid()");
  await run("select set_config('skerry.script_token', $1, true)", [makeToken(Number(rows[0]?.[0]))]);
  const outcome = await outcomeOf(run("select note from orders"));
  await transaction.rollback();
  return outcome;
}

async function readTokenKey(): Promise<Buffer> {
  const { rows } = await tables.database.pool.query<{ token_key: Buffer }>(
    "select token_key from skerry.script_access",
  );
  return (rows[0] as { token_key: Buffer }).token_key;
}

/** The answer, or the code and message of the refusal. */
async function outcomeOf(work: Promise<object>): Promise<object> {
  try {
    return await work;
  } catch (error) {
    const { code, message } = error as Error & { readonly code?: string };
    return { code, message };
  }
}
