import { describe, expect, test } from "vitest";
import { createSqlGuard } from "./guard.ts";

const guard = createSqlGuard();

describe("the guard of SQL", () => {
  test.each([
    "select 1",
    "select o.*, body->>'v' as v from orders o where body @> '{\"a\":1}' and id = $1 order by 1 desc limit 10 offset 5",
    "with x as (select * from orders), y as (select count(*) n from x) select * from x cross join y",
    "insert into orders (body) values ($1), (default) on conflict (id) do update set body = excluded.body where orders.body is not null returning id",
    "update orders set body = jsonb_set(body, '{a}', to_jsonb($1::int)), (a, b) = (1, 2) where id = any($2::uuid[]) returning *",
    "delete from orders using (select id from orders limit 1) d where orders.id = d.id",
    "select date_trunc('day', now()) d, count(*) filter (where body ? 'x') over (partition by a order by id rows between 1 preceding and current row) from orders group by 1, id",
    "select case when a is null then 1 else coalesce(a, 2) end from (values (1), (null)) v(a)",
    "select * from generate_series(1, 10) g(i) left join lateral (select i * 2 as j) l on true",
    "select exists(select 1 from orders where body->>'a' ilike '%x%'), array[1, 2], (array[1, 2])[1], row(1, 2)",
    "with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) select * from r",
    "values (1, 'a'), (2, 'b')",
    "select extract(epoch from now()), current_timestamp, localtime, interval '1 day', '2020-01-01'::timestamptz at time zone 'UTC'",
    "select x from unnest($1::text[]) with ordinality u(x, o)",
    "select count(distinct body), grouping(a) from orders group by cube (a) having count(*) > 1",
    "select a.* from orders a join orders b using (id) where not (a.id is distinct from b.id) for update of a skip locked",
    "insert into orders default values",
    "select * from json_to_recordset($1) as (a int, b text)",
    "select sum(a) over w from orders window w as (order by a)",
    "select percentile_cont(0.5) within group (order by a), trim(both 'x' from b), b similar to 'x%' from orders group by b",
    "select 1;",
    "select /* ; */ 'a;b' -- ; drop",
  ])("lets through %s", async (sql) => {
    await expect(guard(sql)).resolves.toMatchObject({ text: sql });
  });

  test.each([
    "select pg_catalog.pg_sleep(1)",
    "select \"set_config\"('a', 'b', true)",
    "select U&\"\\0073et_config\"('a', 'b', true)",
    "select (select set_config('a', 'b', true))",
    "select * from orders where id = (select 1 from pg_sleep(1))",
    "select 'orders'::regclass",
    "select cast('x' as pg_catalog.regproc)",
    "select '1'::public.mood",
    "select 1 operator(evil.+) 2",
    'select a collate "C" from orders',
    "select (i).pg_sleep from orders i",
    "select ('x'::text).upper",
    "select orders.pg_sleep from orders",
    "select ctid from orders",
    "select current_user",
    "select session_user, current_schema",
    "select * from orders tablesample system (1)",
    "select xmlelement(name a)",
    "select json_serialize('{}')",
    "select * from json_table('{}', '$' columns (a int path '$'))",
    "select * into kept from orders",
    "merge into orders using orders i on true when matched then delete",
    "delete from orders where current of c",
    "insert into orders (id) values (1) on conflict ((lower(id))) do nothing",
    "insert into orders values (1) returning with (old as o) o.id",
    "select repeat('x', 1000000000)",
    "select * from other_database.public.orders",
    "with pg_class as (select 1) select * from pg_class",
    "with x as (select 1) search depth first by a set b select * from x",
    "select 1; select 2",
    "explain select 1",
    "begin",
  ])("refuses %s", async (sql) => {
    await expect(guard(sql)).rejects.toMatchObject({ code: "DB_SQL_REFUSED" });
  });

  test("tells what a statement names, and whether it writes or answers", async () => {
    const cases: [string, object][] = [
      [
        "select * from orders, shop.items where id in (select a from x)",
        { writes: false, returnsRows: true },
      ],
      ["with x as (delete from orders returning *) select * from x", { writes: true, returnsRows: true }],
      ["select * from orders for update", { writes: true, returnsRows: true }],
      ["update orders set a = 1", { writes: true, returnsRows: false }],
      ["update orders set a = 1 returning a", { writes: true, returnsRows: true }],
    ];
    for (const [sql, facts] of cases) expect(await guard(sql)).toMatchObject({ text: sql, ...facts });
    expect((await guard(cases[0]?.[0] ?? "")).relations).toEqual([
      { schema: undefined, name: "orders" },
      { schema: "shop", name: "items" },
      { schema: undefined, name: "x" },
    ]);
  });

  test("says what does not parse, and where", async () => {
    await expect(guard("select a frm b c")).rejects.toMatchObject({
      code: "DB_SQL_INVALID",
      message: expect.stringMatching(/syntax error at or near "b", at character 14/),
    });
    for (const sql of ["", " ", "-- nothing", "/* nothing */;"]) {
      await expect(guard(sql)).rejects.toMatchObject({ code: "DB_SQL_INVALID" });
    }
  });

  test("keeps the parser from work without end", async () => {
    const endless = [
      `select ${"(".repeat(15_000)}1`,
      `select ${"(select ".repeat(3_000)}1`,
      `select 1${"+1".repeat(15_000)}`,
      `select ${"- ".repeat(15_000)}1`,
      "/*".repeat(15_000),
      `select '${"a".repeat(40_000)}'`,
      "select '\ud800'",
      "select 1\0",
      `select 1${" is null".repeat(4_000)}`,
      `select ${"not ".repeat(8_000)}true`,
      `select 1${" union select 1".repeat(2_000)}`,
      `select ${"case when true then ".repeat(1_100)}1${" end".repeat(1_100)}`,
      `select now()${" at local".repeat(3_000)}`,
    ];
    for (const sql of endless) {
      await expect(guard(sql)).rejects.toMatchObject({
        code: "DB_SQL_REFUSED",
        message: expect.stringMatching(/^The SQL (?:has|holds|nests) /),
      });
    }
    await expect(guard("select 'still there'")).resolves.toBeDefined();
  });
});
