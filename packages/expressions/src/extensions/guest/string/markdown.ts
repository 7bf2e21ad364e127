/**
 * What each kind of Markdown becomes, in this order. Every pattern takes linear time: no two neighbouring parts of one
 * can match the same text, and an unfinished match ends where the next one could begin.
 */
const RULES: ReadonlyArray<readonly [pattern: RegExp, replacement: string]> = [
  // Thematic breaks, and the lines that open and close a code block.
  [/^ {0,3}(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$\n?/gm, ""],
  [/^[ \t]*(?:```|~~~)[^`\n]*$\n?/gm, ""],
  // List markers; the indentation stays.
  [/^([ \t]*)(?:[*+-]|\d{1,9}[.)])[ \t]+/gm, "$1"],
  // Lines beneath a heading, strikethrough, HTML tags.
  [/\n[=-]{2,}[ \t]*$/gm, "\n"],
  [/~~/g, ""],
  [/<[^<>]*>/g, ""],
  // Footnotes, images, links.
  [/\[\^[^[\]\n]+\](?:: [^\n]*)?/g, ""],
  [/!\[[^[\]]*\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^[\]\n]*\])/g, ""],
  [/\[([^[\]]*)\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^[\]\n]*\])/g, "$1"],
  // Marks of quotations, wherever they are, and of headings.
  [/>/g, ""],
  [/^[ \t]*#{1,6}(?:[ \t]+|$)/gm, ""],
  [/(?<![ \t])[ \t]+#+$/gm, ""],
  // Emphasis from the inside out. Underscores within words are no emphasis (CommonMark 0.31.2, 6.2).
  ...emphasis(),
  ...emphasis(),
  [/(?<!`)(`+)([^`]+)\1(?!`)/g, "$2"],
];

/** A text without the marks of Markdown. Images go as a whole, links leave their text. */
export function removeMarkdown(text: string): string {
  return RULES.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}

function emphasis(): ReadonlyArray<readonly [RegExp, string]> {
  return [
    [/(\*{1,3})(?=[^\s*])([^*\n]*)(?<=\S)\1/g, "$2"],
    [/(?<![\p{L}\p{N}_])(_{1,3})(?=[^\s_])([^_\n]*)(?<=\S)\1(?![\p{L}\p{N}_])/gu, "$2"],
  ];
}
