import { resourceFromAttributes } from "@opentelemetry/resources";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { createDatabaseProxy } from "../../../test/database-proxy.ts";
import { createTestDatabase } from "../../../test/database.ts";
import { readPrometheusText } from "../../../test/prometheus-text.ts";
import { openDatabase } from "../../db/open.ts";
import { countJobs } from "../../jobs/repository.ts";
import { createMetrics } from "./metrics.ts";
import { createMetricsProvider } from "./provider.ts";
import { observeInstallation } from "./installation.ts";

const REFRESH_MS = 20;

test("nobody who looks waits for the database, and what it does not tell is not told", async () => {
  await using resources = new AsyncDisposableStack();
  const { url } = resources.use(await createTestDatabase());
  const proxy = resources.use(await createDatabaseProxy(url));
  const database = resources.use(await openDatabase({ url: proxy.url, answerMs: 500 }));
  const provider = createMetricsProvider(resourceFromAttributes({}));
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const node = { slots: 8, running: 3, isDraining: false };
  const queued = {
    stats: async () => ({ jobs: await countJobs(database.kysely), node }),
    occupancy: () => node,
  };
  const logger = pino({ level: "silent" });
  resources.use(
    observeInstallation(createMetrics(provider.meter), { database, logger, queued, refreshMs: REFRESH_MS }),
  );

  async function look() {
    const samples = readPrometheusText(await provider.scrape());
    const valueOf = (name: string): number | undefined =>
      samples.find((sample) => sample.name === name)?.value;
    return {
      isUp: valueOf("skerry_database_up"),
      size: valueOf("skerry_database_size_bytes"),
      slots: valueOf("skerry_queue_slots"),
    };
  }
  const known = { isUp: 1, size: expect.any(Number) as number, slots: 3 };
  const unknown = { isUp: 0, size: undefined, slots: 3 };

  await vi.waitFor(async () => expect(await look()).toEqual(known));
  await proxy.cut();
  await vi.waitFor(async () => expect(await look()).toEqual(unknown));
  await proxy.restore();
  await vi.waitFor(async () => expect(await look()).toEqual(known));
  // It answers nothing at all, so that every question would wait.
  proxy.silence();
  await vi.waitFor(async () => expect(await look()).toEqual(unknown));
  await proxy.restore();
});
