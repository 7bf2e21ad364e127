import { rm } from "node:fs/promises";
import { request } from "node:http";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeDataDir } from "../../../test/data-dir.ts";
import { createTestDatabase } from "../../../test/database.ts";
import { OPERATOR_KEY } from "../../../test/platform.ts";
import { readPrometheusText } from "../../../test/prometheus-text.ts";
import { readConfig } from "../../config.ts";
import { startServer } from "../../main/server.ts";
import type { RunningServer } from "../../main/server.ts";
import { createSite } from "../../main/site.ts";
import { countSeries, exportedName } from "./metric.ts";
import type { MetricDefinition } from "./metric.ts";
import { METRICS } from "./table.ts";

const TOKEN = "a-token-for-the-scraper-alone";
const HOSTILE = 'evil"} 1';

let resources: AsyncDisposableStack;
let server: RunningServer;

beforeAll(async () => {
  await using starting = new AsyncDisposableStack();
  const { url } = starting.use(await createTestDatabase());
  const dataDir = makeDataDir();
  starting.defer(() => rm(dataDir, { recursive: true, force: true }));
  const config = readConfig({
    PORT: "0",
    DATABASE_URL: url,
    SKERRY_DATA_DIR: dataDir,
    SKERRY_ADMIN_KEY: OPERATOR_KEY,
    SKERRY_METRICS_TOKEN: TOKEN,
    SKERRY_RUNNERS_MAX: "3",
    SKERRY_RUNNERS_SPARE: "1",
    SKERRY_DRAIN_MS: "0",
  });
  server = starting.use(await startServer(config, pino({ level: "silent" })));
  resources = starting.move();
});
afterAll(() => resources[Symbol.asyncDispose]());

const AUTHORIZATION = `Bearer ${TOKEN}`;

async function scrape() {
  const answer = await fetch(`${server.url}/metrics`, { headers: { authorization: AUTHORIZATION } });
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  return await answer.text();
}

async function ask<Body>(key: string, method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Body;
}

/** A request that `fetch` would not send. */
async function sendRaw(method: string, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const sent = request(server.url + path, { method }, (answer) => answer.resume().on("end", resolve));
    sent.on("error", reject).end();
  });
}

const SCRIPTS = [
  { name: "hop", type: "http", source: "export default () => 'hop';", settings: { path: "/hop/:word" } },
  { name: "throws", type: "oneoff", source: `export default () => { throw new Error('${HOSTILE}'); };` },
  {
    name: "spins",
    type: "oneoff",
    source: "export default () => { for (;;); };",
    settings: { limits: { cpuMs: 50, wallMs: 2_000 } },
  },
  { name: "counts", type: "embedded", source: "export default (_, ctx) => ctx.cache.increment('n');" },
  {
    name: "hears",
    type: "event",
    source: "export default () => { throw new Error('never'); };",
    settings: { events: ["evil.*"], retry: { attempts: 1 } },
  },
  { name: "ticks", type: "scheduled", source: "export default () => 1;", settings: { cron: "* * * * * *" } },
];

/** Some of everything that a node counts, under names that nobody may find in what it exports. */
async function doEverything(): Promise<void> {
  const { apiKey } = await ask<{ apiKey: string }>(OPERATOR_KEY, "POST", "/tenants", {
    id: "evil",
    name: HOSTILE,
  });
  for (const script of SCRIPTS) await ask(apiKey, "POST", "/scripts", script);
  for (const name of ["throws", "spins"]) await ask(apiKey, "POST", `/scripts/${name}/execute`, {});
  await ask(apiKey, "POST", "/scripts/counts/call", {});
  await ask(apiKey, "POST", "/events", { type: "evil.happened", payload: { HOSTILE } });
  for (const word of ["evil1", "evil2", "evil%22%7D"]) await sendRaw("GET", `/run/evil/hop/${word}`);
  for (const method of ["PURGE", "M-SEARCH", "REPORT"]) await sendRaw(method, "/api/v1/scripts");
  await sendRaw("GET", "/api/v1/evil%22%7D");
  await sendRaw("GET", "/t/evil/scripts");
  await ask(OPERATOR_KEY, "PATCH", "/tenants/evil", { quotas: { requestsPerMinute: 0 } });
  await ask(apiKey, "GET", "/scripts");
}

/** What has to be among the series, whatever their values. */
const SERIES = [
  { name: "skerry_executions_total", type: "oneoff", trigger: "api", status: "failed" },
  { name: "skerry_executions_total", type: "oneoff", trigger: "api", status: "timeout" },
  { name: "skerry_executions_total", type: "embedded", trigger: "call", status: "completed" },
  { name: "skerry_executions_total", type: "event", trigger: "event", status: "failed" },
  { name: "skerry_executions_total", type: "scheduled", trigger: "cron", status: "completed" },
  { name: "skerry_execution_failures_total", code: "SCRIPT_ERROR" },
  { name: "skerry_execution_limits_hit_total", limit: "cpuMs" },
  { name: "skerry_capability_calls_total", capability: "cache.increment", outcome: "ok" },
  { name: "skerry_http_requests_total", method: "GET", route: "/run", status: "2xx" },
  { name: "skerry_http_requests_total", method: "other", route: "/api/v1/scripts", status: "4xx" },
  { name: "skerry_http_requests_total", method: "GET", route: "none", status: "4xx" },
  {
    name: "skerry_http_requests_total",
    method: "POST",
    route: "/api/v1/scripts/{script}/call",
    status: "2xx",
  },
  { name: "skerry_jobs_total", kind: "execution", outcome: "failed" },
  { name: "skerry_quota_refusals_total", quota: "requestsPerMinute" },
];

test("a node exports every metric of the table, nothing that anybody made up, and no more than the bound", async () => {
  await doEverything();
  const expected = Object.entries<MetricDefinition>(METRICS).map(
    ([name, definition]) => exportedName(name, definition) + (definition.buckets ? "_bucket" : ""),
  );
  await vi.waitFor(async () => {
    const samples = readPrometheusText(await scrape());
    const told = samples.map(({ name, labels }) => ({ name, ...labels }));
    expect(expected.filter((name) => !told.some((series) => series.name === name))).toEqual([]);
    expect(told).toEqual(expect.arrayContaining(SERIES));
    for (const name of ["skerry_events_published_total", "skerry_dead_letters_total"]) {
      expect(samples.find((sample) => sample.name === name)?.value).toBe(1);
    }
  });
  const text = await scrape();
  expect(text).not.toMatch(/evil/);
  const bound = Object.values<MetricDefinition>(METRICS).reduce(
    (sum, metric) => sum + countSeries(metric),
    0,
  );
  expect(readPrometheusText(text).length).toBeLessThan(bound);
});

test("only who has the token is told, on nodes of every role", async () => {
  const site = createSite(server.assembly, {
    role: "worker",
    metrics: { scrape: () => Promise.resolve("all"), token: "right" },
  });
  const status = async (authorization?: string): Promise<number> => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await site(new Request("http://node/metrics", { headers }))).status;
  };
  expect(await status("Bearer right")).toBe(200);
  for (const wrong of [
    undefined,
    "",
    "Bearer",
    "Bearer wrong",
    "Bearer right2",
    "Basic right",
    `Bearer ${OPERATOR_KEY}`,
  ]) {
    expect([wrong, await status(wrong)]).toEqual([wrong, 401]);
  }
  const refused = await fetch(`${server.url}/metrics`);
  expect(await refused.json()).toMatchObject({ status: 401, code: "KEY_MISSING" });
  expect(refused.headers.get("www-authenticate")).toBe('Bearer realm="skerry"');
});
