import { z } from "zod";
import { moment } from "../rest/route.ts";

/** More of them are counted, not listed. */
export const MAX_LISTED_RUNNERS = 200;

const runner = z.object({
  tenant: z.string().nullable().describe("null for a clean spare."),
  pid: z.int().nullable(),
  load: z.int().describe("Executions under way."),
  startedAt: z.number().describe("In ms since the epoch."),
  memoryBytes: z.number().nullable().describe("Resident; null where the system does not tell."),
});
export type NodeRunner = Readonly<z.output<typeof runner>>;

/** What a node tells of itself. */
export const nodeState = z.object({
  role: z.enum(["all", "web", "worker"]),
  version: z.string(),
  host: z.string(),
  pid: z.int(),
  isolation: z.string(),
  pool: z.object({
    spares: z.int(),
    leased: z.int(),
    starting: z.int(),
    waiting: z.int(),
    running: z.int(),
    warmLeases: z.int(),
    coldLeases: z.int(),
    ended: z.record(z.string(), z.int()).describe("Runners that ended since the start, by reason."),
  }),
  runners: z.array(runner).max(MAX_LISTED_RUNNERS).readonly(),
});
export type NodeState = Readonly<z.output<typeof nodeState>>;

/** A node that was seen within the last minute or ended without a word within the last day. */
export const node = nodeState.extend({
  id: z.uuid(),
  startedAt: moment(),
  seenAt: moment(),
  isLost: z.boolean().describe("It was not seen for 30 s and did not say that it ends."),
});
export type SkerryNode = Readonly<z.output<typeof node>>;

/** What waits and runs over all nodes, and the database that holds it. */
export interface InstallationState {
  readonly jobs: {
    readonly scheduled: number;
    readonly held: number;
    readonly ready: number;
    readonly running: number;
  };
  /** How long the job that is due and waits longest has waited; null where none does. */
  readonly oldestWaitMs: number | null;
  /** Tenants with the most jobs that are due, the most first. */
  readonly busiest: readonly { readonly tenantId: string; readonly ready: number }[];
  readonly database: {
    readonly version: string;
    readonly bytes: number;
    readonly connections: number;
    readonly maxConnections: number;
  };
}
