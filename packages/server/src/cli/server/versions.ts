import type { Api } from "@skerry/client";
import { parseArguments } from "../command.ts";
import type { Command } from "../command.ts";
import { readWholeNumber } from "../arguments/number-argument.ts";
import { chooseRemote, openRemote, REMOTE_HELP, REMOTE_OPTIONS } from "./remote.ts";
import { reportRemote } from "./remote-report.ts";
import { formatTable } from "../terminal/table.ts";
import { readScriptName, withScript } from "./script-name.ts";

const DEFAULT_COUNT = 20;
const MAX_COUNT = 200;

const HELP = `Usage: skerry versions SCRIPT [options]

Lists the versions of a script, newest first; * marks the published one.

  --limit N              how many, up to ${MAX_COUNT} (default: ${DEFAULT_COUNT})
${REMOTE_HELP}
  --json                 print one object { status, output: { activeVersion, versions }, error }
  -h, --help             print this text

Exit codes: 0 listed, 1 refused or no answer, 2 wrong usage, 3 a limit was reached.
`;

const OPTIONS = {
  limit: { type: "string" },
  json: { type: "boolean", default: false },
  ...REMOTE_OPTIONS,
} as const;

interface ListedVersions {
  /** The published one; null for a draft. */
  readonly activeVersion: number | null;
  readonly versions: readonly Api.ScriptVersion[];
}

/** `skerry versions`: what a script was. */
export const versions: Command = { help: HELP, options: OPTIONS, run: runVersions };

async function runVersions(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  const script = readScriptName(positionals);
  const limit = readWholeNumber("--limit", values.limit, MAX_COUNT) ?? DEFAULT_COUNT;
  const client = openRemote(await chooseRemote(values));
  async function list(): Promise<ListedVersions> {
    const [{ activeVersion }, { items }] = await Promise.all([
      client.scripts.get(script),
      client.scripts.versions(script, { limit }),
    ]);
    return { activeVersion, versions: items };
  }
  return await reportRemote(() => withScript(client, script, list), {
    asJson: values.json,
    describe: describeVersions,
  });
}

function describeVersions({ activeVersion, versions: listed }: ListedVersions): string {
  if (listed.length === 0) return "no versions: the script is a draft";
  const rows = listed.map(({ version, author, createdAt, note }) => [
    `${version}${version === activeVersion ? " *" : ""}`,
    createdAt,
    author,
    note,
  ]);
  return formatTable(["VERSION", "CREATED", "AUTHOR", "NOTE"], rows);
}
