import { diag, DiagLogLevel, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { Resource } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { SKERRY_VERSION } from "../main/version.ts";
import { createMetrics } from "./metrics/metrics.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { observeProcess } from "./metrics/process.ts";
import { createMetricsProvider } from "./metrics/provider.ts";
import type { MetricsProvider } from "./metrics/provider.ts";
import { createSampler } from "./sampler.ts";

/** What this process tells of itself by OpenTelemetry. Disposing sends what is left and ends it. */
export interface Telemetry extends AsyncDisposable, Pick<MetricsProvider, "scrape"> {
  readonly metrics: Metrics;
}

export interface TelemetryOptions {
  readonly config: Pick<Config, "telemetry" | "role">;
  readonly logger: Logger;
  /** Of this process among all nodes. */
  readonly nodeId: string;
}

/** What a collector that does not answer may hold up at the end. */
const LAST_EXPORT_MS = 3_000;
/** Of any text in a span, in characters: up to 2,048 spans wait in memory. */
const MAX_ATTRIBUTE_LENGTH = 2_000;
/** Of what an exporter says of its failure. */
const MAX_REASON = 500;

/**
 * Registers the providers of OpenTelemetry for this process. For `skerry start` alone: where a host embeds Skerry, what
 * the host has registered is used as it is.
 */
export function startTelemetry({ config, logger, nodeId }: TelemetryOptions): Telemetry {
  const parts = new AsyncDisposableStack();
  logErrors(parts, logger);
  const resource = describeNode(config, nodeId);
  startTracing(parts, config, resource);
  const { endpoint, headers } = config.telemetry;
  const target = endpoint === undefined ? undefined : { url: `${endpoint}/v1/metrics`, headers };
  const provider = createMetricsProvider(resource, target);
  const { meter, scrape } = provider;
  parts.defer(() => endInTime(provider[Symbol.asyncDispose]()));
  const metrics = parts.use(createMetrics(meter));
  parts.use(observeProcess(metrics, config.role));
  if (endpoint !== undefined)
    logger.info({ endpoint: new URL(endpoint).origin }, "traces and metrics are exported");
  return { metrics, scrape, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

function startTracing(
  parts: AsyncDisposableStack,
  { telemetry }: TelemetryOptions["config"],
  resource: Resource,
): void {
  const { endpoint, headers, sampleRatio } = telemetry;
  if (endpoint === undefined) return;
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, headers: { ...headers } });
  const provider = new TracerProvider({
    resource,
    sampler: createSampler(sampleRatio),
    spanLimits: { attributeValueLengthLimit: MAX_ATTRIBUTE_LENGTH },
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  trace.setGlobalTracerProvider(provider);
  parts.defer(async () => {
    trace.disable();
    await endInTime(provider.shutdown());
  });
}

/** Collectors that are away or refuse what they get are no reason to stop, but somebody should know. */
function logErrors(parts: AsyncDisposableStack, logger: Logger): void {
  const ignore = (): void => {};
  const error = (message: string): void =>
    logger.warn({ reason: message.slice(0, MAX_REASON) }, "OpenTelemetry reports an error");
  diag.setLogger(
    { error, warn: ignore, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
  );
  parts.defer(() => diag.disable());
}

async function endInTime(work: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LAST_EXPORT_MS);
  await Promise.race([work, late]).catch(() => {});
  clearTimeout(timer);
}

/** Who tells it: attributes of a service by OpenTelemetry's conventions, and the node's role. */
function describeNode({ telemetry, role }: TelemetryOptions["config"], nodeId: string): Resource {
  return resourceFromAttributes({
    "service.name": telemetry.serviceName,
    "service.version": SKERRY_VERSION,
    "service.instance.id": nodeId,
    "skerry.role": role,
  });
}
