import type { OptionWords, VerbWords } from "./words.ts";

/** For fish: a file `skerry.fish` among its completions, or sourced. */
export function writeFishCompletion(verbs: readonly VerbWords[]): string {
  return `# fish completion of skerry: skerry completion fish | source
${verbs.flatMap(writeVerb).join("\n")}
`;
}

function writeVerb({ name, summary, options, subcommands }: VerbWords): string[] {
  const after = `complete -c skerry -n ${quote(`__fish_seen_subcommand_from ${name}`)}`;
  const places = subcommands.length === 0 ? [] : [`${after} -f -a ${quote(subcommands.join(" "))}`];
  return [
    `complete -c skerry -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
    ...places,
    ...options.map((option) => `${after} ${writeOption(option)}`),
  ];
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
