import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ScriptTables } from "../../../test/script-tables.ts";
import { openScriptTables } from "../../../test/script-tables.ts";

let tables: ScriptTables;
let call: ScriptTables["call"];
const query: ScriptTables["query"] = (...args) => tables.query(...args);

beforeAll(async () => {
  tables = await openScriptTables();
  ({ call } = tables);
});

afterAll(() => tables[Symbol.asyncDispose]());

beforeEach(async () => {
  await tables.database.pool.query(
    "delete from public.orders where tenant_id = 'acme' and id > 3; update public.orders set note = 'note of ' || tenant_id",
  );
});

describe("statements", () => {
  test("see, add and change rows of their own tenant alone", async () => {
    expect(await query("select id, total, note from orders order by id")).toEqual([
      { id: 1, total: "10.00", note: "note of acme" },
      { id: 2, total: "20.00", note: "note of acme" },
      { id: 3, total: "30.00", note: "note of acme" },
    ]);
    expect(await query("insert into orders (total) values ($1) returning tenant_id, total", [5])).toEqual([
      { tenant_id: "acme", total: "5.00" },
    ]);
    expect((await call("db.execute", { sql: "update orders set note = 'mine'" })).value).toBe(4);
    expect((await call("db.execute", { sql: "delete from orders where tenant_id <> 'acme'" })).value).toBe(0);
    expect(await query("select distinct note from orders", [], { tenant: "other" })).toEqual([
      { note: "note of other" },
    ]);
  });

  test("never see another tenant's row, however they are put together", async () => {
    await fc.assert(
      fc.asyncProperty(statements(), async (sql) => {
        expect(JSON.stringify(await query(sql))).not.toMatch(/note of other|victim/);
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(
      await query("select count(*) as count, min(note) as note from orders", [], { tenant: "other" }),
    ).toEqual([{ count: 3, note: "note of other" }]);
  });

  test("give values of the promised types", async () => {
    const [row] = await query(
      `select 42::int2 as small, 7::int8 as whole, 9007199254740993::int8 as large, 1.50::numeric as exact, 0.5::float8 as
       ratio, 'NaN'::float8 as nothing, true as truth, date '2026-02-03' as day, timestamp '2026-02-03 04:05:06.7' as local,
       timestamptz '2026-02-03 04:05:06.789+02' as moment, time '04:05' as clock, interval '1 day 2 hours' as span,
       '{"a":[1,null]}'::jsonb as data, array[1, null, 3]::int8[] as numbers, array[array['a'], array['b"\\']] as texts,
       array['{"x":1}']::jsonb[] as list, gen_random_uuid() is not null as id, null::text as empty, 'ünï\u{1F600}' as text,
       1 as "__proto__"`,
    );
    expect(row).toEqual(
      Object.assign(JSON.parse('{"__proto__":1}') as object, {
        small: 42,
        whole: 7,
        large: "9007199254740993",
        exact: "1.50",
        ratio: 0.5,
        nothing: "NaN",
        truth: true,
        day: "2026-02-03",
        local: "2026-02-03T04:05:06.7",
        moment: "2026-02-03T02:05:06.789Z",
        clock: "04:05:00",
        span: "P1DT2H",
        data: { a: [1, null] },
        numbers: [1, null, 3],
        texts: [["a"], ['b"\\']],
        list: [{ x: 1 }],
        id: true,
        empty: null,
        text: "ünï\u{1F600}",
      }),
    );
  });

  test("take values as data: lists, objects, bytes, hostile text", async () => {
    expect(await query("select id from orders where id = any($1) order by id", [[1, 3]])).toEqual([
      { id: 1 },
      { id: 3 },
    ]);
    expect(
      await query("select $1::jsonb as data, $2::text[] as list, $3::text as text, $4::int8 as large", [
        { a: "'; drop table orders; --" },
        ['a"b', "c\\d,{}", null, "NULL"],
        "' or true --",
        "9223372036854775807",
      ]),
    ).toEqual([
      {
        data: { a: "'; drop table orders; --" },
        list: ['a"b', "c\\d,{}", null, "NULL"],
        text: "' or true --",
        large: "9223372036854775807",
      },
    ]);
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
    const sql = "insert into orders (file, note) values ($1, $2) returning file, note, file as copy";
    const { value, body } = await call(
      "db.query",
      { sql, params: [null, "x"], bytes: [[0, bytes.length]] },
      { body: bytes },
    );
    expect(value).toEqual({
      rows: [{ file: 300, note: "x", copy: 300 }],
      byteColumns: ["file", "copy"],
    });
    expect(body).toEqual(Buffer.concat([bytes, bytes]));
    await expect(
      call("db.query", { sql, params: [null, "x"], bytes: [[0, 5]] }, { body: bytes }),
    ).rejects.toMatchObject({ code: "DB_VALUE_INVALID" });
    await expect(query("select $1::text", ["\u0000"])).rejects.toMatchObject({ code: "DB_VALUE_INVALID" });
  });

  test.each([
    ["DB_UNIQUE", "insert into users (email) values ('ann@acme.test')"],
    ["DB_UNIQUE", "insert into users (email) values ('victim@other.test')"],
    ["DB_NOT_NULL", "insert into users (email) values (null)"],
    ["DB_CHECK", "update orders set status = 'lost'"],
    ["DB_NOT_ALLOWED", "select secret_margin from orders"],
    ["DB_NOT_ALLOWED", "update orders set tenant_id = 'other'"],
    ["DB_NOT_ALLOWED", "delete from users"],
    ["DB_VALUE_INVALID", "select note::int from orders"],
    ["DB_VALUE_INVALID", "select 1 / (id - id) from orders"],
    ["DB_SQL_INVALID", "select nothing from orders"],
    ["DB_SQL_INVALID", "select from where"],
    ["DB_TABLE_UNKNOWN", "select * from private_things"],
    ["DB_TABLE_UNKNOWN", "select * from skerry.orders"],
    [
      "DB_NOT_ALLOWED",
      "insert into users (email) values ('victim@other.test') on conflict (email) do update set email = 'x'",
    ],
  ])("fail with %s, without what is hidden: %s", async (code, sql) => {
    const failure = (await call("db.query", { sql }).catch((error: unknown) => error)) as Error;
    expect(failure).toMatchObject({ name: "CapabilityError", code });
    expect(failure.message).not.toMatch(/of other|Key \(|victim/);
  });
});

describe("tables", () => {
  test("find by conditions, order, limit and columns", async () => {
    const found = await call("db.find", {
      table: "orders",
      where: { id: [1, 2, 3], total: { gte: 20, lt: 100 }, note: { like: "note%" }, tags: null },
      orderBy: { status: "asc", id: "desc" },
      limit: 5,
      columns: ["id"],
    });
    expect(found.value).toEqual({ rows: [{ id: 3 }, { id: 2 }], byteColumns: [] });
    expect((await call("db.find", { table: "users" })).value).toMatchObject({
      rows: [{ tenant_id: "acme", email: "ann@acme.test" }],
    });
  });

  test("insert rows, of which some have what others have not, and JSON", async () => {
    const rows = [{ total: 1, tags: ["a", "b"] }, { note: "second" }, { tags: "text", file: null }];
    const { value, body } = await call(
      "db.insert",
      { table: "orders", rows, bytes: [[2, "file", 3]] },
      { body: Uint8Array.of(1, 2, 3) },
    );
    expect(value).toMatchObject({
      rows: [
        { tenant_id: "acme", total: "1.00", status: "open", tags: ["a", "b"], file: null },
        { note: "second", tags: null },
        { tags: "text", file: 3 },
      ],
    });
    expect(body).toEqual(Buffer.of(1, 2, 3));
  });

  test("update and delete what is meant, and everything only when that is said", async () => {
    const update = (input: object) => call("db.update", { table: "orders", ...input });
    expect((await update({ where: { id: 1 }, changes: { note: "new", tags: { a: 1 } } })).value).toBe(1);
    await expect(update({ where: {}, changes: { note: "all" } })).rejects.toMatchObject({
      code: "DB_VALUE_INVALID",
    });
    expect((await update({ where: {}, all: true, changes: { note: "all" } })).value).toBe(3);
    await expect(call("db.delete", { table: "orders", where: {} })).rejects.toMatchObject({
      code: "DB_VALUE_INVALID",
    });
    await query("insert into orders (note) values ('gone')");
    expect((await call("db.delete", { table: "orders", where: { note: "gone" } })).value).toBe(1);
  });

  test("take no names but those of open tables and columns", async () => {
    const attempts: [string, object, string][] = [
      ["db.find", { table: "private_things" }, "DB_TABLE_UNKNOWN"],
      ["db.find", { table: 'orders"; drop table orders; --' }, "DB_TABLE_UNKNOWN"],
      ["db.find", { table: "orders", columns: ["secret_margin"] }, "DB_COLUMN_UNKNOWN"],
      ["db.find", { table: "orders", where: { 'id" = 1 or "id': 1 } }, "DB_COLUMN_UNKNOWN"],
      ["db.find", { table: "orders", orderBy: { constructor: "asc" } }, "DB_COLUMN_UNKNOWN"],
      ["db.insert", { table: "orders", rows: [{ tenant_id: "other" }] }, "DB_COLUMN_UNKNOWN"],
      [
        "db.update",
        { table: "orders", where: { id: 1 }, changes: { tenant_id: "other" } },
        "DB_COLUMN_UNKNOWN",
      ],
      ["db.delete", { table: "users", where: { id: 1 } }, "DB_NOT_ALLOWED"],
    ];
    for (const [name, input, code] of attempts) {
      await expect(call(name, input)).rejects.toMatchObject({ code });
    }
    for (const input of [
      { table: 1 },
      { table: "orders", where: JSON.parse('{"__proto__":1}') as object },
      { table: "orders", where: { id: { like: 1, drop: 2 } } },
      { table: "orders", orderBy: { id: "asc; drop" } },
    ]) {
      await expect(call("db.find", input)).rejects.not.toHaveProperty("code");
    }
  });
});

/** Statements that try to get at rows by all the ways that SQL has to name them. */
function statements(): fc.Arbitrary<string> {
  const condition = fc.constantFrom(
    "true",
    "orders.tenant_id = 'other'",
    "orders.tenant_id <> 'acme' or true",
    "note like '%other%'",
    "exists (select 1 from users where email like 'victim%')",
    "orders.id in (select id from orders where tenant_id = 'other')",
    "(orders.tenant_id = 'acme') is not true or true",
  );
  const source = fc.constantFrom(
    "orders",
    "public.orders",
    "(select tenant_id, id, note from orders) as orders",
    "orders left join users using (tenant_id)",
    "orders full join users on true",
    "orders, lateral (select email from users where users.tenant_id <> orders.tenant_id) as found",
  );
  const select = fc
    .tuple(source, condition)
    .map(([from, where]) => `select orders.id, note, to_jsonb(note) as copy from ${from} where ${where}`);
  const write = fc
    .tuple(
      fc.constantFrom(
        "update orders set note = 'taken' where W returning orders.id, note",
        "delete from orders where (W) and total = 12345 returning orders.id, note",
        "update orders set note = u.email from users u where true returning u.email, orders.note",
        "with taken as (update orders set note = 'x' where W returning orders.id, note) select * from taken",
        "insert into orders (note) select note from orders where W returning orders.id, note",
      ),
      condition,
    )
    .map(([sql, where]) => sql.replace("W", where));
  const wrapped = select.map((sql) => `with s as (${sql}) select * from s union all select * from s`);
  return fc.oneof(select, wrapped, write);
}
