import { accessSync, constants, statfsSync } from "node:fs";
import { tmpdir } from "node:os";

/** Linux's file system in memory. In containers it has 64 MB unless one asks for more. */
const MEMORY_FOLDER = "/dev/shm";
/** A run makes some hundred databases of 10 MB, of which few are there at a time. */
const MIN_FREE_BYTES = 4 * 1024 ** 3;

/**
 * Where tests make their databases and folders: in memory where there is room. A disk's file system spends several
 * times as much on the hundred thousands of small files that come and go.
 */
export function chooseTemporaryFolder(): string {
  try {
    accessSync(MEMORY_FOLDER, constants.R_OK | constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    return bavail * bsize >= MIN_FREE_BYTES ? MEMORY_FOLDER : tmpdir();
  } catch {
    return tmpdir();
  }
}
