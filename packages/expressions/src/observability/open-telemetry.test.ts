import { context, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { TracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace";
import { expect, onTestFinished, test } from "vitest";
import { ExpressionEvaluator, IsolatedVmBridge, createOpenTelemetryObservability } from "../index.ts";

test("an evaluator tells OpenTelemetry what it does", async () => {
  const spans = new InMemorySpanExporter();
  const tracers = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] });
  const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: metrics })] });
  onTestFinished(async () => {
    await meters.shutdown();
    await tracers.shutdown();
  });
  await using evaluator = new ExpressionEvaluator({
    createBridge: () => new IsolatedVmBridge(),
    observability: createOpenTelemetryObservability({
      meter: meters.getMeter("test"),
      tracer: tracers.getTracer("test"),
      trace,
      context,
    }),
  });
  const template = "{{ $json.list.map((item) => [item, new Map()]).length }}";
  const data = { $json: { list: [1, 2] } };
  expect([await evaluator.evaluate(template, data), await evaluator.evaluate(template, data)]).toEqual([
    2, 2,
  ]);
  await expect(evaluator.evaluate("{{ null.secret() }}", data)).rejects.toThrow(/TypeError/);
  await meters.forceFlush();

  const named = metrics
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap((scope) => scope.metrics)
    .map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints.map(({ value }) => value)] as const);
  const byName = new Map(named);
  expect([...byName.keys()].sort()).toEqual([
    "expression.code_cache.hit",
    "expression.code_cache.miss",
    "expression.evaluation.count",
    "expression.evaluation.duration_ms",
    "expression.isolate.memory_mb",
  ]);
  expect(byName.get("expression.code_cache.hit")).toEqual([1]);
  expect(byName.get("expression.code_cache.miss")).toEqual([2]);
  expect(byName.get("expression.evaluation.count")).toEqual([2, 1]);

  const finished = spans.getFinishedSpans();
  const roots = finished.filter(({ name }) => name === "expression.evaluate");
  expect(roots).toHaveLength(3);
  for (const root of roots) {
    const children = finished.filter(
      ({ parentSpanContext }) => parentSpanContext?.spanId === root.spanContext().spanId,
    );
    expect(children.map(({ name }) => name)).toEqual(["expression.compile", "expression.isolate.execute"]);
  }
  expect(roots.map(({ status }) => status.message)).toEqual([undefined, undefined, "EXPRESSION_FAILED"]);
  expect(
    JSON.stringify(finished.map(({ attributes, events, status }) => [attributes, events, status])),
  ).not.toMatch(/secret/);
});
