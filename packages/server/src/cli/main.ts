import { StartError } from "../main/errors.ts";
import { SKERRY_VERSION } from "../main/version.ts";
import { EXIT_FAILURE, EXIT_OK, EXIT_USAGE, UsageError } from "./command.ts";
import type { Command } from "./command.ts";
import { escapeControls } from "./terminal-text.ts";

/** Each verb with its summary; its file is loaded only when asked for. */
const VERBS = new Map<string, { summary: string; load: () => Promise<Command> }>([
  [
    "start",
    {
      summary: "run the platform: HTTP server, database, runners",
      load: async () => (await import("./start.ts")).start,
    },
  ],
  [
    "exec",
    {
      summary: "run one script file in a full sandbox, without a server",
      load: async () => (await import("./exec.ts")).exec,
    },
  ],
  [
    "eval",
    {
      summary: "evaluate one {{ template }}",
      load: async () => (await import("./eval.ts")).evaluate,
    },
  ],
  [
    "audit",
    {
      summary: "verify that nobody changed the audit log",
      load: async () => (await import("./audit-verify.ts")).audit,
    },
  ],
  [
    "secrets",
    {
      summary: "encrypt all secrets under another master key",
      load: async () => (await import("./secrets-rotate.ts")).secrets,
    },
  ],
  [
    "events",
    {
      summary: "publish an event at a server",
      load: async () => (await import("./events-publish.ts")).events,
    },
  ],
  [
    "db",
    {
      summary: "set up the host's tables that scripts can use",
      load: async () => (await import("./db-setup.ts")).db,
    },
  ],
  [
    "doctor",
    {
      summary: "tell which isolation this machine allows, and the settings",
      load: async () => (await import("./doctor.ts")).doctor,
    },
  ],
]);

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
    throw new UsageError(`there is no such verb; known are ${[...VERBS.keys()].join(", ")}`);
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
  const lines = [...VERBS].map(([verb, { summary }]) => `  ${verb.padEnd(8)} ${summary}`);
  return `skerry ${SKERRY_VERSION}

Usage: skerry VERB [options]

${lines.join("\n")}

skerry VERB --help tells more about one verb; skerry --version prints the version.
`;
}
