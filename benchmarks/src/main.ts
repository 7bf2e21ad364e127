import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureBridges } from "./bridges/suite.ts";
import { measureCalls } from "./calls/suite.ts";
import { measureCapabilities } from "./capabilities/suite.ts";
import { measureDensity } from "./density/suite.ts";
import { measureExpressions } from "./expressions/suite.ts";
import { measureHttp } from "./http/suite.ts";
import { measureLists } from "./lists/suite.ts";
import { measureNeighbour } from "./neighbour/suite.ts";
import { measurePlatform } from "./platform/suite.ts";
import { measureQueue } from "./queue/suite.ts";
import { keepRun } from "./page/keep.ts";
import { report, type Row, type SuiteResult } from "./report.ts";
import { measureScaling } from "./scaling/suite.ts";
import { measureScripts } from "./scripts/suite.ts";
import { measureUi } from "./ui/suite.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const SUITES: Readonly<Record<string, () => Promise<Row[]>>> = {
  bridges: measureBridges,
  calls: measureCalls,
  capabilities: measureCapabilities,
  density: measureDensity,
  expressions: measureExpressions,
  http: measureHttp,
  lists: measureLists,
  neighbour: measureNeighbour,
  platform: measurePlatform,
  queue: measureQueue,
  scaling: measureScaling,
  scripts: measureScripts,
  ui: measureUi,
};

const { values } = parseArgs({
  options: { only: { type: "string" }, keep: { type: "boolean", default: false } },
});
const wanted = values.only?.split(",") ?? Object.keys(SUITES);
const unknown = wanted.find((name) => !(name in SUITES));
if (unknown !== undefined || (values.keep && values.only !== undefined)) {
  const reason = unknown === undefined ? "A kept run has all suites" : `There is no suite "${unknown}"`;
  process.stderr.write(`${reason}. Suites: ${Object.keys(SUITES).join(", ")}\n`);
  process.exit(2);
}
const results: SuiteResult[] = [];
for (const name of wanted) results.push(await report(name, (await SUITES[name]?.()) ?? []));
if (values.keep) await keepRun(ROOT, results);
