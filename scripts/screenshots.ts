import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const VITEST = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const TEST = "packages/server/test/browser/every-page.test.ts";

/** Writes the golden screenshots of all pages anew, and the sheet that shows them side by side. */
const { status } = spawnSync(process.execPath, [VITEST, "run", TEST], {
  stdio: "inherit",
  env: { ...process.env, SKERRY_SCREENSHOTS: "write" },
});
process.exitCode = status ?? 1;
