import { EXIT_OK, parseArguments, refusePositionals, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { escapeControls } from "../terminal/text.ts";
import { readProfiles, removeProfiles } from "./credentials.ts";
import type { Profile } from "./credentials.ts";

const HELP = `Usage: skerry logout [options]

Forgets a key that skerry login has kept. The key itself stays valid; DELETE /api/v1/api-keys/{key} revokes it.

  --profile NAME   the login to forget (default: the last one)
  --all            forget all of them
  --json           print one object { status, output, error } instead of a text
  -h, --help       print this text

Exit codes: 0 forgotten, or there was none; 2 wrong usage.
`;

const OPTIONS = {
  profile: { type: "string" },
  all: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/** `skerry logout`: forgets keys. */
export const logout: Command = { help: HELP, options: OPTIONS, run: runLogout };

async function runLogout(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  refusePositionals(positionals);
  const profiles = await readProfiles();
  const forgotten = values.all ? profiles : chooseProfile(profiles, values.profile);
  const names = forgotten.map(({ name }) => name);
  if (names.length > 0) await removeProfiles(names);
  const text = names.length === 0 ? "No key is kept." : `Forgotten: ${names.join(", ")}.`;
  const report = { status: "completed", output: { forgotten: names }, error: null };
  process.stdout.write(`${escapeControls(values.json ? JSON.stringify(report) : text)}\n`);
  return EXIT_OK;
}

/** The one with a name, or the last one. @throws UsageError for a name that there is not. */
function chooseProfile(profiles: readonly Profile[], wanted: string | undefined): readonly Profile[] {
  if (wanted === undefined) return profiles.slice(-1);
  const found = profiles.filter(({ name }) => name === wanted);
  if (found.length > 0) return found;
  const known = profiles.map(({ name }) => name).join(", ");
  throw new UsageError(`no profile ${JSON.stringify(wanted)}; there is ${known === "" ? "none" : known}`);
}
