import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { trace as api } from "@opentelemetry/api";
import { pino } from "pino";
import { expect, test } from "vitest";
import { readConfig } from "../config.ts";
import { startTelemetry } from "./telemetry.ts";
import { createTracing, NO_SPAN } from "./tracing.ts";

const logger = pino({ level: "silent" });
const NODE = "0198f2a1-1111-7000-8000-000000000001";

async function startCollector(status = 200) {
  const received: { key: unknown; type: unknown; body: Buffer }[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const { "x-key": key, "content-type": type } = request.headers;
    // Metrics have tests of their own.
    if (request.url === "/v1/traces") received.push({ key, type, body });
    response.writeHead(status).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    received,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

test("spans go to the collector with what the node is, the last of them at the end", async () => {
  await using collector = await startCollector();
  const config = readConfig({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
    OTEL_EXPORTER_OTLP_HEADERS: "x-key=k3y",
    OTEL_SERVICE_NAME: "harbour",
  });
  {
    await using _ = startTelemetry({ config, logger, nodeId: NODE });
    const span = createTracing().startSpan("a span of the test", 0);
    expect(span.isRecording()).toBe(true);
    span.end();
  }
  expect(collector.received).toEqual([
    expect.objectContaining({ key: "k3y", type: "application/x-protobuf" }),
  ]);
  const body = collector.received[0]?.body.toString("latin1");
  for (const text of ["harbour", NODE, "a span of the test", "skerry.role"]) expect(body).toContain(text);
  expect(createTracing().startSpan("later", 0)).toBe(NO_SPAN);
});

test("without an endpoint, and with a sampler that takes none, nothing is recorded", async () => {
  await using collector = await startCollector();
  for (const env of [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER: "always_off" }]) {
    await using _ = startTelemetry({ config: readConfig(env), logger, nodeId: NODE });
    const span = createTracing().startSpan("nothing", 0);
    expect(span.isRecording()).toBe(false);
    span.end();
  }
  expect(collector.received).toEqual([]);
  expect(api.getTracer("test").startSpan("none").isRecording()).toBe(false);
});

test("a collector that refuses holds nobody up, and the log tells", async () => {
  await using collector = await startCollector(400);
  const config = readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  const lines: string[] = [];
  const telling = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
  const telemetry = startTelemetry({ config, logger: telling, nodeId: NODE });
  createTracing().startSpan("refused", 0).end();
  await telemetry[Symbol.asyncDispose]();
  expect(collector.received).toHaveLength(1);
  expect(lines.join("")).toContain("OpenTelemetry reports an error");
});
