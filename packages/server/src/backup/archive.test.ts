import { chmodSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEmbeddedPostgres } from "../db/embedded-postgres.ts";
import { restoreBackup, writeBackup } from "./archive.ts";
import type { BackupOptions } from "./archive.ts";

const MASTER_KEY = "key-1:of-this-test\n";

let folder: string;
let backup: string;
let whileRunning: unknown;
let keys: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "skerry-backup-"));
  // As root, PostgreSQL runs as another user, who has to pass through.
  chmodSync(folder, 0o755);
  backup = join(folder, "backup.tar.gz");

  const { dataDir } = installation("original");
  await mkdir(dataDir, { mode: 0o755 });
  await writeFile(join(dataDir, "master.key"), MASTER_KEY, { mode: 0o600 });
  await using server = await startEmbeddedPostgres({ dataDir: join(dataDir, "data") });
  await query(server.url, "create table kept as select 'seal' as animal");
  whileRunning = await writeBackup(installation("original"), backup).catch((error: unknown) => error);
  await server.stop();
  keys = await writeBackup(installation("original"), backup);
});

afterAll(() => rm(folder, { recursive: true }));

function installation(name: string): BackupOptions {
  return { dataDir: join(folder, name), onNotice: (message) => expect.unreachable(message) };
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

test("a backup is made while no server runs, and tells which keys it holds", () => {
  expect(whileRunning).toMatchObject({ code: "EMBEDDED_DATABASE_IN_USE" });
  expect(keys).toEqual(["master.key"]);
});

test("what was backed up is there again, for this user's eyes alone", async () => {
  const restored = installation("restored");
  await restoreBackup(restored, backup);
  await using server = await startEmbeddedPostgres({ dataDir: join(restored.dataDir, "data") });
  expect(await query(server.url, "select animal from kept")).toEqual([{ animal: "seal" }]);
  const key = join(restored.dataDir, "master.key");
  expect(await readFile(key, "utf8")).toBe(MASTER_KEY);
  for (const file of [key, backup]) expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("neither a backup nor an installation is replaced", async () => {
  await expect(writeBackup(installation("original"), backup)).rejects.toMatchObject({
    code: "BACKUP_FILE_EXISTS",
  });
  await expect(restoreBackup(installation("original"), backup)).rejects.toMatchObject({
    code: "BACKUP_TARGET_TAKEN",
  });
});

test("a file that is cut off, no backup or not there restores nothing", async () => {
  const whole = await readFile(backup);
  await writeFile(join(folder, "cut"), whole.subarray(0, whole.byteLength / 2));
  await writeFile(join(folder, "text"), "no backup at all");
  const target = installation("target");
  for (const file of ["cut", "text", "missing"]) {
    await expect(restoreBackup(target, join(folder, file))).rejects.toMatchObject({
      code: "BACKUP_UNREADABLE",
    });
  }
  expect((await readdir(target.dataDir)).filter((name) => name !== "data")).toEqual([]);
  await restoreBackup(target, backup);
});

test("a folder without a database is told, and left as it is", async () => {
  await expect(writeBackup(installation("nowhere"), join(folder, "none"))).rejects.toMatchObject({
    code: "BACKUP_EMPTY",
  });
  expect(await readdir(folder)).not.toEqual(expect.arrayContaining(["nowhere"]));
});
