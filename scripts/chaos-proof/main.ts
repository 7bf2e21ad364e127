// npm run chaos:proof: breaks the platform in known ways, one after the other, in a copy of the sources, and demands that
// `npm run chaos` notices each.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { WorkingCopy } from "../walls/working-copy.ts";
import type { SourceChange } from "../walls/working-copy.ts";
import { DELIBERATE_BUGS } from "./bugs.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SEED = 7;
const SECONDS = 40;
const DRAIN_SECONDS = 30;

process.exitCode = await main();

async function main(): Promise<number> {
  await using copy = await WorkingCopy.create(ROOT);
  let missed = 0;
  for (const { what, changes, foundAs } of DELIBERATE_BUGS) {
    const report = await runWith(copy, changes);
    const found = new RegExp(`^ {2}${foundAs}: [1-9]\\d*$`, "m").exec(report)?.[0].trim();
    console.log(found === undefined ? `✗ MISSED: ${what}\n${report}` : `✓ found: ${what} (${found})`);
    if (found === undefined) missed += 1;
  }
  return missed === 0 ? 0 : 1;
}

async function runWith(copy: WorkingCopy, [change, ...others]: readonly SourceChange[]): Promise<string> {
  if (change === undefined) return await runCheck(copy.root);
  return await copy.with(change, () => runWith(copy, others));
}

/** @returns its report; the journals of what it found are removed. */
async function runCheck(root: string): Promise<string> {
  const loader = `--import=${join(root, "scripts/tsx-loader.mjs")}`;
  const main = join(root, "packages/server/test/chaos/main.ts");
  const flags = ["--conditions=@skerry/source", "--disable-warning=ExperimentalWarning", loader];
  const words = [`--seconds=${SECONDS}`, `--seed=${SEED}`, `--drain-seconds=${DRAIN_SECONDS}`];
  const child = spawn(process.execPath, [...flags, main, ...words], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "exit");
  const report = await text(child.stdout);
  await ended;
  const folder = /journals and logs: (.+)$/m.exec(report)?.[1];
  if (folder !== undefined) await rm(folder, { recursive: true });
  return report;
}
