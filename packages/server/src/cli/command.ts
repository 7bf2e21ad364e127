import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";

/** Options of a verb by their long names, as `parseArgs` of Node takes them. */
export type CommandOptions = NonNullable<ParseArgsConfig["options"]>;

/** One verb of the command line. */
export interface Command {
  /** What `skerry VERB --help` prints. */
  readonly help: string;
  /** All that it takes, beside `--help`; shells complete them. */
  readonly options: CommandOptions;
  /** What it can be told to do by the word after it; shells complete that, too. Default: nothing of the kind. */
  readonly subcommands?: readonly string[];
  /** Runs the verb with the arguments after it and answers the exit code. */
  readonly run: (args: readonly string[]) => number | Promise<number>;
}

/** The command line is wrong; the process exits with {@link EXIT_USAGE}. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const EXIT_OK = 0;
export const EXIT_FAILURE = 1;
export const EXIT_USAGE = 2;
/** Ended by a signal before the work was done: 128 and the number of SIGINT, as shells have it. */
export const EXIT_INTERRUPTED = 130;

/**
 * `parseArgs` of Node with positionals allowed.
 *
 * @throws UsageError in place of Node's own errors.
 */
export function parseArguments<const Options extends CommandOptions>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (error instanceof TypeError && "code" in error) throw new UsageError(error.message);
    throw error;
  }
}

/** @throws UsageError when anything is there. */
export function refusePositionals(positionals: readonly string[]): void {
  const [first] = positionals;
  if (first !== undefined) throw new UsageError(`unexpected argument ${JSON.stringify(first)}`);
}
