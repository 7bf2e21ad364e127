import pg from "pg";
import { inject, describe, expect, test } from "vitest";

import { asAdministrator, createEmptyDatabase, createTestDatabase } from "../../test/database.ts";
import { openDatabase } from "./open.ts";

describe("migrate", () => {
  test("runs once, whoever starts at the same moment", async () => {
    await using empty = await createEmptyDatabase();
    const databases = await Promise.all([1, 2, 3].map(() => openDatabase({ url: empty.url })));
    const applied = await databases[0]?.pool.query("select name from skerry.migrations order by name");
    expect(applied?.rows).toContainEqual({ name: "0001-first-storey" });
    const count = applied?.rowCount;
    await Promise.all(databases.map((database) => database.close()));

    await using again = await openDatabase({ url: empty.url });
    expect((await again.pool.query("select name from skerry.migrations")).rowCount).toBe(count);
  });

  test("refuses a database that a newer version has migrated", async () => {
    await using prepared = await createTestDatabase();
    await prepared.database.pool.query(
      "insert into skerry.migrations (name, timestamp) values ('9999-later', now()::text)",
    );
    await expect(openDatabase({ url: prepared.url })).rejects.toMatchObject({
      code: "DATABASE_NEWER",
      message: expect.stringContaining("9999-later"),
    });
  });

  test("names the missing right, and what it tells to run is enough", async () => {
    const name = `plain_owner_${process.pid}`;
    await asAdministrator(async (client) => {
      await client.query(`create role ${name} login password 'plain'`);
      await client.query(`create database ${name} owner ${name}`);
    });
    const url = Object.assign(new URL(inject("postgres").url), {
      username: name,
      password: "plain",
      pathname: name,
    });
    try {
      const refused: unknown = await openDatabase({ url: url.href }).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: "DATABASE_RIGHTS", message: expect.stringContaining(name) });
      const grant = /grant skerry_tenant to [^;]+;/.exec((refused as Error).message)?.[0] ?? "";
      await asAdministrator((client) => client.query(grant));
      await using database = await openDatabase({ url: url.href });
      expect(await database.kysely.selectFrom("tenants").selectAll().execute()).toEqual([]);
    } finally {
      await asAdministrator(async (client) => {
        await client.query(`drop database ${name} with (force)`);
        await client.query(`drop role ${name}`);
      });
    }
  });

  test("puts every table of tenants behind forced row-level security, also for its owner", async () => {
    await using prepared = await createTestDatabase();
    const { rows } = await prepared.database.pool.query<{
      name: string;
      walled: boolean;
      policies: string[];
    }>(
      `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as walled,
              array(select polname::text from pg_policy where polrelid = c.oid order by 1) as policies
         from pg_class c where c.relnamespace = 'skerry'::regnamespace and c.relkind in ('r', 'p')
          and has_any_column_privilege('skerry_tenant', c.oid, 'select, insert, update')`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(7);
    for (const table of rows) {
      expect(table).toEqual({ name: table.name, walled: true, policies: ["platform_rows", "tenant_rows"] });
    }
  });

  test("keeps versions immutable and lets a script activate only a version that exists", async () => {
    await using prepared = await createTestDatabase();
    const { pool } = prepared.database;
    await pool.query("insert into skerry.tenants (id, name) values ('acme', 'Acme')");
    const script = "00000000-0000-7000-8000-000000000001";
    await pool.query(
      `insert into skerry.scripts (tenant_id, id, name, type, status, latest_version)
       values ('acme', $1, 'pricing', 'oneoff', 'active', 1)`,
      [script],
    );
    await pool.query(
      `insert into skerry.script_versions (tenant_id, script_id, version, language, source, code, settings, checksum)
       values ('acme', $1, 1, 'js', 'source', 'code', '{}', sha256('source'))`,
      [script],
    );
    await expect(pool.query("update skerry.script_versions set source = 'other'")).rejects.toThrow(
      `version 1 of script ${script} is immutable`,
    );
    await expect(pool.query("update skerry.scripts set active_version = 2")).rejects.toThrow(
      pg.DatabaseError,
    );
    await pool.query("update skerry.scripts set active_version = 1");

    await pool.query("delete from skerry.tenants where id = 'acme'");
    expect((await pool.query("select from skerry.script_versions")).rowCount).toBe(0);
  });
});
