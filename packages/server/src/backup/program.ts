import { spawn } from "node:child_process";
import { once } from "node:events";
import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { BackupError } from "./errors.ts";

/** Where a program reads and writes; nowhere by default. */
export interface ProgramFiles {
  readonly stdin?: FileHandle;
  readonly stdout?: FileHandle;
}

/**
 * Runs a program of this machine to its end.
 *
 * @throws BackupError `BACKUP_FAILED` with what it wrote to stderr, when it does not end well or is not there.
 */
export async function runProgram(
  program: string,
  words: readonly string[],
  { stdin, stdout }: ProgramFiles,
): Promise<void> {
  const child = spawn(program, words, { stdio: [stdin?.fd ?? "ignore", stdout?.fd ?? "ignore", "pipe"] });
  const ended = once(child, "close") as Promise<[number | null]>;
  try {
    const [errors, [code]] = await Promise.all([text(child.stderr as Readable), ended]);
    if (code !== 0) throw new Error(errors.trim() || `it ended with exit code ${code}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackupError("BACKUP_FAILED", `${program}: ${reason}`, { cause: error });
  }
}
