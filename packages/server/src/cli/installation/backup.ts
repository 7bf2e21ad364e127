import { resolve } from "node:path";
import { writeBackup } from "../../backup/archive.ts";
import { readConfig } from "../../config.ts";
import type { Config } from "../../config.ts";
import { EXIT_OK, UsageError, parseArguments } from "../command.ts";
import type { Command } from "../command.ts";
import { escapeControls } from "../terminal/text.ts";

const HELP = `Usage: skerry backup FILE

Writes the embedded database and the keys in SKERRY_DATA_DIR into FILE, a compressed tar file that only this user can
read. The server on the folder has to be stopped. Whoever has the file has every key in it: keep it like a key.

With DATABASE_URL there is nothing for it to do: back that database up with PostgreSQL's own means, and
SKERRY_MASTER_KEY apart from it.

  -h, --help  print this text

Exit codes: 0 written, 1 a failure, such as a server that runs, 2 wrong usage or settings.
`;

/** `skerry backup`: the whole data folder as one file. */
export const backup: Command = { help: HELP, options: {}, run: runBackup };

async function runBackup(args: readonly string[]): Promise<number> {
  const file = requireFile(parseArguments(args, {}).positionals);
  const config = readConfig();
  const keys = await writeBackup({ dataDir: requireDataDir(config), onNotice }, file);
  process.stdout.write(`Written: ${escapeControls(file)}, with the database and ${describeKeys(keys)}.\n`);
  if (!keys.includes("master.key")) {
    process.stderr.write("The master key is not in the data folder and so not in the file: keep it, too.\n");
  }
  return EXIT_OK;
}

/** @throws UsageError unless there is one. */
export function requireFile(positionals: readonly string[]): string {
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError("name one file");
  return resolve(file);
}

/** @throws UsageError where the database is not the embedded one. */
export function requireDataDir({ databaseUrl, dataDir }: Config): string {
  if (databaseUrl === undefined) return dataDir;
  throw new UsageError(
    "DATABASE_URL is set, and only the embedded database is kept so: use pg_dump and pg_restore for that one",
  );
}

function describeKeys(keys: readonly string[]): string {
  return keys.length === 0 ? "no keys" : keys.join(", ");
}

export function onNotice(message: string): void {
  process.stderr.write(`${message}\n`);
}
