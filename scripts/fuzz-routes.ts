// npm run fuzz:routes: sends generated requests to every route of the API, and sees that each is answered as declared.
//
//   --minutes=N   how long (default 10)
//   --seed=N      as the run that failed printed it (default: somewhere new)
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const VITEST = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const TEST = "packages/server/test/contract/route-fuzz.test.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, seed: { type: "string" } },
});
const env = {
  ...process.env,
  SKERRY_FUZZ_SECONDS: String(Number(values.minutes) * 60),
  ...(values.seed === undefined ? {} : { SKERRY_FUZZ_SEED: values.seed }),
};
const { status } = spawnSync(process.execPath, [VITEST, "run", TEST], { env, stdio: "inherit" });
process.exitCode = status ?? 1;
