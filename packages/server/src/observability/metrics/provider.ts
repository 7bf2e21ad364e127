import type { Meter } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import type { Resource } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  InstrumentType,
  MeterProvider,
  MetricReader,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { SKERRY_VERSION } from "../../main/version.ts";
import { MAX_SETS } from "./metric.ts";
import { SCOPE } from "./metrics.ts";

/** Where metrics are sent by OTLP over HTTP. */
export interface MetricsTarget {
  /** With its path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Keeps the metrics of this process. Disposing sends what is left, and may take as long as the collector takes. */
export interface MetricsProvider extends AsyncDisposable {
  readonly meter: Meter;
  /** All metrics in Prometheus' text format, version 0.0.4. */
  readonly scrape: () => Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

const EXPORT_EVERY_MS = 30_000;
const EXPORT_TIMEOUT_MS = 10_000;

/** @param target Default: they are kept for who asks. */
export function createMetricsProvider(resource: Resource, target?: MetricsTarget): MetricsProvider {
  const asked = new AskedReader({
    cardinalitySelector: () => MAX_SETS,
    aggregationTemporalitySelector: selectTemporality,
  });
  const readers = target === undefined ? [asked] : [asked, createPushReader(target)];
  const provider = new MeterProvider({ resource, readers });
  const serializer = new PrometheusSerializer("", false, undefined, true, true);
  return {
    meter: provider.getMeter(SCOPE, SKERRY_VERSION),
    scrape: async () => serializer.serialize((await asked.collect()).resourceMetrics),
    [Symbol.asyncDispose]: () => provider.shutdown(),
  };
}

/** A gauge has what was told of it just now, or nothing: what was told before is not kept for it. */
function selectTemporality(type: InstrumentType): AggregationTemporality {
  return type === InstrumentType.OBSERVABLE_GAUGE
    ? AggregationTemporality.DELTA
    : AggregationTemporality.CUMULATIVE;
}

/** Reads when it is asked to. */
class AskedReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

class PushExporter extends OTLPMetricExporter {
  override selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    return selectTemporality(type);
  }
}

function createPushReader({ url, headers }: MetricsTarget): MetricReader {
  return new PeriodicExportingMetricReader({
    exporter: new PushExporter({ url, headers: { ...headers } }),
    exportIntervalMillis: EXPORT_EVERY_MS,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
}
