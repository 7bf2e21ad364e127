import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RestAddress } from "../chaos/rest.ts";
import { startPostgres } from "../chaos/postgres-process.ts";
import { connectStorage } from "../chaos/storage.ts";
import { startBalancer } from "./balancer.ts";
import type { Balancer } from "./balancer.ts";
import { judgeExecutions, readExecutions } from "./evidence.ts";
import { startLoad } from "./load.ts";
import type { LoadRecord } from "./load.ts";
import { createRollingNode } from "./node-process.ts";
import type { RollingNode } from "./node-process.ts";
import { pauseSchedule, prepareWorkload } from "./workload.ts";

export interface RollingOptions {
  /** For logs and the data of the nodes. */
  readonly folder: string;
  /** How long a node that is told to stop still answers new requests, in ms. */
  readonly drainMs: number;
  readonly onProgress: (line: string) => void;
}

export interface RollingReport extends LoadRecord {
  readonly executions: number;
  /** What went wrong; nothing, as a rule. */
  readonly troubles: readonly string[];
}

const ROLES = { "all-1": "all", "web-1": "web", "worker-1": "worker" } as const;
const CALM_MS = 1_500;
const READY_POLL_MS = 50;
const READY_MOST_MS = 30_000;
const REST_MOST_MS = 30_000;

/** Restarts each node of an installation in turn while clients keep it busy, and says what that did to anybody. */
export async function runRolling({ folder, drainMs, onProgress }: RollingOptions): Promise<RollingReport> {
  await using resources = new AsyncDisposableStack();
  mkdirSync(join(folder, "data"), { recursive: true });
  const postgres = resources.use(await startPostgres(join(folder, "postgres.log")));
  const operatorKey = `sk_operator_${randomBytes(16).toString("hex")}`;
  const env = {
    DATABASE_URL: postgres.url,
    SKERRY_DATA_DIR: join(folder, "data"),
    SKERRY_ADMIN_KEY: operatorKey,
    SKERRY_MASTER_KEY: `rolling:${randomBytes(32).toString("base64")}`,
    SKERRY_RUNNERS_MAX: "2",
    SKERRY_RUNNERS_SPARE: "1",
    SKERRY_DRAIN_MS: String(drainMs),
    LOG_LEVEL: "info",
  };
  const nodes = Object.entries(ROLES).map(([name, role]) =>
    resources.use(createRollingNode({ name, role, env, log: join(folder, `${name}.log`) })),
  );
  // The first one migrates.
  await nodes[0]?.start();
  await Promise.all(nodes.slice(1).map((node) => node.start()));
  const served = nodes.filter(({ role }) => role !== "worker");
  const balancer = resources.use(await startBalancer(served));
  await untilReady(balancer, served);
  const key = await prepareWorkload({ url: balancer.url, key: operatorKey });
  onProgress("the nodes are up");

  const tenant = { url: balancer.url, key };
  const load = startLoad(tenant);
  await sleep(CALM_MS);
  for (const node of nodes) {
    await restart(node, balancer, onProgress);
    await sleep(CALM_MS);
  }
  const record = await load.end();
  const left = await settle(tenant, postgres.url);
  for (const node of nodes) await node.stop();

  const rows = await readExecutions(postgres.url);
  const troubles = [
    ...record.failures,
    ...balancer.failures.map((text) => `balancer: ${text}`),
    ...left,
    ...judgeExecutions(rows, record.eventIds),
  ];
  return { ...record, executions: rows.length, troubles };
}

async function restart(
  node: RollingNode,
  balancer: Balancer,
  onProgress: (line: string) => void,
): Promise<void> {
  const beganAt = performance.now();
  await node.stop();
  const stoppedAt = performance.now();
  await node.start();
  if (node.role !== "worker") await untilReady(balancer, [node]);
  const [stopMs, startMs] = [stoppedAt - beganAt, performance.now() - stoppedAt];
  onProgress(`${node.name} stopped in ${stopMs.toFixed(0)} ms and was back after ${startMs.toFixed(0)} ms`);
}

async function untilReady(balancer: Balancer, nodes: readonly RollingNode[]): Promise<void> {
  const deadline = performance.now() + READY_MOST_MS;
  while (!nodes.every(({ name }) => balancer.listReady().includes(name))) {
    if (performance.now() > deadline) throw new Error("a node that listens does not become ready");
    await sleep(READY_POLL_MS);
  }
}

/** Lets what is queued run. @returns what is left of it. */
async function settle(tenant: RestAddress, databaseUrl: string): Promise<readonly string[]> {
  await pauseSchedule(tenant);
  await using storage = await connectStorage(databaseUrl);
  const rest = Object.entries(await storage.drain(REST_MOST_MS));
  return rest.flatMap(([what, count]) => (count > 0 ? [`${count} ${what} were left`] : []));
}
