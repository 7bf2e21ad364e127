import { format } from "prettier";
import { listSeries } from "./sample.ts";
import type { Series } from "./sample.ts";
import type { SoakReport } from "./soak.ts";
import { findMedian, measureRise } from "./trend.ts";
import { findAllowedRise, GROWTH_LEAST_S, KEPT_FOR_GOOD } from "./verdict.ts";

const MEBIBYTE = 1024 * 1024;
const KIBIBYTE = 1024;
const SAMPLES_PER_MINUTE = 6;
const FRONT_CHARS = 70;

/** For people, at the end of a run. */
export function describeReport(report: SoakReport): string {
  const { evidence, counts, findings, seed, stalls, removed } = report;
  const { works, seconds, statuses } = evidence;
  const requests = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  return [
    `soak of ${seconds} s with seed ${seed}`,
    `  ${works.reduce((sum, { rounds }) => sum + rounds, 0)} rounds of ${works.length} works, ${requests} answers`,
    ...Object.entries(counts).map(([name, count]) => `  ${String(count).padStart(7)} ${name}`),
    `  ${String(removed).padStart(7)} old rows removed`,
    ...(stalls > 0 ? [`  ${stalls} times this machine had no time for the check itself`] : []),
    ...findings.map(({ rule, text }) => `  NOT WELL (${rule}) ${text}`),
    findings.length === 0 ? "  all is well" : `  ${findings.length} things are not well`,
  ].join("\n");
}

/** The report that is kept, as Markdown. */
export async function presentReport(report: SoakReport): Promise<string> {
  const sections = [
    presentHead(report),
    presentMinutes(report),
    presentSeries(report),
    presentRest(report),
    presentWorks(report),
    presentRemarks(report),
  ];
  return await format(sections.join("\n\n"), { parser: "markdown", printWidth: 110 });
}

/** The same as JSON: figures by series instead of samples. */
export async function writeReport({ evidence, ...report }: SoakReport): Promise<string> {
  const { samples, ...rest } = evidence;
  const series = Object.fromEntries(
    listSeries(samples).map(({ name, values }) => [name, values.map(Math.round)]),
  );
  return await format(JSON.stringify({ ...report, evidence: { ...rest, series } }), {
    parser: "json",
    printWidth: 110,
  });
}

function presentHead({
  at,
  machine,
  node,
  seed,
  evidence,
  counts,
  removed,
  stalls,
  findings,
}: SoakReport): string {
  const { seconds } = evidence;
  const verdict =
    findings.length > 0
      ? [
          "These things are not well:",
          "",
          ...findings.map(({ rule, text }) => `- ${rule}: ${escapeText(text)}`),
        ].join("\n")
      : `All is well: ${seconds < GROWTH_LEAST_S ? "whether anything grows is not judged in so short a run, but" : "nothing grew,"} nothing was left behind, nothing was lost, and every answer was right.`;
  const facts = {
    date: at,
    command: `\`npm run soak -- --seconds=${seconds} --seed=${seed} --report\``,
    machine: `${machine.processors} × ${machine.model}, ${Math.round(machine.memoryBytes / MEBIBYTE / KIBIBYTE)} GiB`,
    node,
    "old rows removed by retention": String(removed),
    "times the machine had no time for 2 s": String(stalls),
    ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)])),
  };
  return [
    "# Soak report",
    "Written by `npm run soak -- --report`. [soak.md](soak.md) says what is done and how it is judged.",
    verdict,
    writeTable(["what", "figure"], Object.entries(facts)),
  ].join("\n\n");
}

/** One row for each minute: the medians of its samples. */
function presentMinutes({ evidence: { samples } }: SoakReport): string {
  const series = listSeries(samples);
  const wanted = [
    ...series.filter(({ kind }) => kind === "heap" || kind === "resident" || kind === "processes"),
    ...series.filter(({ name }) => ["connections", "jobs", "dead rows"].includes(name)),
  ];
  const minutes = Array.from({ length: Math.ceil(samples.length / SAMPLES_PER_MINUTE) }, (_, minute) => [
    String(minute + 1),
    ...wanted.map(({ kind, values }) =>
      writeFigure(
        kind,
        findMedian(values.slice(minute * SAMPLES_PER_MINUTE, (minute + 1) * SAMPLES_PER_MINUTE)),
      ),
    ),
  ]);
  return ["## By the minute", writeTable(["minute", ...wanted.map(({ name }) => name)], minutes)].join(
    "\n\n",
  );
}

