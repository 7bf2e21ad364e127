import type { OptionWords, VerbWords } from "./words.ts";

/** For fish: a file `skerry.fish` among its completions, or sourced. */
export function writeFishCompletion(verbs: readonly VerbWords[]): string {
  return `# fish completion of skerry: skerry completion fish | source
function __skerry_after_words -a count
    test (count (commandline -opc)) -eq $count
end
function __skerry_verb -a verb
    set -l words (commandline -opc)
    test "$words[2]" = $verb
end
${verbs.flatMap(writeVerb).join("\n")}
`;
}

function writeVerb({ name, summary, options, subcommands }: VerbWords): string[] {
  const isVerb = `__skerry_verb ${name}`;
  const places = subcommands.map((word) => writeWord(`__skerry_after_words 2; and ${isVerb}`, word));
  return [
    `${writeWord("__skerry_after_words 1", name)} -d ${quote(summary)}`,
    ...places,
    ...options.map((option) => `complete -c skerry -n ${quote(isVerb)} ${writeOption(option)}`),
  ];
}

function writeWord(condition: string, word: string): string {
  return `complete -c skerry -n ${quote(condition)} -f -a ${word}`;
}

function writeOption({ long, short, takesValue }: OptionWords): string {
  const words = [`-l ${long.slice(2)}`];
  if (short !== undefined) words.push(`-s ${short.slice(1)}`);
  if (takesValue) words.push("-r");
  return words.join(" ");
}

/** https://fishshell.com/docs/current/language.html#quotes */
function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}
