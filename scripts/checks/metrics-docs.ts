import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { format, resolveConfig } from "prettier";
import { parse } from "yaml";
import { countSeries, exportedName } from "../../packages/server/src/observability/metrics/metric.ts";
import type { MetricDefinition } from "../../packages/server/src/observability/metrics/metric.ts";
import {
  SHARED_METRICS,
  STATE_METRICS,
} from "../../packages/server/src/observability/metrics/state-metrics.ts";
import { METRICS } from "../../packages/server/src/observability/metrics/table.ts";
import { WORK_METRICS } from "../../packages/server/src/observability/metrics/work-metrics.ts";
import type { Finding } from "./finding.ts";

/** The page about metrics. What stands between its marks comes from the tables in the code and the alert rules. */
export const METRICS_DOCS_FILE = "docs/metrics.md";
const ALERTS_FILE = "deploy/prometheus/alerts.yml";

type MetricTable = Readonly<Record<string, MetricDefinition>>;

interface AlertRule {
  readonly alert: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly action: string };
}

/** More values than this are counted, not listed. */
const LISTED_VALUES = 12;

/** What is generated, by the name in the marks `<!-- generated: NAME -->` and `<!-- end: NAME -->`. */
const PARTS: Readonly<Record<string, (root: string) => Promise<string>>> = {
  "work metrics": () => Promise.resolve(writeMetrics(WORK_METRICS)),
  "state metrics": () => Promise.resolve(writeMetrics(STATE_METRICS)),
  "shared metrics": () => Promise.resolve(writeMetrics(SHARED_METRICS)),
  bound: () => Promise.resolve(writeBound(METRICS)),
  alerts: writeAlerts,
};

/** Tells whether `docs/metrics.md` says what the tables of metrics and the alert rules say. */
export async function checkMetricsDocs(root: string): Promise<Finding[]> {
  const found = await readFile(join(root, METRICS_DOCS_FILE), "utf8").catch(() => "");
  const missing = Object.keys(PARTS).filter((name) => !rangeOf(name).test(found));
  if (missing.length > 0) {
    const message = `lacks the marks of ${missing.map((name) => `"${name}"`).join(", ")}`;
    return [{ file: METRICS_DOCS_FILE, message }];
  }
  if (found === (await render(root, found))) return [];
  const message = 'differs from the tables; run "npm run check -- --only=metrics-docs --write"';
  return [{ file: METRICS_DOCS_FILE, message }];
}

/** Writes the generated parts of `docs/metrics.md` anew. */
export async function writeMetricsDocs(root: string): Promise<void> {
  const file = join(root, METRICS_DOCS_FILE);
  await writeFile(file, await render(root, await readFile(file, "utf8")));
}

async function render(root: string, page: string): Promise<string> {
  let text = page;
  for (const [name, write] of Object.entries(PARTS)) {
    const part = `<!-- generated: ${name} -->\n\n${await write(root)}\n\n<!-- end: ${name} -->`;
    text = text.replace(rangeOf(name), () => part);
  }
  const options = await resolveConfig(join(root, basename(METRICS_DOCS_FILE)));
  return format(text, { ...options, parser: "markdown" });
}

function rangeOf(name: string): RegExp {
  return new RegExp(`<!-- generated: ${name} -->[^]*?<!-- end: ${name} -->`);
}

function writeMetrics(table: MetricTable): string {
  const rows = Object.entries(table).map(([name, definition]) => {
    const kind = definition.kind === "sum" ? "counter" : definition.kind;
    const cells = [
      `\`${exportedName(name, definition)}\``,
      kind,
      definition.help,
      describeAttributes(definition),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return ["| metric | kind | what it tells | labels |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function describeAttributes({ attributes }: MetricDefinition): string {
  const described = Object.entries(attributes).map(([name, values]) => {
    if ("atMost" in values)
      return values.atMost === 1 ? `\`${name}\`` : `\`${name}\`: at most ${values.atMost}`;
    return values.length > LISTED_VALUES
      ? `\`${name}\`: ${values.length} values`
      : `\`${name}\`: ${values.map((value) => `\`${value}\``).join(" ")}`;
  });
  return described.join("; ");
}

function writeBound(table: MetricTable): string {
  const counts = Object.entries(table)
    .map(([name, definition]) => [exportedName(name, definition), countSeries(definition)] as const)
    .toSorted(([, one], [, other]) => other - one);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const largest = counts.slice(0, 3).map(([name, count]) => `\`${name}\` ${count}`);
  return `One node exports at most ${total} time series. The largest: ${largest.join(", ")}.`;
}

async function writeAlerts(root: string): Promise<string> {
  const { groups } = parse(await readFile(join(root, ALERTS_FILE), "utf8")) as {
    readonly groups: readonly { readonly rules: readonly AlertRule[] }[];
  };
  const rows = groups
    .flatMap(({ rules }) => rules)
    .map(({ alert, labels, annotations: { summary, action } }) => {
      const plain = summary
        .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, "_$1_")
        .replaceAll(/\{\{.*?\}\}/g, "_so much_");
      return `| \`${alert}\` | ${labels.severity} | ${plain} | ${action} |`;
    });
  return ["| alert | severity | what it says | what to do |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}
