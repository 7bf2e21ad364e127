// npm run build: writes what is published, packages/*/dist, from the sources. Development never needs it.
import { spawn } from "node:child_process";
import { cp, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expressionRuntimeBundle } from "../packages/expressions/src/bundles/development.ts";
import { type BrowserFormat, bundleForBrowser } from "../packages/sandbox/src/bundles/browser.ts";
import {
  bareGuestBundle,
  bridgeKernelBundle,
  bridgeRunnerBundle,
  bridgeWatchdogBundle,
  quickJsWasm,
  runnerBundle,
  webWorkerFrame,
} from "../packages/sandbox/src/bundles/development.ts";
import { findAssetGroup, guestBundle } from "../packages/server/src/bundles/development.ts";
import { ASSET_GROUPS } from "../packages/server/src/web/assets/groups.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** In the order of their arrows: each package reads the types that the one before it has written. */
const PROJECTS = [
  "packages/sandbox/tsconfig.build.json",
  "packages/sandbox/tsconfig.build.guest.json",
  "packages/expressions/tsconfig.build.json",
  "packages/expressions/tsconfig.build.guest.json",
  "packages/client/tsconfig.build.json",
  "packages/server/tsconfig.build.json",
];

const WEB_WORKER = "../bridges/web-worker-bridge.ts";
const QUICKJS = "../bridges/quickjs-bridge.ts";
const EXPRESSIONS = "../../../expressions/src/index.ts";
const CLIENT = "../../../client/src/index.ts";

/**
 * What `published.ts` of a package reads from the file beside it, made by the recipe that development uses; and what
 * browsers load, as modules and as scripts.
 */
const BUNDLES: Readonly<Record<string, () => Promise<string | Uint8Array>>> = {
  "packages/sandbox/dist/bundles/runner.js": runnerBundle,
  "packages/sandbox/dist/bundles/bare-guest.js": bareGuestBundle,
  "packages/sandbox/dist/bundles/bridge-runner.js": bridgeRunnerBundle,
  "packages/sandbox/dist/bundles/bridge-watchdog.js": bridgeWatchdogBundle,
  "packages/sandbox/dist/bundles/bridge-kernel.js": bridgeKernelBundle,
  "packages/sandbox/dist/bundles/quickjs.wasm": quickJsWasm,
  "packages/sandbox/dist/bundles/web-worker-frame.html": webWorkerFrame,
  "packages/sandbox/dist/browser/web-worker.js": () => bundleForBrowser(WEB_WORKER, "esm"),
  "packages/sandbox/dist/browser/web-worker.iife.js": () => bundleForBrowser(WEB_WORKER, "iife"),
  "packages/sandbox/dist/browser/quickjs.js": () => bundleForBrowser(QUICKJS, "esm"),
  "packages/sandbox/dist/browser/quickjs.iife.js": () => bundleForBrowser(QUICKJS, "iife"),
  "packages/expressions/dist/bundles/runtime.js": expressionRuntimeBundle,
  "packages/expressions/dist/browser/expressions.js": () => bundleExpressions("esm"),
  "packages/expressions/dist/browser/expressions.iife.js": () => bundleExpressions("iife"),
  "packages/client/dist/browser/client.js": () => bundleForBrowser(CLIENT, "esm"),
  "packages/server/dist/bundles/guest.js": guestBundle,
};

for (const name of ["sandbox", "expressions", "client", "server"]) {
  await rm(join(ROOT, "packages", name, "dist"), { recursive: true, force: true });
}
for (const project of PROJECTS) await compile(project);
for (const [file, makeBundle] of Object.entries(BUNDLES)) {
  const content = await makeBundle();
  await mkdir(dirname(join(ROOT, file)), { recursive: true });
  await writeFile(join(ROOT, file), content);
  const sizes = [content, gzipSync(content)].map((each) => (Buffer.byteLength(each) / 1024).toFixed(1));
  console.log(`${file}: ${sizes[0]} KiB, ${sizes[1]} KiB compressed`);
}
await writeAssets(join(ROOT, "packages/server/dist/assets"));

/** What the pages load, in a folder for each group, and a manifest of the groups' keys. */
async function writeAssets(folder: string): Promise<void> {
  const keys: Record<string, string> = {};
  for (const name of ASSET_GROUPS) {
    const group = await findAssetGroup(name);
    const target = join(folder, `${name}-${group.key}`);
    await cp(await group.open(), target, { recursive: true });
    keys[name] = group.key;
    for (const file of (await readdir(target)).filter((file) => file.endsWith(".gz"))) {
      const { size } = await stat(join(target, file));
      console.log(`${name}/${file}: ${(size / 1024).toFixed(1)} KiB`);
    }
  }
  await writeFile(join(folder, "manifest.json"), JSON.stringify(keys));
}

async function bundleExpressions(format: BrowserFormat): Promise<string> {
  return bundleForBrowser(EXPRESSIONS, format, { expressionRuntimeBundle: await expressionRuntimeBundle() });
}

function compile(project: string): Promise<void> {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsc, "-p", project], { cwd: ROOT, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`tsc -p ${project} ended with exit code ${code}`));
    });
  });
}
