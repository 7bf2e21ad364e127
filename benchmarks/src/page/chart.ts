import { figure } from "../report.ts";
import type { Compared } from "./comparisons.ts";

const WIDTH = 860;
const LABEL_WIDTH = 330;
const FIGURE_WIDTH = 120;
const ROW_HEIGHT = 46;
const BAR_HEIGHT = 14;
const TOP = 34;

/**
 * Bars of ours and the other's, a pair for each comparison, each pair by its own greater figure. An SVG that reads on
 * light and dark grounds.
 */
export function drawChart(compared: readonly Compared[]): string {
  const rows = compared.map((each, index) => drawPair(each, TOP + index * ROW_HEIGHT));
  const height = TOP + compared.length * ROW_HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    "<title>Skerry beside others</title>",
    "<style>text{fill:#57606a}.ours{fill:#2f6feb}.other{fill:#8c959f}@media(prefers-color-scheme:dark){text{fill:#b1bac4}.ours{fill:#6ea2ff}.other{fill:#6e7681}}</style>",
    `<rect class="ours" x="0" y="6" width="14" height="12"/><text x="20" y="16">Skerry</text>`,
    `<rect class="other" x="80" y="6" width="14" height="12"/><text x="100" y="16">the other; of times shorter is better, of rates longer</text>`,
    ...rows,
    "</svg>\n",
  ].join("\n");
}

function drawPair({ title, by, oursRow, otherRow }: Compared, y: number): string {
  const most = Math.max(oursRow.value, otherRow.value);
  const bars = [oursRow, otherRow].map((row, index) => {
    const width = Math.max(1, ((WIDTH - LABEL_WIDTH - FIGURE_WIDTH) * row.value) / most);
    const top = y + index * (BAR_HEIGHT + 2);
    const bar = `<rect class="${index === 0 ? "ours" : "other"}" x="${LABEL_WIDTH}" y="${top}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}"/>`;
    return `${bar}<text x="${(LABEL_WIDTH + width + 6).toFixed(1)}" y="${top + 11}">${figure(row).trim()}</text>`;
  });
  const label = `<text x="0" y="${y + 12}">${escapeXml(title)}</text><text x="0" y="${y + 27}">beside ${escapeXml(by)}</text>`;
  return label + bars.join("");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
