#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const NODE_LEAST = 24;
const setup = new URL("../../../scripts/with-setup.mjs", import.meta.url);
const runsSources = process.execArgv.includes("--conditions=@skerry/source");
// Three folders above an installed package are the files of whoever installed it.
const isInstalled = import.meta.url.includes("/node_modules/");

if (!isInstalled && !runsSources && existsSync(setup)) {
  // A clone of the repository: its own Node runs the sources.
  process.argv.splice(1, 1, fileURLToPath(setup), fileURLToPath(import.meta.url));
  await import(setup.href);
} else if (Number.parseInt(process.versions.node, 10) < NODE_LEAST) {
  process.stderr.write(`skerry needs Node ${NODE_LEAST} or newer, and this is ${process.versions.node}\n`);
  process.exitCode = 1;
} else {
  const { runCommandLine } = await import("#cli");
  process.exitCode = await runCommandLine(process.argv.slice(2));
}
