// npm run soak: two nodes by `skerry start` on one PostgreSQL, all triggers, tenants in good order beside hostile ones
// and others that come and go. It watches memory, descriptors, processes, queue and tables, lets all come to rest, and
// judges. Exits with 1 when something grew, was left behind, got lost, or was answered wrongly.
//
//   --seconds=N   how long there is load (default 600); whether anything grows is judged from 600 on
//   --seed=N      of what is chosen by chance (default: another each time)
//   --report      also writes docs/soak-report.md and .json
//   --json        the report as JSON on stdout; progress goes to stderr
//   --keep        leaves the folder with logs and journals, as happens anyway when something is wrong
import { randomInt } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeReport, presentReport, writeReport } from "./report.ts";
import { runSoak } from "./soak.ts";
import type { SoakOptions } from "./soak.ts";

/** As shells say of a program that SIGINT ended. */
const EXIT_INTERRUPTED = 130;
const SEED_MOST = 2 ** 31;
const DOCS = fileURLToPath(new URL("../../../../docs/", import.meta.url));

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "600" },
      seed: { type: "string" },
      report: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
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
    const passed = ((performance.now() - startedAt) / 1_000).toFixed(1);
    process.stderr.write(`${passed.padStart(6)} s  ${line}\n`);
  };
  const over = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => over.abort());
  const folder = mkdtempSync(join(tmpdir(), "skerry-soak-"));
  chmodSync(folder, 0o755);
  const options: SoakOptions = { seconds, seed, folder, signal: over.signal, onProgress: tell };
  const report = await runSoak(options).catch((error: unknown) => {
    if (over.signal.aborted) return undefined;
    tell(`logs and journals: ${folder}`);
    throw error;
  });
  if (report === undefined) {
    rmSync(folder, { recursive: true, force: true });
    // Publishers end with this process.
    process.exit(EXIT_INTERRUPTED);
  }
  const isWell = report.findings.length === 0;
  process.stdout.write(values.json ? await writeReport(report) : `${describeReport(report)}\n`);
  if (values.report) {
    writeFileSync(join(DOCS, "soak-report.md"), await presentReport(report));
    writeFileSync(join(DOCS, "soak-report.json"), await writeReport(report));
  }
  if (isWell && !values.keep) rmSync(folder, { recursive: true });
  else tell(`logs and journals: ${folder}`);
  return isWell ? 0 : 1;
}
