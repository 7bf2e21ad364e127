import { describe, expect, inject, test } from "vitest";
import pg from "pg";
import { asAdministrator } from "../../../../test/database.ts";
import { createTestMasterKeys } from "../../../../test/master-keys.ts";
import {
  createCaller,
  createHostDatabase,
  EXPOSED_TABLES,
  HOST_TABLES,
} from "../../../../test/script-tables.ts";
import type { Database } from "../../../db/open.ts";
import type { MasterKeys } from "../../../secrets/master-keys.ts";
import { createDbCapabilities } from "../capability.ts";
import type { ExposedTable } from "../exposed-table.ts";
import { exposeTable } from "../exposed-table.ts";
import { createScriptDatabase } from "../script-database.ts";
import { inspectRights } from "./rights.ts";

const ORDERS = EXPOSED_TABLES[0] as ExposedTable;
const OPEN = { tenantColumn: "tenant_id", operations: ["select", "insert"] } as const;

interface Started extends AsyncDisposable {
  readonly notices: readonly string[];
  query(sql: string, tenant?: string): Promise<unknown>;
}

async function start(
  database: Database,
  tables: readonly ExposedTable[] | undefined,
  keys: MasterKeys = KEYS,
): Promise<Started> {
  const notices: string[] = [];
  const onNotice = (message: string): void => void notices.push(message);
  const scripts = await createScriptDatabase({ database, keys, tables, onNotice });
  const call = createCaller(createDbCapabilities(scripts));
  return {
    notices,
    async query(sql, tenant = "acme") {
      const { value } = await call("db.query", { sql }, { tenant });
      return (value as { rows: unknown }).rows;
    },
    [Symbol.asyncDispose]: () => scripts[Symbol.asyncDispose](),
  };
}

const KEYS = createTestMasterKeys("first");

