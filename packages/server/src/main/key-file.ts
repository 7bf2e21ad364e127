import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** The key kept in the file, or undefined when there is none. */
export async function readKeyFile(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Keeps a key where only the user that runs Skerry can read it; a file that was there before is replaced. */
export async function writeKeyFile(file: string, key: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${key}\n`, { mode: 0o600 });
}
