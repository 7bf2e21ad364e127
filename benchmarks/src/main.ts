import { parseArgs } from "node:util";
import { report, type Row } from "./report.ts";
import { measureScripts } from "./scripts/suite.ts";

const SUITES: Readonly<Record<string, () => Promise<Row[]>>> = {
  scripts: measureScripts,
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
