// npm run rolling: three nodes as `skerry start` runs them, behind a load balancer that repeats no request, are restarted
// one after the other under load. Exits with 1 when a request failed, or an execution was lost, repeated or cut short.
//
//   --drain-ms=N   SKERRY_DRAIN_MS of the nodes (default 3000); 0 shows what it is for
//   --keep         leaves the folder with the nodes' logs, as happens anyway when something is wrong
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runRolling } from "./rolling.ts";
import type { RollingReport } from "./rolling.ts";

const SHOWN_MOST = 20;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { "drain-ms": { type: "string", default: "3000" }, keep: { type: "boolean", default: false } },
  });
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "skerry-rolling-"));
  const report = await runRolling({
    folder,
    drainMs: Number(values["drain-ms"]),
    onProgress(line) {
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      process.stderr.write(`${seconds.padStart(6)} s  ${line}\n`);
    },
  });
  const isWell = report.troubles.length === 0;
  process.stdout.write(`${describe(report)}\n`);
  if (isWell && !values.keep) rmSync(folder, { recursive: true });
  else process.stdout.write(`  logs: ${folder}\n`);
  return isWell ? 0 : 1;
}

/** For people. */
function describe({ answers, executions, reconnections, troubles }: RollingReport): string {
  const more = troubles.length - SHOWN_MOST;
  return [
    "rolling restart of 3 nodes",
    ...[...answers].map(([what, count]) => `  ${String(count).padStart(7)} ${what}`),
    `  ${String(executions).padStart(7)} executions in the history`,
    `  ${String(reconnections).padStart(7)} times a listener to a log came again`,
    ...troubles.slice(0, SHOWN_MOST).map((text) => `  WRONG  ${text}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    troubles.length === 0 ? "  no request failed and no execution was lost or repeated" : "  FAILED",
  ].join("\n");
}
