import { randomUUID } from "node:crypto";
import { lstat, mkdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { StartError } from "./errors.ts";
import { readKeyFile } from "./key-file.ts";

/** What of an installation lies in its folder, all of it written after the mark. */
const INSTALLATION = ["data", "master.key", "operator.key", "demo.key"];

/** Holds what the file system says of the folder that it was written for. */
const MARK_FILE = "made-here";

/** Installations that are older than the mark go on without one. */
const MARKED_SINCE_MS = Date.UTC(2026, 10, 24);

/**
 * Makes the data folder, or finds that the one which is there was made by Skerry in this place. Where nobody named the
 * folder, it is `.skerry` in whatever folder Skerry was started in: a clone or an archive could have brought it along
 * with a database, and a PostgreSQL cluster names programs that PostgreSQL runs.
 *
 * The mark is the number and the moment of birth that the file system gave the folder. No copy of it has the same, and
 * nobody who makes an archive can know them. A folder that is moved within a file system keeps them. Who names a folder
 * that was copied, restored or made elsewhere gives it the mark of the new place. A link is no folder that was made here,
 * and no link is read or written through.
 *
 * Does nothing where database and keys are not in the folder but in the settings.
 *
 * @param markedSinceMs installations that were born before need no mark.
 * @throws StartError `DATA_FOLDER_FOREIGN`.
 */
export async function claimDataFolder(
  config: Pick<Config, "dataDir" | "isDataDirNamed" | "databaseUrl" | "operatorKey" | "masterKey">,
  markedSinceMs = MARKED_SINCE_MS,
): Promise<void> {
  const { dataDir, isDataDirNamed, databaseUrl, operatorKey, masterKey } = config;
  if (databaseUrl !== undefined && operatorKey !== undefined && masterKey !== undefined) return;
  if (!isDataDirNamed && (await lstat(dataDir).catch(ignoreMissing))?.isSymbolicLink())
    throw foreign(dataDir);
  await mkdir(dataDir, { recursive: true });
  // Before the mark is read: another process that starts at the same time writes the mark first.
  const births = await readBirths(dataDir);
  const { ino, birthtimeNs } = await stat(dataDir, { bigint: true });
  const mark = `${ino}:${birthtimeNs}`;
  const file = join(dataDir, MARK_FILE);
  const isMarked = (await lstat(file).catch(ignoreMissing))?.isFile() === true;
  const found = isMarked ? await readKeyFile(file) : undefined;
  if (found === mark) return;
  const isOld = found === undefined && births.every((birthMs) => birthMs > 0 && birthMs < markedSinceMs);
  if (births.length > 0 && !isOld && !isDataDirNamed) throw foreign(dataDir);
  const written = `${file}.${randomUUID()}`;
  await writeFile(written, `${mark}\n`, { flag: "wx" });
  await rename(written, file);
}

/** In ms since 1970; 0 where the file system does not keep them. Links that lead nowhere count as well. */
async function readBirths(dataDir: string): Promise<number[]> {
  const found = await Promise.all(
    INSTALLATION.map((name) => lstat(join(dataDir, name)).catch(ignoreMissing)),
  );
  return found.flatMap((facts) => (facts === undefined ? [] : [facts.birthtimeMs]));
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

function foreign(dataDir: string): StartError {
  return new StartError(
    "DATA_FOLDER_FOREIGN",
    `The installation in ${dataDir} was not made here. A clone or an archive can bring one along, and a database from ` +
      `elsewhere can run programs as you. If it is yours, name it once: SKERRY_DATA_DIR=${dataDir}. ` +
      "If it is not, remove it or name another folder.",
  );
}
