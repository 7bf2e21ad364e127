import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { NodeProcess } from "../chaos/node-process.ts";
import type { Holding } from "./probe.ts";

/** What one node held at one moment. */
export interface NodeSample extends Holding {
  readonly residentBytes: number;
  /** By what they are of: `socket`, `pipe`, `anon_inode`, `file`. */
  readonly descriptors: Readonly<Record<string, number>>;
  readonly threads: number;
  /** Those of tenants, and spares: runners, and what evaluates expressions. */
  readonly processes: number;
}

const KIBIBYTE = 1024;

/** @param probe the socket of the node's probe. @throws Error when the node is not there. */
export async function sampleNode(node: NodeProcess, probe: string): Promise<NodeSample> {
  const { pid, name } = node;
  if (pid === undefined) throw new Error(`${name} is not there to be looked at`);
  const holding = JSON.parse(await text(connect(probe))) as Holding;
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    ...holding,
    residentBytes: readField(status, "VmRSS") * KIBIBYTE,
    threads: readField(status, "Threads"),
    descriptors: countDescriptors(pid),
    processes: node.listRunners().length,
  };
}

/** A line of proc_pid_status(5). */
function readField(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? Number.NaN);
}

function countDescriptors(pid: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    const kind = describeDescriptor(`/proc/${pid}/fd/${descriptor}`);
    if (kind !== undefined) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Undefined for one that was closed meanwhile. */
function describeDescriptor(link: string): string | undefined {
  try {
    const target = readlinkSync(link);
    return target.startsWith("/") ? "file" : target.slice(0, target.indexOf(":"));
  } catch {
    return undefined;
  }
}
