import { hostname } from "node:os";
import type { RunnerPool, RunnerState } from "@skerry/sandbox";
import type { Logger } from "pino";
import type { Database } from "../db/open.ts";
import { withPlatform } from "../db/tenant-scope.ts";
import { SKERRY_VERSION } from "../main/version.ts";
import { MAX_LISTED_RUNNERS } from "./node.ts";
import type { NodeRunner, NodeState } from "./node.ts";
import { deleteNode, saveNode } from "./repository.ts";

export interface HeartbeatOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly pool: Pick<RunnerPool, "isolation" | "runners" | "stats">;
  readonly role: NodeState["role"];
  /** A UUID of this process's own. */
  readonly nodeId: string;
}

const BEAT_MS = 10_000;

/** Tells every 10 s what this node does, until disposed. That a word is not heard stops nobody. */
export function startHeartbeat(options: HeartbeatOptions): AsyncDisposable {
  const { database, logger, pool, role, nodeId: id } = options;
  let beating = Promise.resolve();

  async function beat(): Promise<void> {
    try {
      await withPlatform(database, (queries) => saveNode(queries, id, describeNode(pool, role)));
    } catch (error) {
      logger.debug({ err: error }, "the node could not tell of itself");
    }
  }

  function queueBeat(): void {
    beating = beating.then(beat);
  }

  queueBeat();
  const timer = setInterval(queueBeat, BEAT_MS).unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await beating;
      await withPlatform(database, (queries) => deleteNode(queries, id)).catch((error: unknown) =>
        logger.debug({ err: error }, "the node could not say that it ends"),
      );
    },
  };
}

/** What a node is and does just now. */
function describeNode(pool: HeartbeatOptions["pool"], role: NodeState["role"]): NodeState {
  const { spares, leased, starting, waiting, running, warmLeases, coldLeases, ended } = pool.stats();
  return {
    role,
    version: SKERRY_VERSION,
    host: hostname(),
    pid: process.pid,
    isolation: pool.isolation.level,
    pool: { spares, leased, starting, waiting, running, warmLeases, coldLeases, ended: { ...ended } },
    runners: pool.runners().slice(0, MAX_LISTED_RUNNERS).map(describeRunner),
  };
}

function describeRunner({ tenant, pid, load, startedAt, memoryBytes }: RunnerState): NodeRunner {
  return { tenant: tenant ?? null, pid: pid ?? null, load, startedAt, memoryBytes: memoryBytes ?? null };
}
