import { readConfig } from "../../config.ts";
import { parseArguments, refusePositionals, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { findProject } from "../project/manifest.ts";
import { askLine, isInteractive, readSecret } from "../terminal/prompt.ts";
import { DEFAULT_URL, openRemote, readKey, readUrl } from "../server/remote.ts";
import { reportRemote } from "../server/remote-report.ts";
import { addProfile, credentialsFile } from "./credentials.ts";

const HELP = `Usage: skerry login [options]

Asks for the URL of a server and an API key, checks them there, and keeps them for all other verbs in a file that only
you can read. The key is not shown while it is typed; without a terminal it is read from stdin.

  --url URL        the server (default: SKERRY_URL, the project's skerry.json, else it is asked for)
  --key KEY        the API key; better typed or piped, for others see the command line
  --profile NAME   what to keep them as (default: TENANT@HOST)
  --project FOLDER the project (default: the nearest folder upwards with a skerry.json)
  --json           print one object { status, output, error } instead of a text
  -h, --help       print this text

Exit codes: 0 kept, 1 refused or no answer, 2 wrong usage.
`;

const OPTIONS = {
  url: { type: "string" },
  key: { type: "string" },
  profile: { type: "string" },
  project: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** `skerry login`: keeps a key for a server, once the server took it. */
export const login: Command = { help: HELP, options: OPTIONS, run: runLogin };

/** What `--profile` can be: it stands in a file and in messages. */
const PROFILE_NAME = /^[\w.:@-]{1,200}$/;

async function runLogin(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  refusePositionals(positionals);
  if (values.profile !== undefined && !PROFILE_NAME.test(values.profile)) {
    throw new UsageError("--profile takes letters, digits and . : @ _ -");
  }
  const url = readUrl(values.url ?? (await chooseUrl(values.project)));
  const apiKey = readKey((values.key ?? (await readSecret("API key (not shown): "))).trim());
  const client = openRemote({ url, apiKey, tenant: undefined });
  return await reportRemote(
    async () => {
      const { tenant } = await client.session.get();
      const name = values.profile ?? `${tenant ?? "operator"}@${new URL(url).host}`;
      await addProfile({ name, url, tenant: tenant ?? undefined, apiKey });
      return { profile: name, url, tenant, file: credentialsFile() };
    },
    {
      asJson: values.json,
      describe: ({ profile, tenant, file }) =>
        `Signed in at ${url} ${tenant === null ? "as an operator" : `for the tenant ${tenant}`}.\n` +
        `The key is kept as ${profile} in ${file}.`,
    },
  );
}

async function chooseUrl(folder = "."): Promise<string> {
  const known = readConfig().remote.url ?? (await findProject(folder))?.url;
  if (known !== undefined || !isInteractive()) return known ?? DEFAULT_URL;
  const typed = await askLine(`URL of the server [${DEFAULT_URL}]: `);
  return typed.trim() === "" ? DEFAULT_URL : typed.trim();
}
