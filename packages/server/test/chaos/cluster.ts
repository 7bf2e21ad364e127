import { randomBytes } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createNodeProcess } from "./node-process.ts";
import type { NodeProcess } from "./node-process.ts";
import { startPostgres } from "./postgres-process.ts";
import type { PostgresProcess } from "./postgres-process.ts";
import type { NodeAddresses } from "./publisher.ts";

/** Nodes on one PostgreSQL, each a process. */
export interface Cluster extends AsyncDisposable {
  readonly postgres: PostgresProcess;
  readonly nodes: readonly NodeProcess[];
  readonly operatorKey: string;
  /** A file that tells, all the time, where the nodes that answer requests listen; as `NodeAddresses`. */
  readonly addresses: string;
  /** Stops all nodes in order. @returns what went wrong. */
  stopNodes(): Promise<readonly string[]>;
}

const ROLES = { "web-1": "web", "all-1": "all", "worker-1": "worker", "worker-2": "worker" } as const;
const ADDRESSES_MS = 100;
const ORPHANS_MOST_MS = 15_000;
const ORPHANS_POLL_MS = 100;

/** @param folder for logs and for the data of the nodes. */
export async function startCluster(folder: string, receiverUrl: string): Promise<Cluster> {
  await using starting = new AsyncDisposableStack();
  const postgres = starting.use(await startPostgres(join(folder, "postgres.log")));
  const operatorKey = `sk_operator_${randomBytes(16).toString("hex")}`;
  const env = {
    DATABASE_URL: postgres.url,
    SKERRY_DATA_DIR: join(folder, "data"),
    SKERRY_ADMIN_KEY: operatorKey,
    SKERRY_MASTER_KEY: `chaos:${randomBytes(32).toString("base64")}`,
    SKERRY_RUNNERS_MAX: "2",
    SKERRY_RUNNERS_SPARE: "0",
    LOG_LEVEL: "warn",
  };
  const nodes = Object.entries(ROLES).map(([name, role]) =>
    starting.use(
      createNodeProcess({
        name,
        role,
        env,
        program: "node.ts",
        words: [receiverUrl],
        log: join(folder, `${name}.log`),
      }),
    ),
  );
  // The first one migrates.
  await nodes[0]?.start();
  await Promise.all(nodes.slice(1).map((node) => node.start()));

  const addresses = join(folder, "addresses.json");
  const tell = (): void => {
    const listening: NodeAddresses = nodes.flatMap(({ name, role, url }) =>
      role === "worker" || url === undefined ? [] : [{ name, url }],
    );
    // Whoever reads it meanwhile finds all of it.
    writeFileSync(`${addresses}.new`, JSON.stringify(listening));
    renameSync(`${addresses}.new`, addresses);
  };
  tell();
  const telling = setInterval(tell, ADDRESSES_MS);
  starting.defer(() => clearInterval(telling));

  const parts = starting.move();
  return {
    postgres,
    nodes,
    operatorKey,
    addresses,
    async stopNodes() {
      const stops = await Promise.allSettled(nodes.map((node) => node.stop()));
      const failed = stops.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : []));
      return [...failed, ...(await findOrphans(nodes))];
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Runners that outlive their node for longer than they may. */
export async function findOrphans(nodes: readonly NodeProcess[]): Promise<readonly string[]> {
  const deadline = Date.now() + ORPHANS_MOST_MS;
  for (;;) {
    const orphans = nodes.flatMap((node) =>
      node.listOrphans().map((pid) => `process ${pid} outlived ${node.name}`),
    );
    if (orphans.length === 0 || Date.now() > deadline) return orphans;
    await sleep(ORPHANS_POLL_MS);
  }
}
