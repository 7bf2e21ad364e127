import {
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runSkerry } from "../../test/skerry-process.ts";
import { readConfig } from "../config.ts";
import { claimDataFolder } from "./data-folder.ts";
import { ensureOperatorKey } from "./operator-key.ts";

const FOREIGN = { code: "DATA_FOLDER_FOREIGN" };
const NOTHING_IS_OLD = 1;
const EVERYTHING_IS_OLD = Infinity;

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "skerry-claim-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** As if Skerry was started in the folder's parent, and nobody had named a data folder. */
function startedBeside(dataDir: string) {
  return { ...readConfig({}), dataDir };
}

/** An installation as a first start leaves it, as far as keys go. */
async function makeInstallation(dataDir: string): Promise<void> {
  await claimDataFolder(startedBeside(dataDir), NOTHING_IS_OLD);
  await ensureOperatorKey(startedBeside(dataDir));
}

test("an installation goes on where it was made, also when its folder is moved", async () => {
  const folder = await makeFolder();
  await makeInstallation(join(folder, "here"));
  const claim = (name: string) => claimDataFolder(startedBeside(join(folder, name)), NOTHING_IS_OLD);
  await expect(claim("here")).resolves.toBeUndefined();
  await rename(join(folder, "here"), join(folder, "there"));
  await expect(claim("there")).resolves.toBeUndefined();
});

test("one that was brought along is refused, with its mark or without, until somebody names it", async () => {
  const folder = await makeFolder();
  const brought = join(folder, "brought");
  await makeInstallation(join(folder, "made"));
  await cp(join(folder, "made"), brought, { recursive: true, preserveTimestamps: true });
  const claim = () => claimDataFolder(startedBeside(brought), NOTHING_IS_OLD);
  await expect(claim()).rejects.toMatchObject(FOREIGN);
  await rm(join(brought, "made-here"));
  await expect(claim()).rejects.toMatchObject(FOREIGN);
  await rm(join(brought, "operator.key"));
  await symlink("/nonexistent", join(brought, "data"));
  await expect(claim()).rejects.toMatchObject(FOREIGN);

  await claimDataFolder({ ...startedBeside(brought), isDataDirNamed: true }, NOTHING_IS_OLD);
  await claim();
});

test("what links lead to is neither read nor written", async () => {
  const folder = await makeFolder();
  const victim = join(folder, "victim");
  await writeFile(victim, "mine");
  const brought = join(folder, "brought");
  await mkdir(brought);
  await symlink(victim, join(brought, "made-here"));
  await claimDataFolder(startedBeside(brought), NOTHING_IS_OLD);
  expect(await readFile(victim, "utf8")).toBe("mine");
  expect((await lstat(join(brought, "made-here"))).isFile()).toBe(true);

  await makeInstallation(join(folder, "elsewhere"));
  await symlink(join(folder, "elsewhere"), join(folder, "link"));
  await expect(claimDataFolder(startedBeside(join(folder, "link")), NOTHING_IS_OLD)).rejects.toMatchObject(
    FOREIGN,
  );
  await symlink(join(folder, "nowhere"), join(folder, "dangling"));
  const dangling = startedBeside(join(folder, "dangling"));
  await expect(claimDataFolder(dangling, NOTHING_IS_OLD)).rejects.toMatchObject(FOREIGN);
  await claimDataFolder({ ...startedBeside(join(folder, "link")), isDataDirNamed: true }, NOTHING_IS_OLD);
});

test("one without a mark goes on when it is older than marks, and has one from then on", async () => {
  const dataDir = await makeFolder();
  await ensureOperatorKey(startedBeside(dataDir));
  await expect(claimDataFolder(startedBeside(dataDir), NOTHING_IS_OLD)).rejects.toMatchObject(FOREIGN);
  await claimDataFolder(startedBeside(dataDir), EVERYTHING_IS_OLD);
  await claimDataFolder(startedBeside(dataDir), NOTHING_IS_OLD);
});

test("what others keep in the folder is no installation, and settings that need no folder make none", async () => {
  const folder = await makeFolder();
  await writeFile(join(folder, "setup.lock"), "");
  await claimDataFolder(startedBeside(folder), NOTHING_IS_OLD);
  const dataDir = join(folder, "unused");
  const given = { databaseUrl: "postgres://db.example/skerry", operatorKey: "k", masterKey: "k" };
  await claimDataFolder({ ...startedBeside(dataDir), ...given });
  await expect(stat(dataDir)).rejects.toMatchObject({ code: "ENOENT" });
});

/** Keeps a `start` that is not refused from going on for ever. */
const NO_DATABASE = { DATABASE_URL: "postgres://skerry@127.0.0.1:1/skerry" };

test.for([
  [["start"], NO_DATABASE],
  [["audit", "verify"], {}],
  [["restore", "backup.tar.gz"], {}],
] as const)("%j touches nothing in a folder that came from elsewhere", async ([args, env]) => {
  const cwd = await makeFolder();
  const dataDir = join(cwd, ".skerry");
  await makeInstallation(dataDir);
  await writeFile(join(dataDir, "made-here"), "1:1\n");
  const before = await readdir(dataDir, { recursive: true });
  const { exitCode, stderr } = await runSkerry(args, { cwd, env });
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("DATA_FOLDER_FOREIGN")]);
  expect(stderr).toContain(`SKERRY_DATA_DIR=${dataDir}`);
  expect(await readdir(dataDir, { recursive: true })).toEqual(before);
});
