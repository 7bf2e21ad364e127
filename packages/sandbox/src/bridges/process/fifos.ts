import { spawnSync } from "node:child_process";
import { constants, closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MKFIFO_TIMEOUT_MS = 5_000;

/** One FIFO that has no name any more: whoever holds a descriptor reads or writes, nobody else can open it. */
export interface Fifo {
  /** Reading waits. */
  readonly read: number;
  /** The same bytes; reading never waits. */
  readonly readNow: number;
  /** Writing waits while the FIFO is full. */
  readonly write: number;
}

let isAvailable: boolean | undefined;

/** Whether this system has FIFOs. Tries it once per process. */
export function hasFifos(): boolean {
  if (isAvailable !== undefined) return isAvailable;
  isAvailable = false;
  if (process.platform === "win32") return isAvailable;
  try {
    for (const fifo of createFifos(1)) closeFifo(fifo);
    isAvailable = true;
  } catch {
    // No mkfifo, or no folder to make one in.
  }
  return isAvailable;
}

/**
 * Makes FIFOs. Unlike the socket pairs that Node makes, their ends can be read both with and without waiting, by
 * descriptors that differ in nothing else.
 *
 * @throws Error where the system does not let it.
 */
export function createFifos(count: number): Fifo[] {
  const folder = mkdtempSync(join(tmpdir(), "skerry-"));
  const fifos: Fifo[] = [];
  try {
    const paths = Array.from({ length: count }, (_, index) => join(folder, `${index}`));
    const { status, error } = spawnSync("mkfifo", ["-m", "600", ...paths], {
      timeout: MKFIFO_TIMEOUT_MS,
      stdio: "ignore",
    });
    if (status !== 0) throw new Error(`mkfifo failed in ${folder}`, { cause: error });
    for (const path of paths) fifos.push(openFifo(path));
    return fifos;
  } catch (error) {
    for (const fifo of fifos) closeFifo(fifo);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opening waits for the other end unless told not to, so the one that need not wait comes first. */
function openFifo(path: string): Fifo {
  const readNow = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const write = openSync(path, constants.O_WRONLY);
  const read = openSync(path, constants.O_RDONLY);
  return { read, readNow, write };
}

function closeFifo({ read, readNow, write }: Fifo): void {
  for (const descriptor of [read, readNow, write]) closeSync(descriptor);
}
