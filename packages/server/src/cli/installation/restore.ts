import { restoreBackup } from "../../backup/archive.ts";
import { readConfig } from "../../config.ts";
import { claimDataFolder } from "../../main/data-folder.ts";
import { onNotice, requireDataDir, requireFile } from "./backup.ts";
import { EXIT_OK, parseArguments } from "../command.ts";
import type { Command } from "../command.ts";
import { escapeControls } from "../terminal/text.ts";

const HELP = `Usage: skerry restore FILE

Puts the embedded database and the keys of a file that "skerry backup" wrote into SKERRY_DATA_DIR, which must hold no
installation yet. The version that starts on it afterwards may be newer than the one that wrote it, not older; the
machine must be of the same kind (operating system and processor).

  -h, --help  print this text

Exit codes: 0 restored, 1 a failure, 2 wrong usage or settings.
`;

/** `skerry restore`: a data folder out of a backup. */
export const restore: Command = { help: HELP, options: {}, run: runRestore };

async function runRestore(args: readonly string[]): Promise<number> {
  const file = requireFile(parseArguments(args, {}).positionals);
  const config = readConfig();
  const dataDir = requireDataDir(config);
  await claimDataFolder(config);
  await restoreBackup({ dataDir, onNotice }, file);
  process.stdout.write(`Restored into ${escapeControls(dataDir)}.\n`);
  return EXIT_OK;
}
