import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { KEPT_RUN } from "../../benchmarks/src/page/keep.ts";
import type { Run } from "../../benchmarks/src/page/page.ts";
import type { SuiteResult } from "../../benchmarks/src/report.ts";
import { reckonCeilings, reckonDemand } from "../../benchmarks/src/scaling/model.ts";
import type { Demand } from "../../benchmarks/src/scaling/model.ts";
import {
  REFERENCE_HARDWARE,
  REFERENCE_SIZES,
  REFERENCE_WORKLOAD,
} from "../../benchmarks/src/scaling/reference.ts";
import {
  EXECUTION_FIELDS,
  readUnitCosts,
  SINGLE_FIELDS,
  TRIGGERS,
} from "../../benchmarks/src/scaling/unit-costs.ts";
import type { UnitCosts } from "../../benchmarks/src/scaling/unit-costs.ts";
import type { Finding } from "./finding.ts";
import { checkParts, writeParts } from "./generated-parts.ts";
import type { PartlyGenerated } from "./generated-parts.ts";

export const SCALING_DOCS_FILE = "docs/scaling.md";

const PAGE: PartlyGenerated = {
  file: SCALING_DOCS_FILE,
  step: "scaling-docs",
  source: `${KEPT_RUN} and the model`,
  parts: {
    machine: writeMachine,
    "cost of executions": async (root) => writeExecutionCosts(await readCosts(root)),
    "cost of the rest": async (root) => writeSingleCosts(await readCosts(root)),
    sizes: async (root) => writeSizes(await readCosts(root)),
    ceilings: async (root) => writeCeilings(await readCosts(root)),
    routing: async (root) => writeRouting(await readCosts(root)),
  },
};

/** Tells whether `docs/scaling.md` says what was measured, and what the model makes of it. */
export async function checkScalingDocs(root: string): Promise<Finding[]> {
  return await checkParts(root, PAGE);
}

/** Writes the generated parts of `docs/scaling.md` anew. */
export async function writeScalingDocs(root: string): Promise<void> {
  await writeParts(root, PAGE);
}

async function readResults(root: string): Promise<SuiteResult> {
  const { results } = JSON.parse(await readFile(join(root, KEPT_RUN), "utf8")) as Run;
  const found = results.find(({ suite }) => suite === "scaling");
  if (found === undefined) throw new Error(`${KEPT_RUN} has no suite "scaling"`);
  return found;
}

async function readCosts(root: string): Promise<UnitCosts> {
  return readUnitCosts((await readResults(root)).rows);
}

async function writeMachine(root: string): Promise<string> {
  const { at, machine } = await readResults(root);
  return `Measured on ${at.slice(0, 10)} with Node ${machine.node.slice(1)} on ${machine.cores} cores of ${machine.cpu}.`;
}

function writeExecutionCosts({ executions }: UnitCosts): string {
  const fields = Object.values(EXECUTION_FIELDS);
  const rows = TRIGGERS.map((trigger) => [
    `\`${trigger}\``,
    ...fields.map(({ key, unit }) => `${round(executions[trigger][key])} ${unit}`),
  ]);
  return writeTable(["trigger", ...fields.map(({ what }) => what)], rows);
}

function writeSingleCosts(costs: UnitCosts): string {
  const rows = SINGLE_FIELDS.map(({ key, what, unit }) => [what, `${round(costs[key])} ${unit}`.trim()]);
  return writeTable(["what", "cost"], rows);
}

function writeSizes(costs: UnitCosts): string {
  const demands = REFERENCE_SIZES.map((workload) => reckonDemand(costs, workload, REFERENCE_HARDWARE));
  const lines: readonly (readonly [what: string, read: (demand: Demand) => string])[] = [
    ["web nodes", ({ web }) => whole(web.nodes)],
    ["workers", ({ workers }) => whole(workers.nodes)],
    ["cores of all nodes", ({ web, workers }) => whole(web.cores + workers.cores)],
    [
      "of these for cold starts",
      ({ web, workers }) => whole(coldCores(costs, web) + coldCores(costs, workers)),
    ],
    ["runners", ({ web, workers }) => whole(web.runners + workers.runners)],
    [
      "memory of runners, GB",
      ({ web, workers }) => whole(((web.runners + workers.runners) * costs.runnerMb) / 1_024),
    ],
    [
      "cold starts per second",
      ({ web, workers }) => whole(web.coldStartsPerSecond + workers.coldStartsPerSecond),
    ],
    ["cores of PostgreSQL", ({ database }) => round(database.cores)],
    ["write-ahead log, MB/s", ({ database }) => round(database.walMbPerSecond)],
    ["connections", ({ database }) => whole(database.connections)],
    ["time that claims are locked, at worst", ({ database }) => `${whole(database.claimShare * 100)} %`],
    ["history of 30 days, GB", ({ database }) => whole(database.storedGb)],
  ];
  const heads = REFERENCE_SIZES.map(
    ({ tenants, executionsPerSecond }) => `${whole(tenants)} tenants, ${whole(executionsPerSecond)}/s`,
  );
  return writeTable(
    ["", ...heads],
    lines.map(([what, read]) => [what, ...demands.map(read)]),
  );
}

function coldCores(costs: UnitCosts, { coldStartsPerSecond }: Demand["web"]): number {
  return (coldStartsPerSecond * costs.coldStartMs) / 1_000 / REFERENCE_HARDWARE.utilization;
}

function writeCeilings(costs: UnitCosts): string {
  const ceilings = reckonCeilings(costs, REFERENCE_WORKLOAD, REFERENCE_HARDWARE);
  const rows = ceilings.map(({ what, executionsPerSecond }) => [what, twoDigits(executionsPerSecond)]);
  const { executionsPerSecond: wanted } = REFERENCE_WORKLOAD;
  const installations = Math.ceil(wanted / (ceilings[0]?.executionsPerSecond ?? wanted));
  const taken =
    installations === 1 ? "one installation as it is" : `${installations} installations as they are`;
  const answer = `So ${whole(wanted)} executions per second take ${taken} today.`;
  return `${writeTable(["used up", "executions per second"], rows)}\n\n${answer}`;
}

function writeRouting(costs: UnitCosts): string {
  const rows = [true, false].map((isRoutedByTenant) => {
    const { web } = reckonDemand(costs, REFERENCE_WORKLOAD, { ...REFERENCE_HARDWARE, isRoutedByTenant });
    const name = isRoutedByTenant ? "by tenant" : "to any node";
    return [name, whole(web.nodes), whole(web.runners), whole(web.coldStartsPerSecond)];
  });
  return writeTable(["requests go", "web nodes", "runners", "cold starts per second"], rows);
}

function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map((_, column) => (column === 0 ? "---" : "---:")), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Three digits: more would say that it is known better than it is. */
function round(value: number): string {
  return value >= 100 ? whole(value) : String(Number(value.toPrecision(3)));
}

function twoDigits(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString("en-US");
}
