import { StartError } from "../main/errors.ts";
import { SKERRY_VERSION } from "../main/version.ts";
import { EXIT_FAILURE, EXIT_OK, EXIT_USAGE, UsageError } from "./command.ts";
import { findClosestWord } from "./arguments/closest-word.ts";
import { escapeControls } from "./terminal/text.ts";
import { VERB_GROUPS, VERBS } from "./verbs.ts";

/**
 * Runs one command line (without `node` and the program) and answers its exit code. Every failure is written
 * to stderr; nothing is thrown.
 */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  exitQuietlyWhenReaderLeaves();
  const [verb, ...args] = argv;
  if (verb === undefined || verb === "help" || verb === "--help" || verb === "-h") {
    (verb === undefined ? process.stderr : process.stdout).write(overview());
    return verb === undefined ? EXIT_USAGE : EXIT_OK;
  }
  if (verb === "version" || verb === "--version" || verb === "-v") {
    process.stdout.write(`${SKERRY_VERSION}\n`);
    return EXIT_OK;
  }
  try {
    return await runVerb(verb, args);
  } catch (error) {
    return reportFailure(verb, error);
  }
}

async function runVerb(verb: string, args: readonly string[]): Promise<number> {
  const entry = VERBS.get(verb);
  if (entry === undefined) {
    const closest = findClosestWord(verb, VERBS.keys());
    throw new UsageError(
      closest === undefined ? "there is no such verb" : `there is no such verb; did you mean ${closest}?`,
    );
  }
  const command = await entry.load();
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(command.help);
    return EXIT_OK;
  }
  return command.run(args);
}

function reportFailure(verb: string, error: unknown): number {
  if (error instanceof UsageError || isConfigError(error)) {
    const hint = VERBS.has(verb) ? `skerry ${verb} --help` : "skerry --help";
    process.stderr.write(`skerry ${escapeControls(verb)}: ${escapeControls(error.message)}\nTry: ${hint}\n`);
    return EXIT_USAGE;
  }
  process.stderr.write(`skerry ${verb}: ${escapeControls(describe(error))}\n`);
  return EXIT_FAILURE;
}

function isConfigError(error: unknown): error is StartError {
  return error instanceof StartError && error.code === "CONFIG_INVALID";
}

/** Errors with a stable code were written for the reader; any other one is a defect and needs its stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return code === undefined ? (error.stack ?? error.message) : `${error.message} (${code})`;
}

/** `skerry … | head` closes our stdout early; that is no failure of ours. */
function exitQuietlyWhenReaderLeaves(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(EXIT_OK);
  });
}

function overview(): string {
  const width = Math.max(...Array.from(VERBS.keys(), (verb) => verb.length));
  const groups = VERB_GROUPS.map((group) => {
    const verbs = [...VERBS].filter(([, verb]) => verb.group === group);
    const lines = verbs.map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}\n`);
    return `${group}:\n${lines.join("")}`;
  });
  return `skerry ${SKERRY_VERSION}

Usage: skerry VERB [options]

${groups.join("\n")}
skerry VERB --help tells more about one verb; skerry --version prints the version.
`;
}
