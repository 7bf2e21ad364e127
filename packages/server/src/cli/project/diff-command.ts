import { styleText } from "node:util";
import { EXIT_FAILURE, EXIT_OK, parseArguments, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { REMOTE_HELP, REMOTE_OPTIONS } from "../server/remote.ts";
import { escapeControls } from "../terminal/text.ts";
import { readBase } from "./base.ts";
import { compareScripts } from "./comparison.ts";
import type { Comparison, ScriptState } from "./comparison.ts";
import type { Project } from "./manifest.ts";
import { openProject } from "./open-project.ts";
import { reportProject } from "./report.ts";
import { nameScriptFile, readScriptFiles } from "./script-files.ts";
import { fetchScripts } from "./server-scripts.ts";
import { diffSources } from "./source-diff.ts";

const HELP = `Usage: skerry diff [NAME…] [options]

Shows what leads from the scripts that a server has published to those of a folder, as a unified diff; before each one
stands who went on since the last pull or push.

  --exit-code            exit 1 where there is a difference
${REMOTE_HELP}
  --json                 print one object { status, output, error } instead of the diff
  -h, --help             print this text

Exit codes: 0 compared; 1 refused or no answer, or with --exit-code a difference; 2 wrong usage.
`;

const OPTIONS = {
  "exit-code": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  ...REMOTE_OPTIONS,
} as const;

/** `skerry diff`: a folder of scripts beside those of a server. */
export const diff: Command = { help: HELP, options: OPTIONS, run: runDiff };

interface ScriptDifference {
  readonly name: string;
  readonly state: ScriptState;
  /** Unified; from the server to the folder. */
  readonly diff: string;
}

async function runDiff(args: readonly string[]): Promise<number> {
  const { values, positionals: names } = parseArguments(args, OPTIONS);
  let count = 0;
  const exitCode = await reportProject(
    async () => {
      const { project, url, client } = await openProject(values);
      const files = await readScriptFiles(project);
      const { tenant, scripts } = await fetchScripts(client);
      const comparisons = compareScripts(files, scripts, await readBase(project, { url, tenant }));
      const differences = chooseNamed(comparisons, names)
        .filter(({ state }) => state !== "same")
        .map((comparison) => describeDifference(project, comparison));
      count = differences.length;
      if (!values.json) process.stdout.write(differences.map(paint).join(""));
      return { url, tenant, scripts: differences };
    },
    { asJson: values.json, describe: () => "" },
  );
  return exitCode === EXIT_OK && values["exit-code"] && count > 0 ? EXIT_FAILURE : exitCode;
}

/** @throws UsageError for a name that neither side has. */
function chooseNamed(comparisons: readonly Comparison[], names: readonly string[]): readonly Comparison[] {
  const known = new Set(comparisons.map(({ name }) => name));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new UsageError(`no script ${JSON.stringify(unknown)} in the folder or at the server`);
  }
  return names.length === 0 ? comparisons : comparisons.filter(({ name }) => names.includes(name));
}

function describeDifference(project: Project, { name, state, local, remote }: Comparison): ScriptDifference {
  const there = remote?.file && {
    file: nameScriptFile(project, name, remote.file.language),
    source: remote.file.source,
  };
  return { name, state, diff: diffSources(there, local) };
}

/** Red and green where the terminal shows colours and nobody said NO_COLOR. */
function paint({ name, state, diff }: ScriptDifference): string {
  const lines = escapeControls(`# ${name}: ${state}\n${diff}`).trimEnd().split("\n");
  return lines.map((line) => `${paintLine(line)}\n`).join("");
}

function paintLine(line: string): string {
  const colour = COLOURS.find(([start]) => line.startsWith(start))?.[1];
  return colour === undefined ? line : styleText(colour, line, { stream: process.stdout });
}

/** By how a line begins; the first that fits. */
const COLOURS = [
  ["# ", "bold"],
  ["--- ", "bold"],
  ["+++ ", "bold"],
  ["@@ ", "cyan"],
  ["+", "green"],
  ["-", "red"],
] as const;
