import { readConfig } from "../../config.ts";
import { openDatabase } from "../../db/open.ts";
import { reachDatabase } from "../../main/database.ts";
import { ensureMasterKeys } from "../../main/master-key.ts";
import { rotateSecrets } from "../../secrets/rotation.ts";
import { EXIT_FAILURE, EXIT_OK } from "../command.ts";
import { escapeControls } from "../terminal/text.ts";

/** What `skerry secrets rotate` does, for a help text. */
export const ROTATE_HELP = `skerry secrets rotate encrypts every secret of every tenant under the first master key. It works on the database itself,
DATABASE_URL or the embedded one in SKERRY_DATA_DIR, also while servers run, and may be interrupted and started again.
To change the master key:
  1. put the new key before the old one: SKERRY_MASTER_KEY="new:$(openssl rand -base64 32),OLD", or the same into
     the file master.key of the data folder; restart every server
  2. skerry secrets rotate
  3. take the old key away; restart every server`;

/**
 * `skerry secrets rotate`: all secrets under the present master key.
 *
 * @returns the exit code: 1 when some could not be decrypted.
 */
export async function rotateAllSecrets(): Promise<number> {
  const config = readConfig();
  const onNotice = (message: string): void => void process.stderr.write(`${message}\n`);
  await using reachable = await reachDatabase(config, onNotice);
  await using database = await openDatabase({ url: reachable.url });
  const keys = await ensureMasterKeys(config);
  const { rotated, unreadable } = await rotateSecrets(database, keys);
  process.stdout.write(`Secrets encrypted anew, under the master key ${keys.current.id}: ${rotated}.\n`);
  for (const { keyId, count } of unreadable) {
    const key = escapeControls(JSON.stringify(keyId));
    process.stderr.write(
      `${count} secrets could not be decrypted: the master key ${key} is missing or another one.\n`,
    );
  }
  return unreadable.length === 0 ? EXIT_OK : EXIT_FAILURE;
}
