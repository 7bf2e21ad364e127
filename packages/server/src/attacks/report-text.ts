import { type AttackReport, type ReportedAttack, type VerdictCounts, isAllContained } from "./report.ts";
import type { AttackVerdict } from "./suite.ts";

const HEADINGS = ["entries", "contained", "not contained", "not shown"] as const;

const CONTINUATION = " ".repeat(9);

/** The report for people. It may hold text of guests: what a terminal must not see is not taken out of it. */
export function describeReport(report: AttackReport): string {
  const { version, node, isolation, durationMs, total, classes, walls, attacks } = report;
  const ofClasses = classes.map((row): Row => ({ name: row.class, counts: row }));
  const ofWalls = walls.map((row): Row => ({ name: row.wall, counts: row }));
  const parts = [
    `Skerry ${version} on Node ${node}, isolation ${isolation.level}\n`,
    describeTable("class", [...ofClasses, { name: "all", counts: total }]),
    describeTable("wall", ofWalls),
    ...describeEach("not-contained", attacks),
    ...describeEach("not-shown", attacks),
    `${describeTotal(report)} (${Math.round(durationMs / 1000)} s)\n`,
  ];
  return parts.filter((part) => part !== "").join("\n");
}

interface Row {
  readonly name: string;
  readonly counts: VerdictCounts;
}

function describeTable(title: string, rows: readonly Row[]): string {
  const width = Math.max(title.length, ...rows.map(({ name }) => name.length));
  const heading = [title.padEnd(width), ...HEADINGS].join("  ");
  const lines = rows.map(({ name, counts: { entries, contained, notContained, notShown } }) => {
    const cells = [entries, contained, notContained, notShown].map((count, column) =>
      String(count === 0 ? "-" : count).padStart(HEADINGS[column]?.length ?? 0),
    );
    return [name.padEnd(width), ...cells].join("  ");
  });
  return [heading, ...lines].map((line) => `${line}\n`).join("");
}

function describeEach(verdict: AttackVerdict, attacks: readonly ReportedAttack[]): string[] {
  const [heading, reason] = verdict === "not-shown" ? ["not shown", "needs"] : ["not contained", "but  "];
  return attacks
    .filter((attack) => attack.verdict === verdict)
    .map(({ id, wall, must, detail = "" }) => {
      // A guest's text may have lines of its own; none of them shall look like one of ours.
      const text = detail.replaceAll("\n", `\n${CONTINUATION}`);
      return `${heading}: ${id} (${wall})\n  must   ${must}\n  ${reason}  ${text}\n`;
    });
}

function describeTotal(report: AttackReport): string {
  const { entries, notContained, notShown } = report.total;
  if (!isAllContained(report)) return `Not contained: ${notContained} of ${entries}; not shown: ${notShown}`;
  return `All contained: ${entries}`;
}
