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
import { report, type Row } from "./report.ts";
import { measureScripts } from "./scripts/suite.ts";
import { measureUi } from "./ui/suite.ts";

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
  scripts: measureScripts,
  ui: measureUi,
};

const { values } = parseArgs({ options: { only: { type: "string" } } });
const wanted = values.only?.split(",") ?? Object.keys(SUITES);
for (const name of wanted) {
  const measure = SUITES[name];
  if (!measure) {
    process.stderr.write(`There is no suite "${name}". Suites: ${Object.keys(SUITES).join(", ")}\n`);
    process.exit(2);
  }
  await report(name, await measure());
}
