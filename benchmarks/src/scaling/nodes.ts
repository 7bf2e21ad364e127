import { setTimeout as sleep } from "node:timers/promises";
import { publishEvents } from "./executions.ts";
import type { Installation } from "./executions.ts";
import { startNode } from "./node.ts";
import type { ScalingNode } from "./node.ts";
import type { UnitCosts } from "./unit-costs.ts";

const FURTHER_WORKERS = [1, 3, 7] as const;
const IDLE_MS = 6_000;
const EVENTS = 2_000;
const WARM_UPS = 400;

type NodeCosts = Pick<UnitCosts, "idleWorkerMs" | "furtherWorkerMs" | "workerConnections">;

/** What further workers cost the database, idle and while events are delivered: 2, 4 and 8 workers beside one. */
export async function measureWorkers({ meter, web }: Installation, databaseUrl: string): Promise<NodeCosts> {
  await using workers = new AsyncDisposableStack();
  const further: ScalingNode[] = [];
  const readings = [await readWith(0)];
  for (const count of FURTHER_WORKERS) {
    while (further.length < count) {
      further.push(workers.use(await startNode({ databaseUrl, role: "worker", runners: 2, spares: 0 })));
    }
    readings.push(await readWith(count));
  }

  async function readWith(workerCount: number) {
    await publishEvents(web, meter, WARM_UPS);
    const [quietMs, busyMs] = [
      await used(() => sleep(IDLE_MS)),
      await used(() => publishEvents(web, meter, EVENTS)),
    ];
    return {
      workers: workerCount,
      idleMs: (quietMs * 1_000) / IDLE_MS,
      eventMs: busyMs / EVENTS,
      connections: await meter.countConnections(),
    };
  }

  async function used(work: () => Promise<void>): Promise<number> {
    const before = await meter.read();
    await work();
    return (await meter.read()).cpuMs - before.cpuMs;
  }

  const slopeOf = (key: "idleMs" | "eventMs" | "connections"): number =>
    fitSlope(readings.map((reading) => [reading.workers, reading[key]] as const));
  return {
    idleWorkerMs: slopeOf("idleMs"),
    // What further workers claim less often weighs more, as a rule, than what they ask in vain.
    furtherWorkerMs: Math.max(0, slopeOf("eventMs")),
    workerConnections: slopeOf("connections"),
  };
}

/** Least squares. */
export function fitSlope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (place: 0 | 1): number => points.reduce((sum, point) => sum + point[place], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
