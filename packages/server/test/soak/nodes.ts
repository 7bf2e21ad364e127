import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findOrphans } from "../chaos/cluster.ts";
import { createNodeProcess } from "../chaos/node-process.ts";
import type { NodeProcess } from "../chaos/node-process.ts";
import type { NodeAddresses } from "../chaos/publisher.ts";
import { HOSTILE_PLAN, HOSTILE_TERMS } from "./hostile-scripts.ts";
import { sampleNode } from "./node-sample.ts";
import type { NodeSample } from "./node-sample.ts";

/** Where scripts may send requests on this machine, by name. */
export interface InternalPorts {
  /** `journal.internal`, for tenants in good order alone. */
  readonly journal: number;
  /** `echo.internal`, for these too. */
  readonly echo: number;
}

export interface SoakNodesOptions {
  /** For data, logs and temporary files. */
  readonly folder: string;
  readonly databaseUrl: string;
  readonly ports: InternalPorts;
  /** Who may reach them. */
  readonly tenants: readonly string[];
}

/** Nodes as an operator runs them, by `skerry start`, on one database. */
export interface SoakNodes extends AsyncDisposable {
  readonly nodes: readonly NodeProcess[];
  readonly urls: readonly string[];
  readonly operatorKey: string;
  /** A file with their names and addresses, as publishers read it. */
  readonly addresses: string;
  sample(): Promise<Readonly<Record<string, NodeSample>>>;
  /** Stops all nodes in order. @returns what was left of them, by its name. */
  stop(): Promise<Readonly<Record<string, number>>>;
}

export const NODE_NAMES = ["node-1", "node-2"] as const;
const PROBE = new URL("probe.ts", import.meta.url).href;
const RUNNERS_MAX = 8;
const RUNNERS_SPARE = 1;

export async function startSoakNodes(options: SoakNodesOptions): Promise<SoakNodes> {
  const { folder } = options;
  const operatorKey = `sk_operator_${randomBytes(16).toString("hex")}`;
  const temporary = join(folder, "tmp");
  mkdirSync(temporary, { mode: 0o777 });
  const env = { ...describeSettings(options), SKERRY_ADMIN_KEY: operatorKey, TMPDIR: temporary };

  await using starting = new AsyncDisposableStack();
  const nodes = NODE_NAMES.map((name) =>
    starting.use(
      createNodeProcess({
        name,
        role: "all",
        env: { ...env, SOAK_PROBE: join(folder, `${name}.probe`) },
        program: "../../bin/skerry.mjs",
        words: ["start"],
        log: join(folder, `${name}.log`),
      }),
    ),
  );
  // The first one migrates.
  for (const node of nodes) await node.start();
  const urls = nodes.map(({ url = "" }) => url);
  const addresses = join(folder, "addresses.json");
  const listening: NodeAddresses = nodes.map(({ name, url = "" }) => ({ name, url }));
  writeFileSync(addresses, JSON.stringify(listening));

  const parts = starting.move();
  return {
    nodes,
    urls,
    operatorKey,
    addresses,
    async sample() {
      const samples = await Promise.all(
        nodes.map(
          async (node) => [node.name, await sampleNode(node, join(folder, `${node.name}.probe`))] as const,
        ),
      );
      return Object.fromEntries(samples);
    },
    async stop() {
      const stops = await Promise.allSettled(nodes.map((node) => node.stop()));
      const orphans = await findOrphans(nodes);
      return {
        "nodes that did not stop in order": stops.filter(({ status }) => status === "rejected").length,
        "nodes that ended by themselves": nodes.flatMap(({ crashes }) => crashes).length,
        "processes that outlived their node": orphans.length,
        "temporary files": readdirSync(temporary).length,
      };
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function describeSettings({ folder, databaseUrl, ports, tenants }: SoakNodesOptions): Record<string, string> {
  const plans = join(folder, "plans.json");
  writeFileSync(plans, JSON.stringify({ [HOSTILE_PLAN]: HOSTILE_TERMS }));
  const internal = (["journal", "echo"] as const).map((name) => ({
    name: `${name}.internal`,
    address: "127.0.0.1",
    port: ports[name],
    tenants,
  }));
  return {
    DATABASE_URL: databaseUrl,
    PORT: "0",
    SKERRY_DATA_DIR: join(folder, "data"),
    SKERRY_MASTER_KEY: `soak:${randomBytes(32).toString("base64")}`,
    SKERRY_PLANS: plans,
    SKERRY_HTTP_INTERNAL: JSON.stringify(internal),
    SKERRY_RUNNERS_MAX: String(RUNNERS_MAX),
    SKERRY_RUNNERS_SPARE: String(RUNNERS_SPARE),
    LOG_LEVEL: "warn",
    NODE_OPTIONS: `--import=${PROBE}`,
  };
}