describe("the set-up of exposed tables", () => {
  test("is made once, by whichever node comes first, and said", async () => {
    await using host = await createHostDatabase();
    await host.database.pool.query(HOST_TABLES);
    const starts = await Promise.all([
      start(host.database, EXPOSED_TABLES),
      start(host.database, EXPOSED_TABLES),
    ]);
    expect(starts.filter(({ notices }) => notices.length > 0)).toHaveLength(1);
    expect(starts.flatMap(({ notices }) => notices).join("\n")).not.toContain("SCRAM");
    for (const node of starts) {
      expect(await node.query("select count(*) as count from orders")).toEqual([{ count: 3 }]);
      await node[Symbol.asyncDispose]();
    }
    await using third = await start(host.database, EXPOSED_TABLES);
    expect(third.notices).toEqual([]);
  });

  test("follows what is exposed: columns, operations, whole tables", async () => {
    await using host = await createHostDatabase();
    await host.database.pool.query(HOST_TABLES);
    {
      await using _wide = await start(host.database, EXPOSED_TABLES);
    }
    const narrow = exposeTable("orders", { ...OPEN, operations: ["select"], columns: ["id", "total"] });
    {
      await using node = await start(host.database, [narrow]);
      expect(await node.query("select max(total) as most from orders")).toEqual([{ most: "30.00" }]);
      await expect(node.query("select note from orders")).rejects.toMatchObject({ code: "DB_NOT_ALLOWED" });
      await expect(node.query("delete from orders")).rejects.toMatchObject({ code: "DB_NOT_ALLOWED" });
    }
    {
      // A node that declares nothing takes what is declared.
      await using worker = await start(host.database, undefined);
      expect(await worker.query("select max(total) as most from orders")).toEqual([{ most: "30.00" }]);
    }
    await using none = await start(host.database, []);
    await expect(none.query("select 1 from orders")).rejects.toMatchObject({ code: "DB_TABLE_UNKNOWN" });
    const { rows } = await host.database.pool.query(
      `select relname from pg_class, aclexplode(relacl) acl where grantee = $1::regrole
       union select polname from pg_policy where $1::regrole = any(polroles)
       union select tgname from pg_trigger where tgname like '%skerry%'`,
      [host.role],
    );
    expect(rows).toEqual([]);
  });

  test("leaves to others what they saw before", async () => {
    await using host = await createHostDatabase();
    const { pool } = host.database;
    await pool.query(HOST_TABLES);
    await pool.query(`
      create table public.guarded (tenant_id text, note text);
      insert into public.guarded values ('acme', 'a'), ('other', 'b');
      alter table public.guarded enable row level security;
      create policy app on public.guarded to skerry_tenant using (note = 'a');
      grant select, insert on public.guarded, public.orders to skerry_tenant;`);
    const tables = [ORDERS, exposeTable("guarded", OPEN)];
    await using node = await start(host.database, tables);
    expect(await node.query("select note from guarded", "other")).toEqual([{ note: "b" }]);
    // The owner, and another role of the host.
    expect((await pool.query("select from public.orders")).rowCount).toBe(6);
    expect((await pool.query("select from public.guarded")).rowCount).toBe(2);
    await pool.query("insert into public.orders (tenant_id) values ('third')");
    await expect(pool.query("insert into public.orders (total) values (1)")).rejects.toMatchObject({
      code: "23502",
    });
    const client = await pool.connect();
    await client.query("set role skerry_tenant");
    expect((await client.query("select from public.orders")).rowCount).toBe(7);
    expect((await client.query("select note from public.guarded")).rows).toEqual([{ note: "a" }]);
    await client.query("reset role");
    client.release();
  });

  test("asks for an administrator where the tables are another's, with all that he has to run", async () => {
    await using host = await createHostDatabase();
    const administratorUrl = Object.assign(new URL(inject("postgres").administratorUrl), {
      pathname: new URL(host.url).pathname,
    });
    const administrator = new pg.Client(administratorUrl.href);
    await administrator.connect();
    try {
      await administrator.query(HOST_TABLES);
      const refusal = (await start(host.database, [ORDERS]).catch((error: unknown) => error)) as Error;
      expect(refusal).toMatchObject({ code: "TABLE_SETUP_NEEDED" });
      expect(refusal.message).toContain("skerry db setup --print");
      await administrator.query(refusal.message.slice(refusal.message.indexOf("begin;")));
    } finally {
      await administrator.end();
    }
    await using node = await start(host.database, [ORDERS]);
    expect(node.notices).toEqual([]);
    expect(await node.query("insert into orders (total) values (4) returning tenant_id")).toEqual([
      { tenant_id: "acme" },
    ]);
  });

  test("takes tenants that are uuids or numbers, and tells those that cannot be any", async () => {
    await using host = await createHostDatabase();
    const id = "0190a0b0-0000-7000-8000-000000000001";
    await host.database.pool.query(`
      create table public.by_uuid (owner uuid not null, note text);
      create table public.by_number (owner int not null, note text);
      insert into public.by_uuid values ('${id}', 'mine'), (gen_random_uuid(), 'theirs');
      insert into public.by_number values (7, 'mine'), (8, 'theirs');`);
    const tables = ["by_uuid", "by_number"].map((name) =>
      exposeTable(name, { ...OPEN, tenantColumn: "owner" }),
    );
    await using node = await start(host.database, tables);
    expect(await node.query("select note from by_uuid", id)).toEqual([{ note: "mine" }]);
    expect(await node.query("select note from by_number", "7")).toEqual([{ note: "mine" }]);
    expect(await node.query("insert into by_number (note) values ('new') returning owner", "7")).toEqual([
      { owner: 7 },
    ]);
    await expect(node.query("select note from by_number", "acme")).rejects.toMatchObject({
      code: "DB_VALUE_INVALID",
    });
  });

  test("outlives a change of the master key, on nodes that know both keys and on those that know one", async () => {
    await using host = await createHostDatabase();
    await host.database.pool.query(HOST_TABLES);
    const [old, next] = [KEYS, createTestMasterKeys("next")];
    const both: MasterKeys = { current: next.current, find: (id) => old.find(id) ?? next.find(id) };
    const count = "select count(*) as count from orders";
    for (const keys of [old, both, old]) {
      await using node = await start(host.database, [ORDERS], keys);
      expect(await node.query(count)).toEqual([{ count: 3 }]);
    }
    await using renewed = await start(host.database, [ORDERS], next);
    await using late = await start(host.database, [ORDERS], both);
    for (const node of [renewed, late]) expect(await node.query(count)).toEqual([{ count: 3 }]);
    expect(late.notices).toEqual([]);
  });

  test.each([
    ["nothing", "there is no such table"],
    ["a_view", "it is a view"],
    ["kept_view", "no row-level security"],
    ["parts", "partitioned"],
    ["bare", "no column"],
    ["strange", "of the type json"],
  ])("refuses %s: %s", async (name, reason) => {
    await using host = await createHostDatabase();
    await host.database.pool.query(`
      create table public.bare (id int);
      create table public.strange (tenant_id jsonb);
      create view public.a_view as select 'x' as tenant_id;
      create materialized view public.kept_view as select 'x' as tenant_id;
      create table public.parts (tenant_id text) partition by list (tenant_id);`);
    const refusal: unknown = await start(host.database, [exposeTable(name, OPEN)]).catch(
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: "TABLE_INVALID", message: expect.stringContaining(reason) });
  });

  test("refuses declarations that make no sense", () => {
    const attempts = [
      () => exposeTable("", OPEN),
      () => exposeTable("orders", { ...OPEN, operations: [] }),
      () => exposeTable("orders", { ...OPEN, operations: ["update"] }),
      () => exposeTable("orders", { ...OPEN, columns: [] }),
      () => exposeTable("x".repeat(64), OPEN),
    ];
    for (const attempt of attempts)
      expect(attempt).toThrow(expect.objectContaining({ code: "TABLE_INVALID" }));
  });
});

