import { spellOptions } from "./words.ts";
import type { VerbWords } from "./words.ts";

/** For bash 4 and later. Where nothing of ours fits, bash completes file names. */
export function writeBashCompletion(verbs: readonly VerbWords[]): string {
  return `# bash completion of skerry: source <(skerry completion bash)
_skerry() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  local options="" values="" subcommands=""
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${verbs.map(({ name }) => name).join(" ")} --help --version" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${verbs.map(writeCase).join("\n")}
  esac
  if [[ " $values " == *" $before "* ]]; then
    return
  elif [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  elif ((COMP_CWORD == 2)); then
    COMPREPLY=($(compgen -W "$subcommands" -- "$word"))
  fi
}
complete -o default -F _skerry skerry
`;
}

function writeCase({ name, options, subcommands }: VerbWords): string {
  const valued = options.filter(({ takesValue }) => takesValue);
  return `    ${name})
      options="${spellOptions(options).join(" ")}"
      values="${spellOptions(valued).join(" ")}"
      subcommands="${subcommands.join(" ")}" ;;`;
}
