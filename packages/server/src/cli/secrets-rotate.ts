import { readConfig } from "../config.ts";
import { openDatabase } from "../db/open.ts";
import { describeDatabase, reachDatabase } from "../main/database.ts";
import { ensureMasterKeys } from "../main/master-key.ts";
import { rotateSecrets } from "../secrets/rotation.ts";
import { EXIT_FAILURE, EXIT_OK, UsageError, parseArguments } from "./command.ts";
import type { Command } from "./command.ts";
import { escapeControls } from "./terminal-text.ts";

const HELP = `Usage: skerry secrets rotate

Encrypts every secret of every tenant under the first master key. Works on the database itself, DATABASE_URL or the
embedded one in SKERRY_DATA_DIR, also while servers run. May be interrupted and started again.

To change the master key:
  1. put the new key before the old one: SKERRY_MASTER_KEY="new:$(openssl rand -base64 32),OLD", or the same into
     the file master.key of the data folder; restart every server
  2. skerry secrets rotate
  3. take the old key away; restart every server

  -h, --help  print this text

Exit codes: 0 all secrets are under the first key, 1 some are left or a failure, 2 wrong usage or settings.
`;

/** `skerry secrets rotate`: all secrets under the present master key. */
export const secrets: Command = { help: HELP, run: runSecrets };

async function runSecrets(args: readonly string[]): Promise<number> {
  const { positionals } = parseArguments(args, {});
  if (positionals.length !== 1 || positionals[0] !== "rotate") {
    throw new UsageError("secrets can only be rotated here: skerry secrets rotate");
  }
  const config = readConfig();
  const onNotice = (message: string): void => void process.stderr.write(`${message}\n`);
  await using reachable = await reachDatabase(describeDatabase(config, onNotice));
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
