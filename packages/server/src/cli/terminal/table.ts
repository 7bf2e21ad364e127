import { escapeControls } from "./text.ts";

const GAP = "  ";

/** Rows below a line of titles, in columns as wide as their widest cell. Cells are shown on one line each. */
export function formatTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, ...rows.map((row) => row.map(flatten))];
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(GAP))
    .map((line) => line.trimEnd())
    .join("\n");
}

function flatten(cell: string): string {
  return escapeControls(cell.replaceAll(/\s+/g, " "));
}
