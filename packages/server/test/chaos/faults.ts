import { setTimeout as sleep } from "node:timers/promises";
import type { FaultKind, PlannedFault } from "./fault-plan.ts";
import type { NodeProcess } from "./node-process.ts";
import type { PostgresProcess } from "./postgres-process.ts";

/** A fault that took place. Times are in ms since the epoch. */
export interface Fault {
  readonly kind: FaultKind;
  /** The node, or PostgreSQL. */
  readonly target: string;
  readonly from: number;
  /** When what was hit was there again. */
  readonly to: number;
}

export interface FaultOptions {
  readonly nodes: readonly NodeProcess[];
  readonly postgres: PostgresProcess;
  /** Told of each fault as it begins. */
  readonly onProgress: (line: string) => void;
}

/** Nodes are left alone while so much is hit: half of them keep standing, also where starting one takes long. */
const TARGETS_AT_ONCE = 2;

/** What took place; what had nobody left to hit did not. */
export interface FaultRecord {
  readonly faults: readonly Fault[];
  /** What went wrong that no fault explains: a node that did not stop when it was asked to, or did not start. */
  readonly troubles: readonly string[];
}

/** Does what the plan says, each fault at its time, some at the same time as others. Resolves when all are mended. */
export async function injectFaults(
  plan: readonly PlannedFault[],
  { nodes, postgres, onProgress }: FaultOptions,
): Promise<FaultRecord> {
  const faults: Fault[] = [];
  const troubles: string[] = [];
  const hit = new Set<string>();

  async function inject(planned: PlannedFault): Promise<void> {
    await sleep(planned.atMs);
    const isOfPostgres = planned.kind === "kill-postgres" || planned.kind === "pause-postgres";
    const isFull = hit.size >= TARGETS_AT_ONCE && planned.kind !== "kill-runner";
    const standing = nodes.filter((node) => !isFull && canHit(node, planned.kind) && !hit.has(node.name));
    const node = isOfPostgres ? undefined : standing[Math.floor(planned.aim * standing.length)];
    const target = isOfPostgres ? "postgres" : node?.name;
    if (target === undefined || hit.has(target)) return;
    hit.add(target);
    const from = Date.now();
    onProgress(`${planned.kind} ${target}`);
    const wasHit = node === undefined ? await hitPostgres(planned) : await hitNode(node, planned);
    if (wasHit) faults.push({ kind: planned.kind, target, from, to: Date.now() });
    hit.delete(target);
  }

  async function hitPostgres({ kind, lastsMs, aim }: PlannedFault): Promise<boolean> {
    if (kind === "kill-postgres") postgres.kill(aim < 0.5);
    else {
      const resume = postgres.pause();
      await sleep(lastsMs);
      resume();
    }
    await postgres.untilReady();
    return true;
  }

  async function hitNode(node: NodeProcess, { kind, lastsMs, aim }: PlannedFault): Promise<boolean> {
    if (kind === "kill-runner") return killRunner(node, aim);
    if (kind === "pause-node") {
      node.pause();
      await sleep(lastsMs);
      node.resume();
      return true;
    }
    await (kind === "stop-node" ? node.stop().catch(keepTrouble) : node.kill());
    await sleep(lastsMs);
    await node.start();
    return true;
  }

  function keepTrouble(error: unknown): void {
    troubles.push(error instanceof Error ? error.message : String(error));
  }

  await Promise.all(plan.map((planned) => inject(planned).catch(keepTrouble)));
  return { faults: faults.toSorted((one, other) => one.from - other.from), troubles };
}

function canHit(node: NodeProcess, kind: FaultKind): boolean {
  return node.url !== undefined && (kind !== "kill-runner" || node.listRunners().length > 0);
}

function killRunner(node: NodeProcess, aim: number): boolean {
  const runners = node.listRunners();
  const pid = runners[Math.floor(aim * runners.length)];
  if (pid === undefined) return false;
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false; // it ended meanwhile
  }
}
