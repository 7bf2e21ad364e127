import { rmSync } from "node:fs";
import pg from "pg";
import type { TestProject } from "vitest/node";

import { startEmbeddedPostgres } from "../src/db/embedded-postgres.ts";
import { openDatabase } from "../src/db/open.ts";
import { makeDataDir } from "./data-dir.ts";
import type { TestPostgres } from "./database.ts";

/** Started once per run, in the main process, with a migrated database to copy from. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = makeDataDir();
  const server = await startEmbeddedPostgres({ dataDir });
  await relaxDurability(server.administratorUrl);
  await openDatabase({ url: server.url }).then((database) => database.close());
  const { url, administratorUrl } = server;
  const postgres: TestPostgres = { url, administratorUrl, template: "skerry" };
  project.provide("postgres", postgres);
  return async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true });
  };
}

/** Nothing of a test run has to survive a power cut. */
async function relaxDurability(administratorUrl: string): Promise<void> {
  const client = new pg.Client(administratorUrl);
  await client.connect();
  await client.query("alter system set fsync = off");
  await client.query("alter system set full_page_writes = off");
  await client.query("select pg_reload_conf()");
  await client.end();
}
