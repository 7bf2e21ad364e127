/**
 * A load generator as a process of its own: `node load.ts URL CONNECTIONS SECONDS [REQUEST]`, REQUEST being JSON of method,
 * headers and body. Keeps every connection busy
 * with one request at a time and prints `{ requests, seconds, failures, p50, p99 }` as JSON.
 */
import { Pool } from "undici";
import type { LoadRequest } from "./processes.ts";
import { spreadOf } from "./samples.ts";

const WARM_UP_MS = 1_000;

const [address = "", connections = "32", seconds = "5", json = "{}"] = process.argv.slice(2);
const request = { method: "GET", ...(JSON.parse(json) as LoadRequest) };
const url = new URL(address);
const pool = new Pool(url.origin, { connections: Number(connections), pipelining: 1 });
const latencies: number[] = [];
let failures = 0;

async function drive(until: number, isCounted: boolean): Promise<void> {
  while (performance.now() < until) {
    const start = performance.now();
    const { statusCode, body } = await pool.request({ path: url.pathname, ...request });
    await body.dump();
    if (statusCode !== 200) failures++;
    else if (isCounted) latencies.push(performance.now() - start);
  }
}

async function driveAll(durationMs: number, isCounted: boolean): Promise<void> {
  const until = performance.now() + durationMs;
  await Promise.all(Array.from({ length: Number(connections) }, () => drive(until, isCounted)));
}

await driveAll(WARM_UP_MS, false);
const start = performance.now();
await driveAll(Number(seconds) * 1_000, true);
const { p50, p99, count } = spreadOf(latencies);
const elapsed = (performance.now() - start) / 1_000;
process.stdout.write(`${JSON.stringify({ requests: count, seconds: elapsed, failures, p50, p99 })}\n`);
await pool.close();
