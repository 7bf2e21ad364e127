import type { Api, Client } from "@skerry/client";
import { secretInput, secretName } from "../../secrets/secret.ts";
import { parseArguments, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { confirm, isInteractive, readSecret } from "../terminal/prompt.ts";
import { chooseRemote, openRemote, REMOTE_HELP, REMOTE_OPTIONS } from "./remote.ts";
import { reportRemote } from "./remote-report.ts";
import { ROTATE_HELP, rotateAllSecrets } from "../installation/secrets-rotate.ts";
import { formatTable } from "../terminal/table.ts";

const HELP = `Usage: skerry secrets list [options]
       skerry secrets set NAME [options]
       skerry secrets delete NAME [options]
       skerry secrets rotate

Lists, sets and deletes the tenant's secrets at a server. A value comes from stdin, or is asked for and not shown; it is
no argument, because others see the command line. Nobody can read a value back.

  --yes                  delete without asking
${REMOTE_HELP}
  --json                 print one object { status, output, error }
  -h, --help             print this text

${ROTATE_HELP}

Exit codes: 0 done, 1 refused or no answer, or secrets that could not be decrypted, 2 wrong usage or settings, 3 a limit
was reached.
`;

const OPTIONS = {
  yes: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  ...REMOTE_OPTIONS,
} as const;

const WORKS = {
  list: listSecrets,
  set: setSecret,
  delete: deleteSecret,
} as const satisfies Record<string, (wish: SecretsWish) => Promise<number>>;

/** `skerry secrets`: what scripts may know and nobody may see. */
export const secrets: Command = {
  help: HELP,
  options: OPTIONS,
  subcommands: [...Object.keys(WORKS), "rotate"],
  run: runSecrets,
};

interface SecretsWish {
  readonly client: Client;
  /** Words after the subcommand. */
  readonly words: readonly string[];
  readonly asJson: boolean;
  readonly isSure: boolean;
}

async function runSecrets(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  const [work, ...words] = positionals;
  if (work === "rotate" && args.length === 1) return await rotateAllSecrets();
  if (work === undefined || !isWork(work)) {
    throw new UsageError("say what to do: skerry secrets list, set NAME, delete NAME or rotate");
  }
  const client = openRemote(await chooseRemote(values));
  return await WORKS[work]({ client, words, asJson: values.json, isSure: values.yes });
}

function isWork(text: string): text is keyof typeof WORKS {
  return Object.hasOwn(WORKS, text);
}

async function listSecrets({ client, words, asJson }: SecretsWish): Promise<number> {
  if (words.length > 0) throw new UsageError(`unexpected argument ${JSON.stringify(words[0])}`);
  return await reportRemote(() => Array.fromAsync(client.secrets.list()), {
    asJson,
    describe: describeSecrets,
  });
}

function describeSecrets(listed: readonly Api.Secret[]): string {
  if (listed.length === 0) return "no secrets";
  const rows = listed.map(({ name, version, updatedAt, updatedBy }) => [
    name,
    String(version),
    updatedAt,
    updatedBy,
  ]);
  return formatTable(["NAME", "SET", "UPDATED", "BY"], rows);
}

async function setSecret({ client, words, asJson }: SecretsWish): Promise<number> {
  const name = readName(words);
  const value = await readSecret(`${name}: `);
  const { error } = secretInput.safeParse({ value });
  if (error !== undefined) throw new UsageError(`the value of ${name}: ${error.issues[0]?.message}`);
  return await reportRemote(() => client.secrets.set(name, { value }), {
    asJson,
    describe: ({ version }) => `${name} is set${version > 1 ? " anew" : ""}`,
  });
}

async function deleteSecret({ client, words, asJson, isSure }: SecretsWish): Promise<number> {
  const name = readName(words);
  if (!isSure && !isInteractive()) throw new UsageError("nobody can be asked here: give --yes");
  async function remove(): Promise<{ readonly deleted: string | null }> {
    if (!isSure && !(await confirm(`Delete the secret ${name}?`))) return { deleted: null };
    await client.secrets.delete(name);
    return { deleted: name };
  }
  return await reportRemote(remove, {
    asJson,
    describe: ({ deleted }) => (deleted === null ? "nothing was changed" : `${name} is deleted`),
  });
}

function readName([name, extra]: readonly string[]): string {
  if (name === undefined) throw new UsageError("no NAME given");
  if (extra !== undefined) {
    throw new UsageError("one NAME at a time; its value comes from stdin, for others see the command line");
  }
  const { error } = secretName.safeParse(name);
  if (error !== undefined)
    throw new UsageError(`the name ${JSON.stringify(name)} ${error.issues[0]?.message}`);
  return name;
}
