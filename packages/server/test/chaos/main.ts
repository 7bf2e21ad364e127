// npm run chaos: several nodes, publishers in processes of their own, and random faults: nodes, runners and PostgreSQL
// are killed, paused and stopped. Then it compares what publishers were promised with what scripts did, by journals that
// are no part of the platform. Exits with 1 when something was lost, came from nowhere, or ran again without need.
//
//   --seconds=N         how long there are faults (default 600); start and drain come on top
//   --seed=N            the faults of the run that printed it (default: others each time)
//   --keep              leaves the folder with journals and logs, as happens anyway when something is wrong
//   --drain-seconds=N   how long what is left may take afterwards (default 120)
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runChaos } from "./chaos.ts";
import { describeReport } from "./report.ts";

const DRAIN_MS = 120_000;
const SEED_MOST = 2 ** 31;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "600" },
      seed: { type: "string" },
      keep: { type: "boolean", default: false },
      "drain-seconds": { type: "string", default: String(DRAIN_MS / 1_000) },
    },
  });
  const seconds = Number(values.seconds);
  const seed = values.seed === undefined ? randomInt(SEED_MOST) : Number(values.seed);
  if (!(seconds > 0) || !Number.isInteger(seed)) {
    process.stderr.write("--seconds must be a number above 0, and --seed a whole number\n");
    return 2;
  }

  const startedAt = performance.now();
  const tell = (line: string): void => {
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    process.stderr.write(`${seconds.padStart(6)} s  ${line}\n`);
  };
  const folder = mkdtempSync(join(tmpdir(), "skerry-chaos-"));
  const report = await runChaos({
    seed,
    seconds,
    folder,
    drainMs: Number(values["drain-seconds"]) * 1_000,
    onProgress: tell,
  });
  const isWell = report.violations.length === 0;
  process.stdout.write(`${describeReport(report)}\n`);
  if (isWell && !values.keep) rmSync(folder, { recursive: true });
  else process.stdout.write(`  journals and logs: ${folder}\n`);
  return isWell ? 0 : 1;
}
