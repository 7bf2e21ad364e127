import type { OptionWords, VerbWords } from "./words.ts";

/** For the completion system of zsh: a file `_skerry` in a folder of `fpath`, or sourced after `compinit`. */
export function writeZshCompletion(verbs: readonly VerbWords[]): string {
  return `#compdef skerry
_skerry() {
  local -a verbs=(
${verbs.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`).join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  shift words
  (( CURRENT-- ))
  case "$words[1]" in
${verbs.map(writeCase).join("\n")}
  esac
}
if [ "$funcstack[1]" = "_skerry" ]; then
  _skerry "$@"
else
  compdef _skerry skerry
fi
`;
}

function writeCase({ name, options, subcommands }: VerbWords): string {
  const places = subcommands.length === 0 ? [] : [quote(`1:what:(${subcommands.join(" ")})`)];
  const specs = [...options.flatMap(writeOption), ...places, quote("*:file:_files")];
  return `    ${name}) _arguments ${specs.join(" ")} ;;`;
}

function writeOption({ long, short, takesValue }: OptionWords): string[] {
  const value = takesValue ? ":value:_files" : "";
  const spellings = short === undefined ? [long] : [long, short];
  return spellings.map((spelling) => quote(`${spelling}${value}`));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