describe("the rights of scripts", () => {
  async function inspect(database: Database) {
    const client = await database.pool.connect();
    try {
      return await inspectRights(client);
    } finally {
      client.release();
    }
  }

  test("are told where they are too wide, too narrow, or tell of others", async () => {
    await using host = await createHostDatabase();
    const { pool } = host.database;
    expect(await inspect(host.database)).toBeUndefined();
    await pool.query(HOST_TABLES);
    await using _node = await start(host.database, EXPOSED_TABLES);
    expect(await inspect(host.database)).toEqual([
      { level: "warning", message: expect.stringMatching(/^the unique key users_email_key of public.users/) },
    ]);
    await pool.query(`
      grant select on public.private_things to public;
      grant create on schema public to public;
      create function public.all_orders() returns bigint language sql security definer
        as 'select count(*) from public.orders';
      alter table public.users disable row level security;
      alter table public.orders add column user_id int references public.users;
      grant update on public.orders to ${host.role};
      grant skerry_tenant to ${host.role};`);
    const findings = (await inspect(host.database)) ?? [];
    for (const [level, message] of [
      ["fault", /reach public\.private_things, which is not exposed/],
      ["warning", /create things in the schema public/],
      ["warning", /run public\.all_orders with the rights of its owner/],
      ["fault", /not done: alter table "public"\."users" enable row level security/],
      ["warning", /foreign key orders_user_id_fkey/],
      ["fault", /not done: revoke all on "public"\."orders"/],
      ["fault", /member of skerry_tenant/],
    ] as const) {
      expect(findings).toContainEqual({ level, message: expect.stringMatching(message) });
    }
    await pool.query(`revoke skerry_tenant from ${host.role}`);
  });
});

test("the role of scripts has no more rights than it needs", async () => {
  await using host = await createHostDatabase();
  await host.database.pool.query(HOST_TABLES);
  await using _node = await start(host.database, EXPOSED_TABLES);
  const facts = await asAdministrator(async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(
      `select rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication, rolconnlimit,
              rolpassword like 'SCRAM-SHA-256$%' as scram,
              (select count(*)::int from pg_auth_members where member = pg_authid.oid) as memberships
       from pg_authid where rolname = $1`,
      [host.role],
    );
    return rows[0];
  });
  expect(facts).toEqual({
    rolsuper: false,
    rolinherit: false,
    rolcreaterole: false,
    rolcreatedb: false,
    rolbypassrls: false,
    rolreplication: false,
    rolconnlimit: 100,
    scram: true,
    memberships: 0,
  });
});
