import type { Api, Client } from "@skerry/client";
import { parseArguments } from "../command.ts";
import type { Command } from "../command.ts";
import { readWholeNumber } from "../arguments/number-argument.ts";
import { chooseRemote, openRemote, REMOTE_HELP, REMOTE_OPTIONS } from "./remote.ts";
import { reportRemote } from "./remote-report.ts";
import { readScriptName, withScript } from "./script-name.ts";

const HELP = `Usage: skerry publish SCRIPT [VERSION] [options]

Publishes a version of a script; without VERSION its draft, which becomes the next version, or where there is no draft
its latest version.

  --note TEXT            why, for the version that a draft becomes and for the audit log
${REMOTE_HELP}
  --json                 print one object { status, output: { script, version }, error }
  -h, --help             print this text

Exit codes: 0 published, 1 refused or no answer, 2 wrong usage, 3 a limit was reached.
`;

const OPTIONS = {
  note: { type: "string" },
  json: { type: "boolean", default: false },
  ...REMOTE_OPTIONS,
} as const;

/** Greatest number that a version can have. */
export const MAX_VERSION = 999_999_999;

/** Which version of a script is published now. */
export interface PublishedVersion {
  readonly script: string;
  readonly version: number;
}

/** `skerry publish`: a version or the draft goes live. */
export const publish: Command = { help: HELP, options: OPTIONS, run: runPublish };

async function runPublish(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  const script = readScriptName(positionals, 1);
  const version = readWholeNumber("VERSION", positionals[1], MAX_VERSION);
  const client = openRemote(await chooseRemote(values));
  const note = values.note === undefined ? {} : { note: values.note };
  async function publishWished(): Promise<PublishedVersion> {
    const wished = version === undefined ? await chooseNewest(client, script) : { version };
    return await publishVersion(client, script, { ...wished, ...note });
  }
  return await reportRemote(() => withScript(client, script, publishWished), {
    asJson: values.json,
    describe: describePublished,
  });
}

/** What nobody has changed since it was looked at. */
async function chooseNewest(client: Client, script: string): Promise<Api.ScriptsPublishInput> {
  const { latestVersion, draftRevision } = await client.scripts.get(script);
  return draftRevision > 0
    ? { draft: true, draftRevision, baseVersion: latestVersion }
    : { version: latestVersion, baseVersion: latestVersion };
}

/** Publishes a version or the draft. @throws SkerryClientError why it cannot be published. */
export async function publishVersion(
  client: Client,
  script: string,
  wished: Api.ScriptsPublishInput,
): Promise<PublishedVersion> {
  const { name, version } = await client.scripts.publish(script, wished);
  return { script: name, version };
}

export function describePublished({ script, version }: PublishedVersion): string {
  return `${script}: version ${version} is published`;
}
