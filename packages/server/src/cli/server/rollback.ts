import { parseArguments, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { readWholeNumber } from "../arguments/number-argument.ts";
import { confirm, isInteractive } from "../terminal/prompt.ts";
import { chooseRemote, openRemote, REMOTE_HELP, REMOTE_OPTIONS } from "./remote.ts";
import { reportRemote } from "./remote-report.ts";
import { escapeControls } from "../terminal/text.ts";
import { describePublished, MAX_VERSION, publishVersion } from "./publish.ts";
import type { PublishedVersion } from "./publish.ts";
import { readScriptName, withScript } from "./script-name.ts";

const HELP = `Usage: skerry rollback SCRIPT [options]

Publishes an older version of a script again, its source and settings alike; by default the one before the published
one. Asks first; where nobody can be asked, --yes must say so.

  --to N                 the version to go back to
  --yes                  do not ask
${REMOTE_HELP}
  --json                 print one object { status, output: { script, version }, error }
  -h, --help             print this text

Exit codes: 0 rolled back or not wanted, 1 refused or no answer, 2 wrong usage, 3 a limit was reached.
`;

const OPTIONS = {
  to: { type: "string" },
  yes: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  ...REMOTE_OPTIONS,
} as const;

/** `skerry rollback`: back to what ran before. */
export const rollback: Command = { help: HELP, options: OPTIONS, run: runRollback };

async function runRollback(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  const script = readScriptName(positionals);
  const to = readWholeNumber("--to", values.to, MAX_VERSION);
  if (!values.yes && !isInteractive()) throw new UsageError("nobody can be asked here: give --yes");
  const client = openRemote(await chooseRemote(values));
  async function rollBack(): Promise<PublishedVersion | null> {
    const { name, activeVersion } = await client.scripts.get(script);
    const version = to ?? chooseOlder(name, activeVersion);
    if (!values.yes && !(await confirm(ask(name, activeVersion, version)))) return null;
    return await publishVersion(client, script, { version });
  }
  return await reportRemote(() => withScript(client, script, rollBack), {
    asJson: values.json,
    describe: (published) => (published === null ? "nothing was changed" : describePublished(published)),
  });
}

/** @throws UsageError when there is none. */
function chooseOlder(name: string, activeVersion: number | null): number {
  if (activeVersion !== null && activeVersion > 1) return activeVersion - 1;
  const present = activeVersion === null ? "is not published" : "has its first version published";
  throw new UsageError(`${name} ${present}, so there is nothing to go back to`);
}

function ask(name: string, present: number | null, version: number): string {
  return escapeControls(`${name}: publish version ${version} instead of ${present ?? "none"}?`);
}
