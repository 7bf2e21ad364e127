import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { pino } from "pino";
import { describe, expect, inject, test, vi } from "vitest";
import { verifyChains } from "../../src/audit/verification.ts";
import { readConfig } from "../../src/config.ts";
import { createMigrator } from "../../src/db/migrations.ts";
import type { Schema } from "../../src/db/schema.ts";
import { ensureTenantRole } from "../../src/db/tenant-role.ts";
import { startServer } from "../../src/main/server.ts";
import { createEmptyDatabase } from "../database.ts";
import { listFixtures, readFixture } from "./fixture.ts";
import type { UpgradeFixture } from "./fixture.ts";
import { describeSchema, listMigrations, loadSnapshot } from "./snapshot.ts";
import { createAsk, SECRET } from "./state.ts";

describe.for(await listFixtures())("an installation as %s left it", (name) => {
  test("is one that the migrations up to there still make", async () => {
    const { migrations, schema } = await readFixture(name);
    await using database = await createEmptyDatabase();
    await migrateTo(database.url, name);
    await using client = await connect(database.url);
    expect(await listMigrations(client.connection)).toEqual(migrations);
    expect(await describeSchema(client.connection)).toEqual(schema);
  });

  test(
    "runs in this version with its scripts, secrets, history and all that was still to be done",
    { timeout: 60_000 },
    async () => {
      const fixture = await readFixture(name);
      const { state } = fixture;
      await using database = await createEmptyDatabase();
      await restore(database.url, fixture);
      await using node = await startNode(database.url, fixture);
      const ask = createAsk(node.url, state.apiKey);

      const executed = await ask<Execution>("POST", "/scripts/remember/execute", {
        input: { n: 3 },
        wait: true,
      });
      expect(executed).toMatchObject({
        status: "completed",
        output: { input: { n: 3 }, secretLength: SECRET.value.length },
      });
      expect(await ask("POST", "/scripts/double/call", { input: 21 })).toMatchObject({ output: 42 });
      expect(await (await fetch(`${node.url}/run/${state.tenant}/answer`)).text()).toBe(
        `/run/${state.tenant}/answer`,
      );

      expect(await ask("GET", `/executions/${state.completed.id}`)).toMatchObject({
        status: "completed",
        version: 2,
        output: state.completed.output,
      });
      expect(await ask("GET", `/executions/${state.completed.id}/logs`)).toMatchObject({
        items: [{ message: "remembered", fields: { input: { n: 1 } } }],
      });

      await vi.waitFor(async () => {
        const queued = await ask<Execution>("GET", `/executions/${state.queued.id}`);
        expect(queued).toMatchObject({ status: "completed", output: { input: { n: 2 } } });
      });
      await vi.waitFor(async () => {
        const { items } = await ask<{ items: Execution[] }>("GET", "/executions?script=tick&trigger=cron");
        expect(items).toContainEqual(expect.objectContaining({ status: "completed", output: 1 }));
      });
      await ask("POST", `/dead-letters/${state.deadLetter.id}/replay`);
      await ask("POST", "/events", { type: "ship.arrived", payload: { ship: "Endeavour" } });
      await vi.waitFor(async () => {
        const { items } = await ask<{ items: Execution[] }>("GET", "/executions?script=hear");
        expect(items.map(({ status, output }) => [status, output])).toEqual([
          ["completed", { heard: { ship: "Endeavour" } }],
          ["completed", { heard: { ship: "Beagle" } }],
        ]);
      });

      await ask("POST", "/scripts/remember/publish", { version: 1 });
      expect(await ask("POST", "/scripts/remember/execute", { wait: true })).toMatchObject({
        output: "first version",
      });

      const { chains, hashes } = await verifyAudit(database.url);
      expect(chains.filter(({ broken }) => broken !== null)).toEqual([]);
      expect(hashes).toContain(state.auditHead);
    },
  );
});

interface Execution {
  readonly status: string;
  readonly output: unknown;
}

async function migrateTo(url: string, name: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  try {
    await ensureTenantRole(pool);
    const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
    const { error } = await createMigrator(kysely).migrateTo(name);
    expect(error).toBeUndefined();
  } finally {
    await pool.end();
  }
}

async function restore(url: string, { migrations, snapshot }: UpgradeFixture): Promise<void> {
  await migrateTo(url, migrations.at(-1) ?? "");
  await using client = await connectAsAdministrator(url);
  await loadSnapshot(client.connection, snapshot);
  // However young the fixture is, its schedule was due while no node ran.
  await client.connection.query("update skerry.schedules set next_run_at = now() - interval '1 minute'");
}

async function startNode(url: string, { keys }: UpgradeFixture) {
  await using starting = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "skerry-upgrade-"));
  starting.defer(() => rm(dataDir, { recursive: true }));
  const config = readConfig({
    PORT: "0",
    DATABASE_URL: url,
    SKERRY_DATA_DIR: dataDir,
    SKERRY_ADMIN_KEY: keys.operatorKey,
    SKERRY_MASTER_KEY: keys.masterKey,
    SKERRY_RUNNERS_MAX: "2",
    SKERRY_RUNNERS_SPARE: "1",
  });
  const server = starting.use(await startServer(config, pino({ level: "silent" })));
  const parts = starting.move();
  return { url: server.url, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

async function verifyAudit(url: string) {
  const hashes: string[] = [];
  await using client = await connect(url);
  const onRecord = (_chain: string, hash: string): void => void hashes.push(hash);
  return { chains: await Array.fromAsync(verifyChains(client.connection, { onRecord })), hashes };
}

function connectAsAdministrator(url: string) {
  const administratorUrl = new URL(inject("postgres").administratorUrl);
  administratorUrl.pathname = new URL(url).pathname;
  return connect(administratorUrl.href);
}

async function connect(url: string) {
  const connection = new pg.Client(url);
  await connection.connect();
  return { connection, [Symbol.asyncDispose]: () => connection.end() };
}
