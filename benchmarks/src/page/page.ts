import { figure, tail, verdict } from "../report.ts";
import type { SuiteResult } from "../report.ts";
import { compare } from "./comparisons.ts";
import type { Compared } from "./comparisons.ts";

/** Everything that one run of all suites measured. */
export interface Run {
  readonly results: readonly SuiteResult[];
  /** Name and version of what was measured, ours and others'. */
  readonly versions: Readonly<Record<string, string>>;
}

const GIB = 1024 ** 3;

/** The page of a run, as Markdown. */
export function renderPage({ results, versions }: Run): string {
  const [first] = results;
  const last = results.at(-1);
  if (first === undefined || last === undefined) throw new Error("a run without suites has no page");
  const { cpu, cores, memoryBytes, node, system } = first.machine;
  const missed = results.flatMap(listMissed);
  return `# Benchmarks

All figures are of one run, on one machine, with the others measured beside ours. Made by \`npm run bench -- --keep\`; do not edit. Ratios hold on other machines, absolute figures do not. [benchmarks/README.md](../benchmarks/README.md) tells how each is measured.

| what     |                                                                       |
| -------- | --------------------------------------------------------------------- |
| machine  | ${cpu ?? "unknown processor"}, ${cores} cores, ${(memoryBytes / GIB).toFixed(0)} GiB; ${system}; Node ${node} |
| time     | ${first.at} to ${last.at} |
| command  | \`npm run bench -- --keep\` |
| versions | ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ")} |

## Beside others

![Skerry beside others](benchmarks.svg)

${table(["what", "Skerry", "the other", "", "ratio", "mind"], compare(results).map(compareLine))}

Above 1 × Skerry is better, below it is worse. Medians.

## Promises

${missed.length === 0 ? "All were kept in this run." : `Not kept in this run:\n\n${missed.map((each) => `- ${each}`).join("\n")}`}

${results.map(renderSuite).join("\n\n")}
`;
}

function compareLine({ title, by, oursRow, otherRow, times, note }: Compared): string[] {
  return [
    title,
    figure(oursRow),
    figure(otherRow),
    by,
    `${times >= 10 ? times.toFixed(0) : times.toPrecision(2)} ×`,
    note,
  ];
}

function renderSuite({ suite, rows }: SuiteResult): string {
  const lines = rows.map((row) => [row.what.replace(/^\s+/, "↳ "), figure(row), tail(row), verdict(row)]);
  return `## ${suite}\n\n\`npm run bench -- --only=${suite}\`\n\n${table(["what", "median", "tail", "promise"], lines)}`;
}

/** A row that is indented is about the one before it that is not. */
function listMissed({ suite, rows }: SuiteResult): string[] {
  return rows.flatMap((row, index) => {
    if (!verdict(row).startsWith("MISSED")) return [];
    const subject = row.what.startsWith(" ")
      ? rows.slice(0, index).findLast(({ what }) => !what.startsWith(" "))
      : undefined;
    const name = subject === undefined ? row.what : `${subject.what}, ${row.what.trim()}`;
    return [`${suite}: ${name}: ${figure(row)}, promised ${verdict(row).replace("MISSED: ", "")}`];
  });
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const draw = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [draw(head), draw(head.map(() => "---")), ...lines.map(draw)].join("\n");
}
