import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseMeter } from "./meter.ts";
import { startNode } from "./node.ts";
import type { ScalingNode } from "./node.ts";
import type { UnitCosts } from "./unit-costs.ts";

const NEWCOMERS = 24;
/** Longer than a spare takes to start. */
const BETWEEN_NEWCOMERS_MS = 500;
/** Those that are asked for before anything is measured: they also grow what a node has once. */
const FIRST_KNOWN = 1_000;
const KNOWN = 4_000;
const ENDPOINTS = 5;
const ASKED_AT_ONCE = 8;
const KB_PER_MB = 1_024;

type TenantCosts = Pick<UnitCosts, "coldStartMs" | "runnerMb" | "nodeMb" | "rememberedKb" | "webConnections">;

/** What tenants cost a web node of their own: those that come for the first time, and those that are only known. */
export async function measureTenants(meter: DatabaseMeter, databaseUrl: string): Promise<TenantCosts> {
  const connectionsBefore = await meter.countConnections();
  await using node = await startNode({ databaseUrl, role: "web" });
  const newcomers = await measureNewcomers(node);
  await insertKnown(node, meter);
  await askKnown(node, 0, FIRST_KNOWN);
  const nodeMb = node.readMemoryMb();
  await askKnown(node, FIRST_KNOWN, KNOWN);
  const rememberedKb = ((node.readMemoryMb() - nodeMb) * KB_PER_MB) / (KNOWN - FIRST_KNOWN);
  const webConnections = (await meter.countConnections()) - connectionsBefore;
  return { ...newcomers, nodeMb, rememberedKb, webConnections };
}

/** The first request of each of some tenants, at a pace at which a spare is ready for it. */
async function measureNewcomers(node: ScalingNode): Promise<Pick<UnitCosts, "coldStartMs" | "runnerMb">> {
  for (let n = 0; n < NEWCOMERS; n++) {
    const id = `new-${n}`;
    await node.post("/tenants", { id, name: id });
    await node.post("/scripts", { name: "served", type: "http", source: "export default () => 1;" }, id);
  }
  await sleep(BETWEEN_NEWCOMERS_MS);
  const read = () => ({
    cpuMs: node.readCpuMs() + node.readRunnerCpuMs(),
    memoryMb: node.readRunnerMemoryMb(),
  });
  const before = read();
  for (let n = 0; n < NEWCOMERS; n++) {
    await ask(node, `new-${n}`, 200);
    await sleep(BETWEEN_NEWCOMERS_MS);
  }
  const after = read();
  return {
    coldStartMs: (after.cpuMs - before.cpuMs) / NEWCOMERS,
    runnerMb: (after.memoryMb - before.memoryMb) / NEWCOMERS,
  };
}

/** Copies one tenant, whose endpoints ask for a key, so that a request makes them known and runs nothing. */
async function insertKnown(node: ScalingNode, { client }: DatabaseMeter): Promise<void> {
  await node.post("/tenants", { id: "model", name: "model" });
  for (let n = 0; n < ENDPOINTS; n++) {
    const name = n === 0 ? "served" : `served-${n}`;
    const settings = { auth: { type: "apiKey" } };
    await node.post("/scripts", { name, type: "http", source: "export default () => 1;", settings }, "model");
  }
  const each = `(select 'known-' || n as tenant from generate_series(0, ${KNOWN - 1}) n) known`;
  await client.query("begin");
  await client.query(`insert into skerry.tenants (id, name) select tenant, tenant from ${each}`);
  await client.query(`
    insert into skerry.scripts (tenant_id, id, name, type, status, active_version, latest_version)
    select tenant, id, name, type, status, active_version, latest_version
    from skerry.scripts cross join ${each} where tenant_id = 'model'`);
  await client.query(`
    insert into skerry.script_versions (tenant_id, script_id, version, language, source, code, settings, checksum)
    select tenant, script_id, version, language, source, code, settings, checksum
    from skerry.script_versions cross join ${each} where tenant_id = 'model'`);
  await client.query(`
    insert into skerry.endpoint_routes (tenant_id, method, path, script_id)
    select tenant, method, path, script_id from skerry.endpoint_routes cross join ${each} where tenant_id = 'model'`);
  await client.query("commit");
}

async function askKnown(node: ScalingNode, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += ASKED_AT_ONCE) {
    const several = Array.from({ length: ASKED_AT_ONCE }, (_, n) => ask(node, `known-${first + n}`, 401));
    await Promise.all(several);
  }
}

async function ask(node: ScalingNode, tenantId: string, wanted: number): Promise<void> {
  const response = await fetch(`${node.origin}/run/${tenantId}/served`);
  await response.text();
  if (response.status !== wanted) throw new Error(`a request of ${tenantId} was answered ${response.status}`);
}
