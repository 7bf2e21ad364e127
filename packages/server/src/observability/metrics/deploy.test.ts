import { readFile } from "node:fs/promises";
import type { SyntaxNodeRef } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { exportedName } from "./metric.ts";
import type { MetricDefinition } from "./metric.ts";
import { METRICS } from "./table.ts";

const DEPLOY = new URL("../../../../../deploy/", import.meta.url);

/** Labels that Prometheus adds. */
const TARGET_LABELS = ["instance", "job"];

const rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          annotations: z.object({ summary: z.string(), action: z.string(), runbook: z.string() }),
        }),
      ),
    }),
  ),
});

const dashboard = z.object({
  panels: z.array(
    z.object({
      id: z.int(),
      title: z.string(),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      targets: z.array(z.object({ refId: z.string(), expr: z.string() })).default([]),
    }),
  ),
});

async function readRules() {
  const { groups } = rules.parse(parse(await readFile(new URL("prometheus/alerts.yml", DEPLOY), "utf8")));
  return groups.flatMap((group) => group.rules);
}

async function readPanels() {
  const text = await readFile(new URL("grafana/skerry.json", DEPLOY), "utf8");
  return dashboard.parse(JSON.parse(text)).panels;
}

/** The series that a node exports, by name, with their labels. */
const SERIES = new Map<string, readonly string[]>([
  ["up", []],
  ...Object.entries<MetricDefinition>(METRICS).flatMap(([name, definition]) => {
    const labels = Object.keys(definition.attributes);
    const exported = exportedName(name, definition);
    if (definition.kind !== "histogram") return [[exported, labels] as const];
    const parts = [`${exported}_count`, `${exported}_sum`].map((part) => [part, labels] as const);
    return [...parts, [`${exported}_bucket`, [...labels, "le"]] as const];
  }),
]);

/** What is wrong with a query: its syntax, a series that no node exports, or a label that none of its series has. */
function findFaults(query: string): string[] {
  const text = query.replaceAll("$__rate_interval", "5m");
  const faults: string[] = [];
  const known = new Set(TARGET_LABELS);
  const used: string[] = [];
  const textOf = ({ from, to }: SyntaxNodeRef): string => text.slice(from, to);
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) faults.push(`syntax at ${node.from}`);
      if (node.name === "LabelName") used.push(textOf(node));
      if (node.name !== "Identifier") return;
      const labels = SERIES.get(textOf(node));
      if (labels === undefined) faults.push(`no series ${textOf(node)}`);
      for (const label of labels ?? []) known.add(label);
    },
  });
  return [...faults, ...used.filter((label) => !known.has(label)).map((label) => `no label ${label}`)];
}

test("queries are told apart that cannot be answered", () => {
  expect(
    findFaults('sum by (type) (rate(skerry_executions_total{status="failed"}[$__rate_interval]))'),
  ).toEqual([]);
  expect(findFaults("sum by (tenant) (skerry_executions)")).toEqual([
    "no series skerry_executions",
    "no label tenant",
  ]);
  expect(findFaults("sum(skerry_runners{")).not.toEqual([]);
});

test("every alert asks for what nodes export, and says what to do", async () => {
  const alerts = await readRules();
  expect(alerts.length).toBeGreaterThan(10);
  const faults = alerts.map(({ alert, expr }) => [alert, findFaults(expr)]);
  expect(faults).toEqual(alerts.map(({ alert }) => [alert, []]));
});

test("every panel of the dashboard asks for what nodes export, and lies in a place of its own", async () => {
  const panels = await readPanels();
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  expect(queries.map((expr) => [expr, findFaults(expr)])).toEqual(queries.map((expr) => [expr, []]));
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});

test("every metric is on the dashboard or in an alert, so that none is exported for nothing", async () => {
  const queries = [
    ...(await readRules()).map(({ expr }) => expr),
    ...(await readPanels()).flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ].join("\n");
  const unused = Object.entries<MetricDefinition>(METRICS)
    .map(([name, definition]) => exportedName(name, definition))
    .filter((name) => !new RegExp(`\\b${name}(?:_bucket|_count)?\\b`).test(queries));
  expect(unused).toEqual(["process_start_time_seconds"]);
});
