import { existsSync } from "node:fs";
import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { findPackagedBinaries } from "../db/embedded/binaries.ts";
import { lockFolder } from "../db/embedded/folder-lock.ts";
import { chooseFolders } from "../db/embedded/folders.ts";
import type { ServerFolders } from "../db/embedded/folders.ts";
import { clearOrphan } from "../db/embedded/postmaster-file.ts";
import { findServerUser } from "../db/embedded/server-user.ts";
import type { ServerUser } from "../db/embedded/server-user.ts";
import { DatabaseError } from "../db/errors.ts";
import { BackupError } from "./errors.ts";
import { runProgram } from "./program.ts";

/** What is kept beside the database, as far as it is there. */
const KEY_FILES = ["master.key", "operator.key", "demo.key"];

/** Of the database's superuser. */
const PASSWORD_FILE = "password";

/** Kept from all others: whoever has the backup has the keys. */
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

export interface BackupOptions {
  /** Of the installation, as SKERRY_DATA_DIR names it. */
  readonly dataDir: string;
  /** Told, in one sentence, when another folder than that holds the data. */
  readonly onNotice: (message: string) => void;
}

/**
 * Writes the embedded database and the keys that lie in the data folder into one compressed tar file, readable to this
 * user alone. No server may run meanwhile; the folder is held until the file is whole.
 *
 * @returns which keys the file holds.
 * @throws BackupError `BACKUP_EMPTY`, `BACKUP_FILE_EXISTS` or `BACKUP_FAILED`.
 * @throws DatabaseError `EMBEDDED_DATABASE_IN_USE` while a server runs.
 */
export async function writeBackup(options: BackupOptions, file: string): Promise<readonly string[]> {
  const { dataDir } = options;
  if (!existsSync(join(dataDir, "data"))) throw nothingIn(dataDir);
  using installation = holdInstallation(options);
  const { root, cluster } = installation.folders;
  if (!isCluster(cluster)) throw nothingIn(dataDir);
  await clearOrphan(cluster);

  const keys = KEY_FILES.filter((name) => existsSync(join(dataDir, name)));
  const parts = [
    "-C",
    dataDir,
    ...keys,
    "-C",
    root,
    PASSWORD_FILE,
    "-C",
    dirname(cluster),
    basename(cluster),
  ];
  const output = await createFile(file);
  try {
    await runProgram("tar", ["--create", "--gzip", "--file=-", ...parts], { stdout: output });
    await output.sync();
  } catch (error) {
    await rm(file);
    throw error;
  } finally {
    await output.close();
  }
  return keys;
}

/**
 * Puts what {@link writeBackup} wrote into a data folder that holds no installation yet. The database appears last: until
 * then there is none, and a start on the folder would not take half of one for the whole.
 *
 * @throws BackupError `BACKUP_TARGET_TAKEN`, `BACKUP_UNREADABLE` or `BACKUP_FAILED`.
 * @throws DatabaseError `EMBEDDED_DATABASE_VERSION` when another major version of PostgreSQL wrote it.
 */
export async function restoreBackup(options: BackupOptions, file: string): Promise<void> {
  const { dataDir } = options;
  await using input = await openBackup(file);
  await mkdir(dataDir, { recursive: true });
  using installation = holdInstallation(options);
  const { folders, user } = installation;
  const { root, cluster } = folders;
  const taken = [cluster, ...KEY_FILES.map((name) => join(dataDir, name))].find((path) => existsSync(path));
  if (taken !== undefined) {
    throw new BackupError("BACKUP_TARGET_TAKEN", `There is an installation in ${dataDir} already: ${taken}.`);
  }

  const arriving = join(dirname(cluster), "arriving");
  await rm(arriving, { recursive: true, force: true });
  await mkdir(arriving, { mode: PRIVATE_FOLDER });
  try {
    await unpack(input, arriving, file);
    const arrived = join(arriving, basename(cluster));
    await checkCluster(arrived, file);
    await giveTo(user, arrived);
    for (const name of KEY_FILES) await moveFile(join(arriving, name), join(dataDir, name));
    await rm(join(root, PASSWORD_FILE), { force: true });
    await moveFile(join(arriving, PASSWORD_FILE), join(root, PASSWORD_FILE));
    await rename(arrived, cluster);
  } finally {
    await rm(arriving, { recursive: true, force: true });
  }
}

interface Installation extends Disposable {
  readonly folders: ServerFolders;
  readonly user: ServerUser | undefined;
}

/** Keeps every server off the folder until disposed. */
function holdInstallation({ dataDir, onNotice }: BackupOptions): Installation {
  const user = findServerUser();
  const folders = chooseFolders(join(dataDir, "data"), user, onNotice);
  const lock = lockFolder(folders.root);
  return { folders, user, [Symbol.dispose]: () => lock[Symbol.dispose]() };
}

function isCluster(folder: string): boolean {
  return existsSync(join(folder, "PG_VERSION"));
}

function nothingIn(dataDir: string): BackupError {
  return new BackupError("BACKUP_EMPTY", `There is no embedded database in ${dataDir}.`);
}

async function createFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, "wx", PRIVATE_FILE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new BackupError("BACKUP_FILE_EXISTS", `There is a file ${file} already.`, { cause: error });
  }
}

async function openBackup(file: string): Promise<FileHandle> {
  try {
    return await open(file, "r");
  } catch (error) {
    throw new BackupError("BACKUP_UNREADABLE", `The backup ${file} cannot be opened.`, { cause: error });
  }
}

async function unpack(input: FileHandle, folder: string, file: string): Promise<void> {
  try {
    // Owners by their numbers would be another machine's; `giveTo` sets them.
    const options = ["--extract", "--gzip", "--same-permissions", "--no-same-owner"];
    await runProgram("tar", [...options, "--file=-", "-C", folder], { stdin: input });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackupError("BACKUP_UNREADABLE", `The backup ${file} cannot be read: ${reason}`, {
      cause: error,
    });
  }
}

/** The same major version, as PostgreSQL writes it into the folder itself. */
async function checkCluster(folder: string, file: string): Promise<void> {
  if (!isCluster(folder)) throw new BackupError("BACKUP_UNREADABLE", `There is no database in ${file}.`);
  const written = (await readFile(join(folder, "PG_VERSION"), "utf8")).trim();
  const major = findPackagedBinaries().version.split(".")[0];
  if (written === major) return;
  throw new DatabaseError(
    "EMBEDDED_DATABASE_VERSION",
    `The database in ${file} was written by PostgreSQL ${written}; this Skerry brings PostgreSQL ${major}.`,
  );
}

async function giveTo(user: ServerUser | undefined, folder: string): Promise<void> {
  if (user !== undefined) await runProgram("chown", ["-R", "-h", `${user.uid}:${user.gid}`, folder], {});
}

/** By a copy, since the folders may lie on different file systems. Does nothing where there is no such file. */
async function moveFile(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  await using source = await open(from, "r");
  await using target = await open(to, "wx", PRIVATE_FILE);
  await target.writeFile(await source.readFile());
  await chmod(to, PRIVATE_FILE);
  await target.sync();
}
