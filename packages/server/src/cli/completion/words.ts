import type { CommandOptions } from "../command.ts";
import type { Verb } from "../verbs.ts";

/** What can be typed after a verb. */
export interface VerbWords {
  readonly name: string;
  readonly summary: string;
  readonly subcommands: readonly string[];
  readonly options: readonly OptionWords[];
}

export interface OptionWords {
  /** `--json` */
  readonly long: string;
  /** `-f` */
  readonly short: string | undefined;
  readonly takesValue: boolean;
}

const HELP: OptionWords = { long: "--help", short: "-h", takesValue: false };

/** Everything that can be typed after `skerry`, verb by verb. */
export async function collectWords(verbs: ReadonlyMap<string, Verb>): Promise<VerbWords[]> {
  return await Promise.all(
    Array.from(verbs, async ([name, { summary, load }]) => {
      const { options, subcommands = [] } = await load();
      return { name, summary, subcommands, options: [...listOptions(options), HELP] };
    }),
  );
}

function listOptions(options: CommandOptions): OptionWords[] {
  return Object.entries(options).map(([name, { type, short }]) => ({
    long: `--${name}`,
    short: short === undefined ? undefined : `-${short}`,
    takesValue: type === "string",
  }));
}

/** The options as they are typed, short ones included. */
export function spellOptions(options: readonly OptionWords[]): string[] {
  return options.flatMap(({ long, short }) => (short === undefined ? [long] : [long, short]));
}
