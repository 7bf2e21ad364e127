import { startPostgres } from "../postgres.ts";
import type { Row } from "../report.ts";
import { measureClaims, measureNotifying, measureUpkeep } from "./backlog.ts";
import { measureExecutions } from "./executions.ts";
import { openMeter } from "./meter.ts";
import { startNode } from "./node.ts";
import { measureWorkers } from "./nodes.ts";
import { measureTenants } from "./tenants.ts";
import { writeUnitCosts } from "./unit-costs.ts";

/**
 * What one of everything costs, by CPU time and bytes rather than by the clock: what the model of `model.ts` reckons
 * with. Linux alone.
 */
export async function measureScaling(): Promise<Row[]> {
  await using postgres = await startPostgres();
  const { url } = postgres;
  await using meter = await openMeter(url);
  const costs = await measureBusy(url, meter);
  const tenants = await measureTenants(meter, url);
  const claims = await measureClaims(meter);
  const notifying = await measureNotifying(url);
  const upkeep = await measureUpkeep(meter, url);
  return writeUnitCosts({ ...costs, ...tenants, ...claims, ...notifying, ...upkeep });
}

/** Of a web node and workers that are ended before anything else is measured. */
async function measureBusy(databaseUrl: string, meter: Awaited<ReturnType<typeof openMeter>>) {
  await using web = await startNode({ databaseUrl, role: "web" });
  await using worker = await startNode({ databaseUrl, role: "worker" });
  const installation = { meter, web, worker };
  const executions = await measureExecutions(installation);
  return { executions, ...(await measureWorkers(installation, databaseUrl)) };
}
