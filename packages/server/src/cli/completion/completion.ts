import { EXIT_OK, parseArguments, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import type { Verb } from "../verbs.ts";
import { writeBashCompletion } from "./bash.ts";
import { writeFishCompletion } from "./fish.ts";
import { collectWords } from "./words.ts";
import type { VerbWords } from "./words.ts";
import { writeZshCompletion } from "./zsh.ts";

const HELP = `Usage: skerry completion bash|zsh|fish

Prints what makes a shell complete verbs and options. To have it in each shell:

  bash    echo 'source <(skerry completion bash)' >> ~/.bashrc
  zsh     mkdir -p ~/.zfunc; skerry completion zsh > ~/.zfunc/_skerry
          echo 'fpath+=~/.zfunc; autoload -Uz compinit; compinit' >> ~/.zshrc
  fish    mkdir -p ~/.config/fish/completions
          skerry completion fish > ~/.config/fish/completions/skerry.fish

  -h, --help  print this text

Exit codes: 0 printed, 2 wrong usage.
`;

const SHELLS: ReadonlyMap<string, (verbs: readonly VerbWords[]) => string> = new Map([
  ["bash", writeBashCompletion],
  ["zsh", writeZshCompletion],
  ["fish", writeFishCompletion],
]);

/** `skerry completion`: verbs and options for shells. */
export function createCompletion(verbs: ReadonlyMap<string, Verb>): Command {
  return {
    help: HELP,
    options: {},
    subcommands: [...SHELLS.keys()],
    run: async (args) => {
      const write = readShell(args);
      process.stdout.write(write(await collectWords(verbs)));
      return EXIT_OK;
    },
  };
}

/** @throws UsageError unless one shell is named. */
function readShell(args: readonly string[]): (verbs: readonly VerbWords[]) => string {
  const [shell = "", extra] = parseArguments(args, {}).positionals;
  const write = SHELLS.get(shell);
  if (write !== undefined && extra === undefined) return write;
  throw new UsageError(`name one shell: ${[...SHELLS.keys()].join(", ")}`);
}
