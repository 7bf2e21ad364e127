/** A fenced block of a document. */
export interface DocBlock {
  readonly language: string;
  /** The words after the language that have no value: `run`. */
  readonly marks: ReadonlySet<string>;
  /** Those that have one: `file=price.js`. */
  readonly options: ReadonlyMap<string, string>;
  readonly text: string;
  /** Line of the opening fence, counted from 1. */
  readonly line: number;
  /** Lies in a part that another check generates and holds to its table. */
  readonly isGenerated: boolean;
}

interface OpenFence {
  readonly indent: string;
  readonly ticks: string;
  readonly info: readonly string[];
  readonly line: number;
  readonly lines: string[];
}

/** Takes the fenced blocks out of a Markdown text, those within lists too. */
export function readBlocks(text: string): DocBlock[] {
  const blocks: DocBlock[] = [];
  let open: OpenFence | undefined;
  let isGenerated = false;
  for (const [index, line] of text.split("\n").entries()) {
    if (open === undefined) {
      if (line.startsWith("<!-- generated: ")) isGenerated = true;
      if (line.startsWith("<!-- end: ")) isGenerated = false;
      open = openFence(line, index + 1);
    } else if (line.trim() === open.ticks) {
      blocks.push(closeFence(open, isGenerated));
      open = undefined;
    } else {
      open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    }
  }
  return blocks;
}

function openFence(text: string, line: number): OpenFence | undefined {
  const fence = /^( *)(`{3,})([^`]*)$/.exec(text);
  if (fence === null) return undefined;
  const [, indent = "", ticks = "", info = ""] = fence;
  return { indent, ticks, info: info.trim().split(/\s+/), line, lines: [] };
}

function closeFence({ info, lines, line }: OpenFence, isGenerated: boolean): DocBlock {
  const [language = "", ...words] = info;
  const marks = new Set<string>();
  const options = new Map<string, string>();
  for (const word of words) {
    const [name = "", ...value] = word.split("=");
    if (value.length === 0) marks.add(name);
    else options.set(name, value.join("="));
  }
  return { language, marks, options, text: `${lines.join("\n")}\n`, line, isGenerated };
}
