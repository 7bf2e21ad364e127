// npm run upgrade:fixture: keeps an installation as this version leaves it, for the upgrade test of later versions. Run
// it at each release; a fixture is never made again.
//
//   --root=DIR   the clone whose version makes it, such as a worktree of an older commit (default: this one)
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import pg from "pg";
import { startEmbeddedPostgres } from "../../src/db/embedded-postgres.ts";
import { makeDataDir } from "../data-dir.ts";
import { writeFixture } from "./fixture.ts";
import type { InstallationKeys } from "./fixture.ts";
import { describeSchema, listMigrations, takeSnapshot } from "./snapshot.ts";
import { createAsk, fillInstallation, queueExecution } from "./state.ts";

const REPOSITORY = fileURLToPath(new URL("../../../../", import.meta.url));
const OPERATOR_KEY_BYTES = 24;
const MASTER_KEY_BYTES = 32;

await main();

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { root: { type: "string", default: REPOSITORY } } });
  const root = resolve(values.root);
  const keys: InstallationKeys = {
    operatorKey: `sk_fixture_${randomBytes(OPERATOR_KEY_BYTES).toString("hex")}`,
    masterKey: `fixture:${randomBytes(MASTER_KEY_BYTES).toString("base64")}`,
  };
  const dataDir = makeDataDir();
  try {
    const filled = await withNode({ root, dataDir, keys, role: "all" }, (url) =>
      fillInstallation(url, keys.operatorKey),
    );
    const rest = await withNode({ root, dataDir, keys, role: "web" }, async (url) => ({
      queued: await queueExecution(url, filled.apiKey),
      auditHead: (await createAsk(url, filled.apiKey)<{ hash: string }>("GET", "/audit/head")).hash,
    }));
    const left = await readDatabase(dataDir);
    const name = left.migrations.at(-1) ?? "empty";
    const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
    const bytes = await writeFixture(name, { commit, ...left, keys, state: { ...filled, ...rest } });
    process.stdout.write(`${name}: ${(bytes / 1024).toFixed(1)} KiB\n`);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}

interface NodeOptions {
  readonly root: string;
  readonly dataDir: string;
  readonly keys: InstallationKeys;
  readonly role: "all" | "web";
}

/** Runs `work` while a node of the version in `root` serves the data folder, and stops the node in order. */
async function withNode<Result>(
  { root, dataDir, keys, role }: NodeOptions,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  const words = ["scripts/with-setup.mjs", "packages/server/bin/skerry.mjs", "start"];
  const child = spawn(process.execPath, words, {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env.PATH,
      PORT: "0",
      LOG_LEVEL: "error",
      SKERRY_DATA_DIR: dataDir,
      SKERRY_ROLE: role,
      SKERRY_ADMIN_KEY: keys.operatorKey,
      SKERRY_MASTER_KEY: keys.masterKey,
    },
  });
  const ended = once(child, "exit");
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const url = / is at (http:\/\/\S+)/.exec(line)?.[1];
      if (url === undefined) continue;
      child.stdout.resume();
      return await work(url);
    }
    throw new Error(`the node in ${root} ended without an address`);
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

async function readDatabase(dataDir: string) {
  await using server = await startEmbeddedPostgres({ dataDir: join(dataDir, "data") });
  // The superuser: row-level security hides rows from everybody else.
  const url = Object.assign(new URL(server.administratorUrl), { pathname: new URL(server.url).pathname });
  const client = new pg.Client(url.href);
  await client.connect();
  try {
    return {
      migrations: await listMigrations(client),
      schema: await describeSchema(client),
      snapshot: await takeSnapshot(client),
    };
  } finally {
    await client.end();
  }
}
