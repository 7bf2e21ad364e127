// npm run package: builds the packages and lays out, for each, the folder that is published: packages/*/release.
// `npx changeset publish` publishes those folders.
import { spawnSync } from "node:child_process";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { readBill } from "./components.ts";
import { PUBLISHED_PACKAGES } from "./packages.ts";
import { stagePackage } from "./stage.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const { status } = spawnSync(process.execPath, [...process.execArgv, "scripts/build.ts"], {
  cwd: ROOT,
  stdio: "inherit",
});
if (status !== 0) process.exit(1);
const bill = await readBill(ROOT);
for (const folder of PUBLISHED_PACKAGES) console.log(relative(ROOT, await stagePackage(ROOT, folder, bill)));
