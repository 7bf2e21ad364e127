import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { sql } from "kysely";
import { inject, describe, expect, test } from "vitest";

import { asAdministrator, createTestDatabase } from "../../test/database.ts";
import { isDatabaseUnavailable } from "./errors.ts";
import type { Database } from "./open.ts";
import { openDatabase } from "./open.ts";
import { withPlatform } from "./tenant-scope.ts";

describe("openDatabase", () => {
  test("gives the promised JavaScript values", async () => {
    await using prepared = await createTestDatabase();
    const guestText = String.raw`{"b":"\u0000 \ud800","a":1}`;
    const { rows } = await sql`
      select count(*) as count, 9007199254740993::int8 as large, ${guestText}::json as data,
             '2026-01-02T03:04:05Z'::timestamptz as time, '\\x01'::bytea as bytes, array['x'] as words
    `.execute(prepared.database.kysely);
    expect(rows).toEqual([
      {
        count: 1,
        large: "9007199254740993",
        data: { b: "\0 \ud800", a: 1 },
        time: new Date("2026-01-02T03:04:05Z"),
        bytes: Buffer.from([1]),
        words: ["x"],
      },
    ]);
  });

  test("survives the loss of its connections, idle or in a transaction", async () => {
    await using prepared = await createTestDatabase();
    const { database } = prepared;
    const interrupted = withPlatform(database, async (queries) => {
      await terminateConnections(database);
      await sql`select 1`.execute(queries);
    });
    const failure: unknown = await interrupted.catch((error: unknown) => error);
    expect(isDatabaseUnavailable(failure)).toBe(true);
    expect(await database.kysely.selectFrom("tenants").selectAll().execute()).toEqual([]);
  });

  test("says what cannot be reached, without the password", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await expect(openDatabase({ url: `postgresql://u:hunter2@127.0.0.1:${port}/d` })).rejects.toMatchObject({
      code: "DATABASE_UNAVAILABLE",
      message: expect.not.stringContaining("hunter2"),
    });
  });

  test("refuses a URL that cannot be read, without repeating it", async () => {
    await expect(openDatabase({ url: "postgresql://u:hunter2@host:port/d" })).rejects.toMatchObject({
      code: "DATABASE_URL_INVALID",
      message: expect.not.stringContaining("hunter2"),
    });
  });

  test("gives up on a server that accepts and says nothing", async () => {
    await using silent = createServer((socket) => socket.resume().on("error", () => {})).listen(
      0,
      "127.0.0.1",
    );
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const before = performance.now();
    await expect(openDatabase({ url: `postgresql://u:p@127.0.0.1:${port}/d` })).rejects.toMatchObject({
      code: "DATABASE_UNAVAILABLE",
    });
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  test("does not leave the pool behind when the credentials are wrong", async () => {
    const url = Object.assign(new URL(inject("postgres").url), { password: "wrong" });
    await expect(openDatabase({ url: url.href })).rejects.toThrow("password authentication failed");
  });
});

describe("listen", () => {
  test("hears, and after a loss says so and hears again", async () => {
    await using prepared = await createTestDatabase();
    const { database } = prepared;
    const heard = collect<string>();
    const gaps = collect<undefined>();
    const listener = {
      onNotification: (payload: string) => heard.add(payload),
      onGap: () => gaps.add(undefined),
    };
    await using subscription = await database.listen("skerry:test", listener);

    await database.pool.query(`select pg_notify('skerry:test', 'one')`);
    await heard.reaches(1);
    await terminateConnections(database);
    await gaps.reaches(1);
    await database.pool.query(`select pg_notify('skerry:test', 'two')`);
    await heard.reaches(2);
    expect(heard.items).toEqual(["one", "two"]);

    await subscription[Symbol.asyncDispose]();
    await using other = await database.listen("skerry:other", {
      onNotification: (payload) => heard.add(payload),
    });
    expect(other).toBeDefined();
    await database.pool.query(
      `select pg_notify('skerry:test', 'unheard'), pg_notify('skerry:other', 'three')`,
    );
    await heard.reaches(3);
    expect(heard.items).toEqual(["one", "two", "three"]);
  });
});

/** Ends all connections to the database but the one that asks. */
async function terminateConnections(database: Database): Promise<void> {
  const { rows } = await database.pool.query<{ name: string }>("select current_database() as name");
  await asAdministrator((client) =>
    client.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1", [
      rows[0]?.name,
    ]),
  );
}

/** Gathers what callbacks bring and lets a test wait for a number of it. */
function collect<Item>() {
  const items: Item[] = [];
  let wake = () => {};
  return {
    items,
    add(item: Item): void {
      items.push(item);
      wake();
    },
    async reaches(count: number): Promise<void> {
      while (items.length < count) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}
