import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestPlatform } from "../../test/platform.ts";
import type { TestClient, TestPlatform } from "../../test/platform.ts";
import { openScriptTables } from "../../test/script-tables.ts";
import { inspectRights } from "../capabilities/db/setup/rights.ts";
import { createScriptDatabase } from "../capabilities/db/script-database.ts";

interface Run {
  readonly status: string;
  readonly output: unknown;
  readonly error: { readonly message: string } | null;
}

const CUSTOMERS = {
  columns: [
    { name: "id", type: "uuid", default: { function: "uuid" } },
    { name: "email", type: "text" },
    { name: "balance", type: "numeric", default: 0 },
    { name: "tags", type: "json", nullable: true, default: "none" },
    { name: "made", type: "timestamp", default: { function: "now" } },
  ],
  primaryKey: ["id"],
  unique: [["email"]],
  indexes: [["made", "email"]],
};

let skerry: TestPlatform;
let acme: TestClient;
let globex: TestClient;

beforeAll(async () => {
  skerry = await createTestPlatform();
  acme = await skerry.createTenant("acme");
  globex = await skerry.createTenant("globex");
  // Runs the body that it is given: what a tenant's developer could write.
  const source = `export default (body, ctx) => new Function("ctx", "return (async () => {" + body + "})()")(ctx);`;
  for (const tenant of [acme, globex]) {
    await tenant.request("POST", "/api/v1/scripts", { name: "run", type: "oneoff", source });
  }
});

afterAll(() => skerry[Symbol.asyncDispose]());

async function run(tenant: TestClient, body: string): Promise<unknown> {
  const answer = await tenant.request<Run>("POST", "/api/v1/scripts/run/execute", { input: body });
  const { status, output, error } = answer.body;
  return status === "completed" ? output : error?.message;
}

function declare(tenant: TestClient, name: string, body: unknown) {
  return tenant.request<Record<string, unknown>>("PUT", `/api/v1/tables/${name}`, body);
}

test("a script has a table from the moment that it is declared, and its own tenant's alone", async () => {
  expect(await run(acme, `return ctx.db.find("customers")`)).toMatch(/^DB_TABLE_UNKNOWN: /);
  for (const tenant of [acme, globex]) {
    const { status, body } = await declare(tenant, "customers", CUSTOMERS);
    const declared = { name: "customers", bytes: 0, primaryKey: ["id"], unique: [["email"]] };
    expect([status, body]).toEqual([200, expect.objectContaining(declared)]);
  }
  const add = `const row = await ctx.db.insert("customers", { email: "ann@example.com", balance: "1.50" });
    return [row.email, row.balance, row.tags, typeof row.id, typeof row.made];`;
  expect(await run(acme, add)).toEqual(["ann@example.com", "1.50", "none", "string", "string"]);
  // The same key, in a table of the same name.
  expect(await run(globex, add)).toEqual(["ann@example.com", "1.50", "none", "string", "string"]);
  expect(await run(acme, add)).toMatch(/^DB_UNIQUE: .*customers_email/);
  expect(
    await run(globex, `await ctx.db.execute("update customers set email = 'bob@example.com'")`),
  ).toBeNull();
  expect(await run(acme, `return ctx.db.query("select email from customers")`)).toEqual([
    { email: "ann@example.com" },
  ]);
});

describe("another tenant's table", () => {
  beforeAll(async () => {
    for (const tenant of [acme, globex]) await declare(tenant, "ledger", CUSTOMERS);
    await run(globex, `await ctx.db.insert("ledger", { email: "bob@example.com" })`);
  });

  test.each([
    `select * from "skerry_t_globex".ledger`,
    `insert into "skerry_t_globex".ledger (email) values ('x')`,
    `select * from ledger, "skerry_t_globex".ledger other`,
  ])("is out of reach by %s", async (statement) => {
    expect(await run(acme, `return ctx.db.query(${JSON.stringify(statement)})`)).toMatch(
      /^DB_TABLE_UNKNOWN: /,
    );
  });

  test("shows nothing to the token of this one, whatever the guard lets through", async () => {
    const scripts = skerry.scriptDatabase;
    const read = (tenant: string) =>
      scripts.run(
        tenant,
        {
          text: `select email from "skerry_t_globex".ledger`,
          values: [],
          writes: false,
          returnsRows: true,
        },
        AbortSignal.timeout(20_000),
      );
    expect((await read("acme")).rows).toEqual([]);
    expect((await read("globex")).rows).toEqual([["bob@example.com"]]);
    const write = {
      text: `insert into "skerry_t_globex".ledger (email) values ('planted')`,
      values: [],
      writes: true,
      returnsRows: false,
    };
    await expect(scripts.run("acme", write, AbortSignal.timeout(20_000))).rejects.toMatchObject({
      code: "42501",
    });
  });
});

