import { resourceFromAttributes } from "@opentelemetry/resources";
import { expect, onTestFinished, test } from "vitest";
import { readPrometheusText } from "../../../test/prometheus-text.ts";
import { countSeries, exportedName, OTHER } from "./metric.ts";
import type { MetricDefinition } from "./metric.ts";
import { createMetrics } from "./metrics.ts";
import type { Metrics } from "./metrics.ts";
import { createMetricsProvider } from "./provider.ts";
import { METRICS } from "./table.ts";
import type { MetricName } from "./table.ts";

const HOSTILE = [
  "",
  "__proto__",
  'a"b\\c\n# TYPE evil counter\nevil 1',
  "\u0000\ud800\u2028",
  "x".repeat(10_000),
  "FOO",
  "toString",
  "../../etc",
];

function createKept() {
  const provider = createMetricsProvider(resourceFromAttributes({}));
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const metrics = createMetrics(provider.meter);
  onTestFinished(() => metrics[Symbol.dispose]());
  const scrape = async () => readPrometheusText(await provider.scrape());
  return { metrics, scrape };
}

/** As a room would that took everything from outside as it came. */
function tellAnything(
  metrics: Metrics,
  name: MetricName,
  attributes: Readonly<Record<string, string>>,
): void {
  const { kind }: MetricDefinition = METRICS[name];
  if (kind === "counter") metrics.count(name as "skerry_jobs", attributes as never);
  if (kind === "histogram") metrics.record(name as "skerry_execution_wait_seconds", 1, attributes as never);
}

test(
  "whatever values rooms come up with, no metric has more series than the table says",
  { timeout: 60_000 },
  async () => {
    const { metrics, scrape } = createKept();
    const names = Object.keys(METRICS) as MetricName[];
    for (const name of names) {
      const attributes = Object.keys(METRICS[name].attributes);
      for (let round = 0; round < 600; round++) {
        const value = HOSTILE[round] ?? `made up ${round}`;
        const told = Object.fromEntries(
          attributes.map((attribute, index) => [attribute, `${value}${index}`]),
        );
        tellAnything(metrics, name, { ...told, tenant: value });
      }
    }
    const samples = await scrape();
    for (const [name, definition] of Object.entries<MetricDefinition>(METRICS)) {
      const exported = exportedName(name, definition);
      const own = samples.filter((sample) => sample.name.replace(/_(?:bucket|sum|count)$/, "") === exported);
      expect(own.length > countSeries(definition) ? name : undefined).toBeUndefined();
    }
    expect(samples.filter(({ labels }) => "tenant" in labels || "otel_metric_overflow" in labels)).toEqual(
      [],
    );
    const jobs = samples.filter(({ name }) => name === "skerry_jobs_total");
    expect(jobs).toEqual([
      { name: "skerry_jobs_total", labels: { kind: OTHER, outcome: OTHER }, value: 600 },
    ]);
  },
);

test("what is observed is told only while somebody tells it", async () => {
  const { metrics, scrape } = createKept();
  const observing = metrics.observe(["skerry_nodes"], (observe) =>
    observe("skerry_nodes", 2, { state: "alive" }),
  );
  const nodes = { name: "skerry_nodes", labels: { state: "alive" }, value: 2 };
  expect(await scrape()).toContainEqual(nodes);
  observing[Symbol.dispose]();
  expect((await scrape()).filter(({ name }) => name === "skerry_nodes")).toEqual([]);
});

test("several that share a meter are counted together, and what was counted last is not lost", async () => {
  const provider = createMetricsProvider(resourceFromAttributes({}));
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const first = createMetrics(provider.meter);
  using second = createMetrics(provider.meter);
  const scrape = async () =>
    readPrometheusText(await provider.scrape()).find(({ name }) => name === "skerry_events_published_total")
      ?.value;
  expect(await scrape()).toBe(0);
  first.count("skerry_events_published", {}, 2);
  second.count("skerry_events_published", {});
  expect(await scrape()).toBe(3);
  first.count("skerry_events_published", {}, 4);
  first[Symbol.dispose]();
  expect(await scrape()).toBe(7);
});
