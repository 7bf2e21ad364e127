import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KEPT_RUN, renderFiles } from "../../benchmarks/src/page/keep.ts";
import type { Run } from "../../benchmarks/src/page/page.ts";
import type { Finding } from "./finding.ts";

/** Finds figures on the benchmarks page that the kept run does not have. */
export async function checkBenchmarkPage(root: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  const run = await readRun(root).catch(() => undefined);
  if (run === undefined)
    return [{ file: KEPT_RUN, message: "cannot be read; make it with: npm run bench -- --keep" }];
  for (const [file, text] of Object.entries(await renderFiles(run))) {
    const present = await readFile(join(root, file), "utf8").catch(() => undefined);
    if (present === text) continue;
    const message = `is not what ${KEPT_RUN} gives; write it with: npm run check -- --only=benchmark-page --write`;
    findings.push({ file, message });
  }
  return findings;
}

/** Writes the page of the kept run anew, after a change of how it looks. */
export async function writeBenchmarkPage(root: string): Promise<void> {
  for (const [file, text] of Object.entries(await renderFiles(await readRun(root)))) {
    await writeFile(join(root, file), text);
  }
}

async function readRun(root: string): Promise<Run> {
  return JSON.parse(await readFile(join(root, KEPT_RUN), "utf8")) as Run;
}
