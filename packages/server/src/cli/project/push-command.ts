import { EXIT_FAILURE, parseArguments, refusePositionals, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { confirm, isInteractive } from "../terminal/prompt.ts";
import { REMOTE_HELP, REMOTE_OPTIONS } from "../server/remote.ts";
import { escapeControls } from "../terminal/text.ts";
import { openProject } from "./open-project.ts";
import { planPush, sendPush } from "./push.ts";
import type { PushPlan } from "./push.ts";
import { describePush, reportPush } from "./push-report.ts";
import { countScripts, reportProject, tellProgress } from "./report.ts";

const HELP = `Usage: skerry push [options]

Publishes the scripts of a folder, all of them or none: those that are new or were changed here since the last pull or
push. What others changed at the server meanwhile is not overwritten; then nothing is pushed, and the push tells what and
who it was.

  --dry-run              check and compile everything at the server, and keep nothing
  --force                overwrite what others changed, too
  --delete               delete scripts at the server whose files were removed here; with --force all without a file here
  --yes                  delete without asking
  -m, --message TEXT     note of the new versions (default: pushed)
${REMOTE_HELP}
  --json                 print one object { status, output, error } instead of a list
  -h, --help             print this text

Exit codes: 0 pushed, or there was nothing to push; 1 refused or no answer; 2 wrong usage; 3 a limit was reached.
`;

const OPTIONS = {
  "dry-run": { type: "boolean", default: false },
  force: { type: "boolean", default: false },
  delete: { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  message: { type: "string", short: "m" },
  json: { type: "boolean", default: false },
  ...REMOTE_OPTIONS,
} as const;

/** `skerry push`: a folder of scripts, published as one. */
export const push: Command = { help: HELP, options: OPTIONS, run: runPush };

/** A server may compile for a minute. */
const ANSWER_MS = 120_000;

async function runPush(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, OPTIONS);
  refusePositionals(positionals);
  const { force, delete: deletes, "dry-run": dryRun, message: note, json: asJson } = values;
  let declined = false;
  const exitCode = await reportProject(
    async () => {
      const { project, url, client } = await openProject(values, ANSWER_MS);
      tellProgress(`Comparing the folder with ${url} …`);
      const plan = await planPush(client, project, { url, force, delete: deletes });
      declined = !dryRun && !values.yes && !(await approveDeletions(plan));
      if (declined) return undefined;
      const count = countScripts(plan.scripts.length + plan.deletions.length);
      tellProgress(`${dryRun ? "Checking" : "Publishing"} ${count} …`);
      return reportPush({ url, plan, answer: await sendPush(client, project, plan, { url, note, dryRun }) });
    },
    { asJson, describe: (report) => (report === undefined ? "Nothing was pushed." : describePush(report)) },
  );
  return declined ? EXIT_FAILURE : exitCode;
}

/** @throws UsageError where nobody can be asked. */
async function approveDeletions({ deletions }: PushPlan): Promise<boolean> {
  if (deletions.length === 0) return true;
  const names = deletions.map(({ name }) => name).join(", ");
  if (!isInteractive()) {
    throw new UsageError(`${countScripts(deletions.length)} would be deleted: ${names}; agree with --yes`);
  }
  process.stderr.write(`${escapeControls(`To be deleted at the server: ${names}`)}\n`);
  return await confirm(`Delete ${countScripts(deletions.length)}?`);
}
