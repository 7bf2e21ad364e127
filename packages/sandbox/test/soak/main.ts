// npm run soak:runners: keeps parts of the platform busy with work that ends well and work that does not, lets everything go,
// and looks whether memory, processes, descriptors, handles, threads and temporary files are back where they were.
// Exits with 1 when something is not.
//
//   --seconds=N   how long it works (default 600)
//   --only=A,B    these suites alone
//   --here        all in this process, which then needs the flags that suites need
//   --json        the report as JSON on stdout; progress goes to stderr
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stop as stopEsbuild } from "esbuild";
import { isolatedVmBridgeSuite, processBridgeSuite, quickJsBridgeSuite } from "./bridges.ts";
import { crashSuite } from "./crashes.ts";
import { inOwnProcess } from "./process-of-its-own.ts";
import { runnerPoolSuite } from "./runner-pool.ts";
import { describeReport, isWell, soak } from "./soak.ts";
import type { SoakSuite } from "./suite.ts";

/** QuickJsBridge works on the thread of its host, IsolatedVmBridge needs a flag: these have a process of their own. */
const SUITES: readonly { readonly suite: SoakSuite; readonly apart?: readonly string[] }[] = [
  { suite: processBridgeSuite },
  { suite: quickJsBridgeSuite, apart: [] },
  { suite: isolatedVmBridgeSuite, apart: ["--no-node-snapshot"] },
  { suite: runnerPoolSuite },
  { suite: crashSuite },
];

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "600" },
      only: { type: "string" },
      json: { type: "boolean", default: false },
      here: { type: "boolean", default: false },
    },
  });
  const seconds = Number(values.seconds);
  if (!(seconds > 0)) {
    process.stderr.write(`--seconds=${values.seconds} must be a number above 0\n`);
    return 2;
  }
  const known = SUITES.map(({ suite }) => suite.name);
  const names = values.only?.split(",") ?? known;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no suite "${unknown}". There are: ${known.join(", ")}.\n`);
    return 2;
  }
  const suites = SUITES.filter(({ suite }) => names.includes(suite.name)).map(({ suite, apart }) =>
    apart && !values.here ? inOwnProcess(suite, apart) : suite,
  );

  // Temporary files of other processes are none of ours.
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  process.env["TMPDIR"] = folder;
  try {
    const report = await soak({
      seconds,
      suites,
      onProgress: (line) => process.stderr.write(`${line}\n`),
    });
    process.stdout.write(`${values.json ? JSON.stringify(report) : describeReport(report)}\n`);
    return isWell(report) ? 0 : 1;
  } finally {
    await stopEsbuild();
    rmSync(folder, { recursive: true, force: true });
  }
}
