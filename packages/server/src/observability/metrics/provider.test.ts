import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";
import { createMetricsProvider } from "./provider.ts";

test("a collector is sent the metrics by OTLP, those of the last moment included", async () => {
  await using resources = new AsyncDisposableStack();
  const { promise: received, resolve } = Promise.withResolvers<readonly unknown[]>();
  const collector = createServer(async (request, response) => {
    const { url, headers } = request;
    resolve([url, headers["content-type"], headers["x-team"], (await buffer(request)).toString("latin1")]);
    response.end();
  });
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
  resources.defer(async () => {
    collector.close();
    collector.closeAllConnections();
    await once(collector, "close");
  });

  const { port } = collector.address() as AddressInfo;
  const target = { url: `http://127.0.0.1:${port}/v1/metrics`, headers: { "x-team": "seals" } };
  const provider = createMetricsProvider(resourceFromAttributes({ "service.name": "skerry-test" }), target);
  const metrics = createMetrics(provider.meter);
  metrics.count("skerry_jobs", { kind: "alert", outcome: "done" });
  metrics[Symbol.dispose]();
  await provider[Symbol.asyncDispose]();
  expect(await received).toEqual([
    "/v1/metrics",
    "application/x-protobuf",
    "seals",
    expect.stringMatching(/service\.name.*skerry-test.*skerry_jobs.*alert/s),
  ]);
});