test("columns, keys and indexes come and go, and nothing is lost unless that is said", async () => {
  const at = (columns: readonly object[], more: object = {}) => ({ columns, primaryKey: ["id"], ...more });
  const id = { name: "id", type: "integer" };
  const note = { name: "note", type: "text", nullable: true };
  expect((await declare(acme, "notes", at([id, note]))).status).toBe(200);
  await run(acme, `await ctx.db.insert("notes", [{ id: 1, note: "a" }, { id: 2, note: "a" }])`);

  const added = { name: "done", type: "boolean", default: false };
  const { body } = await declare(acme, "notes", at([id, note, added], { indexes: [["note"]] }));
  expect(body).toMatchObject({ columns: [{}, {}, { name: "done", default: false }], indexes: [["note"]] });
  expect(await run(acme, `return ctx.db.find("notes", { where: { id: 1 } })`)).toEqual([
    { id: 1, note: "a", done: false },
  ]);
  const refused: ReadonlyArray<readonly [body: unknown, detail: RegExp]> = [
    [at([id, added]), /column note would be lost/],
    [at([id, { ...note, type: "integer" }, added]), /type of the column note/],
    [at([{ ...id, default: 1 }, note, added]), /default of the column id/],
    [at([id, note, added], { primaryKey: ["done", "id"] }), /primary key/],
    [at([id, note, added], { unique: [["note"]] }), /could not create unique index/],
    [at([id, note, added, { name: "must", type: "text" }]), /contains null values/],
    [at([id, note, added, { name: "day", type: "date", default: "never" }]), /invalid input syntax/],
  ];
  for (const [input, detail] of refused) {
    const { status, body: answer } = await declare(acme, "notes", input);
    expect([status, answer["code"], answer["detail"]]).toEqual([
      409,
      "TABLE_CHANGE_REFUSED",
      expect.stringMatching(detail),
    ]);
  }
  expect((await declare(acme, "notes", at([id, added], { dropColumns: ["note"] }))).status).toBe(200);
  expect(await run(acme, `return ctx.db.query("select * from notes where id = 2")`)).toEqual([
    { id: 2, done: false },
  ]);

  expect((await acme.request("DELETE", "/api/v1/tables/notes")).status).toBe(204);
  expect((await acme.request("GET", "/api/v1/tables/notes")).body).toMatchObject({ code: "TABLE_NOT_FOUND" });
  expect(await run(acme, `return ctx.db.find("notes")`)).toMatch(/^DB_TABLE_UNKNOWN: /);
});

test("rows count towards what the tenant may store, which ends when that is used up", async () => {
  const tenant = await skerry.createTenant("counted");
  const source = `export default async ({ sql, params }, ctx) => ctx.db.execute(sql, params)
    .then(({ rowCount }) => rowCount, ({ code }) => code);`;
  await tenant.request("POST", "/api/v1/scripts", { name: "write", type: "oneoff", source });
  await declare(tenant, "logs", {
    columns: [
      { name: "id", type: "integer" },
      { name: "line", type: "text" },
      { name: "more", type: "text", default: "0123456789" },
    ],
    primaryKey: ["id"],
  });
  const write = async (sql: string, params: readonly unknown[] = []): Promise<unknown> =>
    (await tenant.request<Run>("POST", "/api/v1/scripts/write/execute", { input: { sql, params } })).body
      .output;
  const bytes = async (): Promise<unknown> =>
    (await tenant.request<Record<string, unknown>>("GET", "/api/v1/tables/logs")).body["bytes"];
  const used = async (): Promise<number> => (await skerry.quotas.remaining("counted")).storedBytes.used;
  const before = await used();

  const lines = `insert into logs (id, line) select number, $1 from generate_series(1, 100) number`;
  expect(await write(lines, ["x".repeat(1_000)])).toBe(100);
  const full = (await bytes()) as number;
  expect(full).toBeGreaterThan(101_000);
  expect(await used()).toBe(before + full);

  await skerry.operator.request("PATCH", "/api/v1/tenants/counted", {
    quotas: { storedBytes: before + full },
  });
  expect(await write("insert into logs (id, line) values (101, 'y')")).toBe("DB_QUOTA");
  expect(await write("update logs set line = line || 'y' where id = 1")).toBe("DB_QUOTA");
  expect(await write("delete from logs where id > 1")).toBe(99);
  expect(await write("insert into logs (id, line) values (101, 'y')")).toBe(1);

  const columns = [
    { name: "id", type: "integer" },
    { name: "line", type: "text" },
  ];
  const held = (await bytes()) as number;
  await declare(tenant, "logs", { columns, primaryKey: ["id"], dropColumns: ["more"] });
  expect(await bytes()).toBeLessThan(held);
  expect(await used()).toBe(before + ((await bytes()) as number));
  await tenant.request("DELETE", "/api/v1/tables/logs");
  expect(await used()).toBe(before);
});

