import { randomUUID } from "node:crypto";
import { chmod, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Writes a file in one step: what is read meanwhile is the old text or the new one. A link in its place is replaced, not
 * followed.
 *
 * @param mode Of the file, whatever the umask says. Default: what the umask leaves of 0666.
 */
export async function replaceFile(path: string, text: string, mode?: number): Promise<void> {
  const draft = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    await writeFile(draft, text, { flag: "wx", ...(mode === undefined ? {} : { mode }) });
    if (mode !== undefined) await chmod(draft, mode);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
