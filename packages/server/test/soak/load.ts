import type { Note } from "../chaos/journal.ts";
import { prepareWorkload, TENANTS } from "../chaos/workload.ts";
import type { Beginning } from "../chaos/workload.ts";
import type { Caller, Front } from "./client.ts";
import { createGuests } from "./guests.ts";
import { HOSTILE_TENANTS, prepareHostile } from "./hostile.ts";
import { prepareNeighbour } from "./neighbours.ts";
import type { InternalPorts } from "./nodes.ts";
import type { Work } from "./work.ts";

/** All that is done to the installation, and by whom. */
export interface Load {
  readonly works: readonly Work[];
  /** Keys of the tenants in good order, and of those that mean harm, by tenant. */
  readonly keys: { readonly neighbours: Keys; readonly hostile: Keys };
  readonly schedules: Beginning;
  /** What works were promised to be run, beside what publishers note. */
  readonly notes: readonly Note[];
}

type Keys = Readonly<Record<string, string>>;

export interface LoadOptions {
  readonly front: Front;
  readonly operator: Caller;
  readonly ports: InternalPorts;
}

/** Ticks that run one after the other have to be done within their second on a machine that has much else to do. */
const PAUSE_MS = 20;

/** Makes the tenants and all that they have. */
export async function prepareLoad({ front, operator, ports }: LoadOptions): Promise<Load> {
  const report = reportTo(ports.journal);
  const address = { url: front.urls[0] ?? "", key: operator.key ?? "" };
  const { keys: neighbours, schedules } = await prepareWorkload(address, { report, pauseMs: PAUSE_MS });
  const notes: Note[] = [];
  const works: Work[] = [createGuests(front, operator), openOperatorLists(operator)];
  for (const tenant of TENANTS) {
    const key = neighbours[tenant] ?? "";
    works.push(...(await prepareNeighbour({ front, tenant, key, echoPort: ports.echo, report, notes })));
  }
  const hostile: Record<string, string> = {};
  for (const tenant of HOSTILE_TENANTS) {
    const made = await prepareHostile({ front, operator, tenant, receiverPort: ports.journal });
    hostile[tenant] = made.key;
    works.push(...made.works);
  }
  return { works, keys: { neighbours, hostile }, schedules, notes };
}

/** Guest code that tells the receiver of `run`, as the service of the chaos check does, by a request of the script. */
function reportTo(port: number): string {
  return `
    const told = { ...run, tenant: ctx.tenant.id, script: ctx.script.name, executionId: ctx.execution.id };
    const reply = await ctx.http.post("http://journal.internal:${port}/ran", { json: told });
    if (!reply.ok) throw new Error("the receiver answered " + reply.status);`;
}

const OPERATOR_LISTS = ["tenants", "plans", "operators", "installation/audit", "openapi.json"] as const;

function openOperatorLists(operator: Caller): Work {
  return {
    name: "lists of the operator",
    pauseMs: 1_000,
    async run(round) {
      await operator.expect(200, { path: `/api/v1/${OPERATOR_LISTS[round % OPERATOR_LISTS.length]}` });
    },
  };
}
