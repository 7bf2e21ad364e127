import type { Api } from "@skerry/client";
import { SCRIPT_STATUSES, SCRIPT_TYPES } from "../../db/schema.ts";
import { parseArguments, refusePositionals, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { chooseRemote, openRemote, REMOTE_HELP, REMOTE_OPTIONS } from "./remote.ts";
import { reportRemote } from "./remote-report.ts";
import { formatTable } from "../terminal/table.ts";

const HELP = `Usage: skerry scripts [options]

Lists the tenant's scripts, newest first; archived ones only with --status archived.

  --type TYPE            ${SCRIPT_TYPES.join(", ")}
  --status STATUS        ${SCRIPT_STATUSES.join(", ")}
  --tag TAG              those that have it
  --search TEXT          those whose name begins with it
${REMOTE_HELP}
  --json                 print one object { status, output, error }
  -h, --help             print this text

Exit codes: 0 listed, 1 refused or no answer, 2 wrong usage, 3 a limit was reached.
`;

const OPTIONS = {
  type: { type: "string" },
  status: { type: "string" },
  tag: { type: "string" },
  search: { type: "string" },
  json: { type: "boolean", default: false },
  ...REMOTE_OPTIONS,
} as const;

const PAGE_SIZE = 200;

/** `skerry scripts`: what the tenant has. */
export const scripts: Command = { help: HELP, options: OPTIONS, run: runScripts };

async function runScripts(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  refusePositionals(positionals);
  const { tag, search } = values;
  const query: Api.ScriptsListQuery = {
    limit: PAGE_SIZE,
    ...(values.type === undefined ? {} : { type: readOneOf("--type", values.type, SCRIPT_TYPES) }),
    ...(values.status === undefined ? {} : { status: readOneOf("--status", values.status, SCRIPT_STATUSES) }),
    ...(tag === undefined ? {} : { tag }),
    ...(search === undefined ? {} : { search }),
  };
  const client = openRemote(await chooseRemote(values));
  return await reportRemote(() => Array.fromAsync(client.scripts.list(query)), {
    asJson: values.json,
    describe: describeScripts,
  });
}

/** @throws UsageError when it is none of them. */
function readOneOf<Choice extends string>(option: string, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((each) => each === text);
  if (choice !== undefined) return choice;
  throw new UsageError(`${option} takes ${choices.join(", ")}, not ${JSON.stringify(text)}`);
}

function describeScripts(listed: readonly Api.Script[]): string {
  if (listed.length === 0) return "no scripts";
  const rows = listed.map(({ name, type, status, activeVersion, updatedAt }) => [
    name,
    type,
    status,
    activeVersion === null ? "-" : String(activeVersion),
    updatedAt,
  ]);
  return formatTable(["NAME", "TYPE", "STATUS", "VERSION", "UPDATED"], rows);
}