function presentSeries({ evidence: { samples } }: SoakReport): string {
  const rows = listSeries(samples).map(({ name, kind, values }) => {
    const { from, byMedians, bySlope } = measureRise(values);
    const allowed = KEPT_FOR_GOOD.has(name)
      ? "kept for good"
      : writeFigure(kind, findAllowedRise(kind, from));
    return [
      name,
      writeFigure(kind, from),
      writeFigure(kind, byMedians),
      writeFigure(kind, bySlope),
      allowed,
      drawLine(values),
    ];
  });
  const head = ["figure", "plateau", "rise by medians", "rise by slope", "allowed", "from 0 to its most"];
  return ["## What could grow", writeTable(head, rows)].join("\n\n");
}

function presentRest({ evidence: { rest, left } }: SoakReport): string {
  const [spares, before, after] = [rest.spares, rest.before, rest.after].map((sample) =>
    listSeries([sample]),
  );
  const rows = (after ?? [])
    .filter(({ kind }) => kind !== "table")
    .map(({ name, kind, values: [now = Number.NaN] }) => {
      const valueIn = (list: readonly Series[] | undefined): string =>
        writeFigure(kind, list?.find((each) => each.name === name)?.values[0] ?? Number.NaN);
      return [name, valueIn(spares), valueIn(before), writeFigure(kind, now)];
    });
  return [
    "## At rest",
    writeTable(["figure", "just started", "everything done once", "after the load"], rows),
    writeTable(
      ["left when all was over", "count"],
      Object.entries(left).map(([what, count]) => [what, String(count)]),
    ),
  ].join("\n\n");
}

function presentWorks({ evidence: { works, statuses } }: SoakReport): string {
  const rows = works.map(({ name, rounds, failures, excused, p50Ms, p99Ms }) => [
    name,
    String(rounds),
    excused > 0 ? `${failures}, ${excused} excused` : String(failures),
    p50Ms.toFixed(1),
    p99Ms.toFixed(1),
  ]);
  const answers = Object.entries(statuses)
    .toSorted(([, one], [, other]) => other - one)
    .map(([status, count]) => [status, String(count)]);
  return [
    "## What was done",
    writeTable(["work", "rounds", "wrong", "p50 ms of a round", "p99 ms"], rows),
    writeTable(["answer", "times"], answers),
  ].join("\n\n");
}

function presentRemarks({ evidence: { logs } }: SoakReport): string {
  const rows = logs.map(({ level, message, count }) => [
    level,
    escapeText(message.slice(0, FRONT_CHARS)),
    String(count),
  ]);
  return [
    "## What the nodes' logs have",
    rows.length === 0 ? "Nothing from `warn` on." : writeTable(["level", "line", "times"], rows),
  ].join("\n\n");
}

function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const write = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [write(head), write(head.map(() => "---")), ...rows.map(write)].join("\n");
}

const BYTE_KINDS: ReadonlySet<Series["kind"]> = new Set(["heap", "external", "resident"]);

function writeFigure(kind: Series["kind"], value: number): string {
  if (BYTE_KINDS.has(kind)) return `${(value / MEBIBYTE).toFixed(1)} MiB`;
  if (kind === "table") return `${Math.round(value / KIBIBYTE)} KiB`;
  return value.toFixed(0);
}

const BARS = "▁▂▃▄▅▆▇█";
const BARS_MOST = 30;

/** As bars from 0 to the most, no more of them than fit a table. */
function drawLine(values: readonly number[]): string {
  const width = Math.max(1, Math.ceil(values.length / BARS_MOST));
  const most = Math.max(...values, 1);
  const count = Math.ceil(values.length / width);
  return Array.from({ length: count }, (_, place) => {
    const value = findMedian(values.slice(place * width, (place + 1) * width));
    return BARS[Math.min(BARS.length - 1, Math.floor((value / most) * BARS.length))] ?? "";
  }).join("");
}

/** What a table or a list would take for its own. */
function escapeText(text: string): string {
  return text
    .replaceAll("|", "\\|")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[<`*_]/g, "\\$&");
}
