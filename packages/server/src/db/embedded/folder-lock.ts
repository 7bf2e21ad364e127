import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { DatabaseError } from "../errors.ts";

/** SQLITE_BUSY (https://www.sqlite.org/rescode.html). */
const BUSY = 5;

/**
 * Holds a folder for this process until disposed. The operating system lets go of it when the process dies in
 * whatever way, so there is no stale lock and no process id to mistake for another; it also holds between containers
 * that share the folder. Node offers such locks only through SQLite, which is used here for nothing else.
 *
 * @throws DatabaseError `EMBEDDED_DATABASE_IN_USE` naming the process that holds it.
 */
export function lockFolder(folder: string): Disposable {
  const lock = new DatabaseSync(join(folder, "lock"));
  try {
    lock.exec("pragma locking_mode = exclusive; begin exclusive");
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== BUSY) throw error;
    throw new DatabaseError(
      "EMBEDDED_DATABASE_IN_USE",
      `The data folder ${folder} is in use by process ${readHolder(folder)}. Stop it, or choose another folder with SKERRY_DATA_DIR.`,
      { cause: error },
    );
  }
  writeFileSync(holderFile(folder), String(process.pid));
  return { [Symbol.dispose]: () => lock.close() };
}

/** For the message alone; the lock itself does not rest on it. */
function readHolder(folder: string): string {
  try {
    return readFileSync(holderFile(folder), "utf8");
  } catch {
    return "(unknown)";
  }
}

function holderFile(folder: string): string {
  return join(folder, "holder.pid");
}
