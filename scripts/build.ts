// npm run build: writes what is published, packages/*/dist, from the sources. Development never needs it.
import { spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bareGuestBundle, runnerBundle } from "../packages/sandbox/src/bundles/development.ts";
import { guestBundle } from "../packages/server/src/bundles/development.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** In the order of their arrows: each package reads the types that the one before it has written. */
const PROJECTS = [
  "packages/sandbox/tsconfig.build.json",
  "packages/sandbox/tsconfig.build.guest.json",
  "packages/server/tsconfig.build.json",
];

/** What `published.ts` of a package reads from the file beside it: made by the recipe that development uses. */
const BUNDLES: Readonly<Record<string, () => Promise<string>>> = {
  "packages/sandbox/dist/bundles/runner.js": runnerBundle,
  "packages/sandbox/dist/bundles/bare-guest.js": bareGuestBundle,
  "packages/server/dist/bundles/guest.js": guestBundle,
};

for (const folder of ["packages/sandbox/dist", "packages/server/dist"]) {
  await rm(join(ROOT, folder), { recursive: true, force: true });
}
for (const project of PROJECTS) await compile(project);
for (const [file, makeBundle] of Object.entries(BUNDLES)) {
  const text = await makeBundle();
  await writeFile(join(ROOT, file), text);
  console.log(`${file}: ${(Buffer.byteLength(text) / 1024).toFixed(0)} KiB`);
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
