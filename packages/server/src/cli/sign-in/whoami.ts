import { parseArguments, refusePositionals } from "../command.ts";
import type { Command } from "../command.ts";
import { chooseRemote, openRemote, REMOTE_HELP, REMOTE_OPTIONS } from "../server/remote.ts";
import { reportRemote } from "../server/remote-report.ts";

const HELP = `Usage: skerry whoami [options]

Tells which server other verbs talk to from this folder, whom it takes you for, and what you may do there.

${REMOTE_HELP}
  --json                 print one object { status, output, error } instead of a text
  -h, --help             print this text

Exit codes: 0 told, 1 refused or no answer, 2 wrong usage.
`;

const OPTIONS = { json: { type: "boolean", default: false }, ...REMOTE_OPTIONS } as const;

/** `skerry whoami`: who is asking, and whom. */
export const whoami: Command = { help: HELP, options: OPTIONS, run: runWhoami };

async function runWhoami(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  refusePositionals(positionals);
  const remote = await chooseRemote(values);
  return await reportRemote(
    async () => {
      const { kind, id, tenant, permissions } = await openRemote(remote).session.get();
      return { url: remote.url, tenant: tenant ?? remote.tenant ?? null, kind, id, permissions };
    },
    {
      asJson: values.json,
      describe: ({ url, tenant, kind, id, permissions }) =>
        [
          `server       ${url}`,
          `tenant       ${tenant ?? "none: an operator names one, in skerry.json"}`,
          `as           ${id === null ? kind : `${kind} ${id}`}`,
          `permissions  ${permissions.join(", ")}`,
        ].join("\n"),
    },
  );
}
