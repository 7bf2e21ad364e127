import { parseArguments, refusePositionals } from "../command.ts";
import type { Command } from "../command.ts";
import { REMOTE_HELP, REMOTE_OPTIONS } from "../server/remote.ts";
import { openProject } from "./open-project.ts";
import { describeProblem } from "./problem.ts";
import { pullScripts } from "./pull.ts";
import type { PullResult } from "./pull.ts";
import { countScripts, reportProject, tellProgress } from "./report.ts";

const HELP = `Usage: skerry pull [options]

Writes the published scripts of a tenant into a folder, one file each. What was changed here and not pushed yet stays; a
file that both sides changed is not overwritten: then nothing is written, and the pull tells which files they are.

  --force                overwrite what was changed here, too
${REMOTE_HELP}
  --json                 print one object { status, output, error } instead of a list
  -h, --help             print this text

Exit codes: 0 pulled; 1 refused or no answer; 2 wrong usage; 3 a limit was reached.
`;

const OPTIONS = {
  force: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  ...REMOTE_OPTIONS,
} as const;

/** `skerry pull`: the published scripts of a tenant, as files. */
export const pull: Command = { help: HELP, options: OPTIONS, run: runPull };

async function runPull(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  refusePositionals(positionals);
  return await reportProject(
    async () => {
      const { project, url, client } = await openProject(values);
      tellProgress(`Reading the scripts at ${url} …`);
      return { url, ...(await pullScripts(client, project, { url, force: values.force })) };
    },
    { asJson: values.json, describe: describePull },
  );
}

function describePull({
  url,
  tenant,
  written,
  deleted,
  unchanged,
  ahead,
  warnings,
}: PullResult & { readonly url: string }): string {
  const lines = [
    ...written.map((file) => `written  ${file}`),
    ...deleted.map((file) => `deleted  ${file}`),
    ...(unchanged === 0 ? [] : [`unchanged: ${countScripts(unchanged)}`]),
    ...(ahead.length === 0 ? [] : [`changed here, left alone: ${ahead.join(", ")} (skerry push)`]),
    ...warnings.map((problem) => `warning: its settings are not in the file: ${describeProblem(problem)}`),
  ];
  const count = written.length + deleted.length;
  return [
    ...lines,
    `${count === 0 ? "Nothing to pull" : `Pulled ${countScripts(count)}`} from ${tenant} at ${url}.`,
  ].join("\n");
}
