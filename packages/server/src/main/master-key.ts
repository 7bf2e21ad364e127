import { randomBytes } from "node:crypto";
import { link, mkdir, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Config } from "../config.ts";
import { parseMasterKeys } from "../secrets/master-keys.ts";
import type { MasterKeys } from "../secrets/master-keys.ts";
import { StartError } from "./errors.ts";
import { readKeyFile } from "./key-file.ts";

const KEY_BYTES = 32;
const ID_BYTES = 4;

/**
 * Takes the keys of the configuration, else those kept in the data folder, else makes one and keeps it there. Whoever
 * loses it loses every secret.
 *
 * @throws StartError `CONFIG_INVALID` when the file in the data folder holds no keys.
 */
export async function ensureMasterKeys({ masterKey, dataDir }: Config): Promise<MasterKeys> {
  const file = join(dataDir, "master.key");
  const text = masterKey ?? (await readKeyFile(file)) ?? (await makeKeyFile(file));
  const keys = parseMasterKeys(text);
  if (keys !== undefined) return keys;
  throw new StartError(
    "CONFIG_INVALID",
    `The file ${file} holds no master keys; it has the form of SKERRY_MASTER_KEY: id:base64, or several with commas between.`,
  );
}

/**
 * Two processes that start at once must not replace each other's key, nor read half of it, and a power failure must not
 * take it: the file appears whole, by a link, which fails where there is one.
 */
async function makeKeyFile(file: string): Promise<string> {
  const text = `key-${randomBytes(ID_BYTES).toString("hex")}:${randomBytes(KEY_BYTES).toString("base64")}`;
  const unfinished = `${file}.${randomBytes(ID_BYTES).toString("hex")}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(unfinished, `${text}\n`, { mode: 0o600, flag: "wx", flush: true });
  try {
    await link(unfinished, file);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return (await readKeyFile(file)) ?? "";
  } finally {
    await unlink(unfinished);
  }
}