test.each([
  ["a name", "Customers", CUSTOMERS, /begin with a letter/],
  ["a name of PostgreSQL's", "pg_class", CUSTOMERS, /not with pg_/],
  ["no columns", "t", { ...CUSTOMERS, columns: [] }, /columns/],
  [
    "a column that every table has",
    "t",
    { columns: [{ name: "xmin", type: "text" }], primaryKey: ["xmin"] },
    /already/,
  ],
  [
    "a type of PostgreSQL's own",
    "t",
    { columns: [{ name: "a", type: "regclass" }], primaryKey: ["a"] },
    /type/,
  ],
  ["a key that names nothing", "t", { ...CUSTOMERS, primaryKey: ["nothing"] }, /no column nothing/],
  [
    "SQL for a default",
    "t",
    { columns: [{ name: "a", type: "integer", default: "1); drop" }], primaryKey: ["a"] },
    /invalid input/,
  ],
] as const)("%s that does not do is refused", async (_what, name, body, detail) => {
  const { status, text } = await declare(acme, name, body);
  expect([409, 422]).toContain(status);
  expect(text).toMatch(detail);
});

describe("a table is not made", () => {
  test("where the host has one of that name, whose rows stay the host's", async () => {
    await using tables = await openScriptTables();
    await using host = await createTestPlatform({ database: tables.database });
    const tenant = await host.createTenant("acme");
    const { status, body } = await declare(tenant, "orders", CUSTOMERS);
    expect([status, body["code"]]).toEqual([409, "TABLE_NAME_TAKEN"]);
    // Another one of the host's, which no script may see, is not in its way.
    expect((await declare(tenant, "private_things", CUSTOMERS)).status).toBe(200);
    const source = `export default async (_, ctx) => [
      (await ctx.db.query("select * from private_things")).length, (await ctx.db.query("select id from orders")).length];`;
    await tenant.request("POST", "/api/v1/scripts", { name: "both", type: "oneoff", source });
    const both = await tenant.request<Run>("POST", "/api/v1/scripts/both/execute", {});
    expect(both.body).toMatchObject({ output: [0, 3], error: null });

    // A server that starts takes away what is exposed no longer; tables of tenants are not meant by that.
    await using _again = await createScriptDatabase({ database: tables.database, keys: host.keys });
    const after = await tenant.request<Run>("POST", "/api/v1/scripts/both/execute", {});
    expect(after.body).toMatchObject({ output: [0, 3], error: null });
    const client = await tables.database.pool.connect();
    const findings = await inspectRights(client).finally(() => client.release());
    expect(JSON.stringify(findings)).not.toContain("skerry_t_");
  });

  test("beyond 50 of them", async () => {
    const tenant = await skerry.createTenant("many");
    await skerry.database.pool.query(`insert into skerry.own_tables (tenant_id, name, definition)
      select 'many', 'table_' || number, '{"columns":[],"primaryKey":[],"unique":[],"indexes":[]}'
      from generate_series(1, 50) number`);
    const { status, body } = await declare(tenant, "customers", CUSTOMERS);
    expect([status, body["code"]]).toEqual([409, "TABLE_LIMIT"]);
  });

  test("while a script holds it", async () => {
    const client = await skerry.database.pool.connect();
    try {
      await client.query(`begin; lock table "skerry_t_globex".customers in row exclusive mode`);
      const { status, body } = await globex.request("DELETE", "/api/v1/tables/customers");
      expect([status, body]).toEqual([409, expect.objectContaining({ code: "TABLE_BUSY" })]);
    } finally {
      await client.query("rollback");
      client.release();
    }
  });

  test("where scripts have no database", async () => {
    await using bare = await createTestPlatform({ scriptDatabase: undefined });
    const { status, body } = await declare(await bare.createTenant("acme"), "customers", CUSTOMERS);
    expect([status, body["code"]]).toEqual([503, "TABLES_UNAVAILABLE"]);
  });
});

test("a tenant that is removed leaves no table behind", async () => {
  const tenant = await skerry.createTenant("short-lived");
  await declare(tenant, "customers", CUSTOMERS);
  const schemas = async (): Promise<readonly { readonly name: string }[]> => {
    const { rows } = await skerry.database.pool.query<{ name: string }>(
      "select nspname as name from pg_namespace where nspname = 'skerry_t_short-lived'",
    );
    return rows;
  };
  expect(await schemas()).toHaveLength(1);
  expect((await skerry.operator.request("DELETE", "/api/v1/tenants/short-lived")).status).toBe(204);
  expect(await schemas()).toEqual([]);
});
