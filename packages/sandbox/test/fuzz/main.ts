// npm run fuzz: runs generated programs over generated data on every bridge, and compares with plain JavaScript.
//
//   --minutes=N   how long (default 10)
//   --seed=N      begins where the run that printed this seed was (default: somewhere new)
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.ts";
import { openBench } from "./subjects.ts";

/** Batches between two looks at the clock. */
const BATCHES = 10;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { minutes: { type: "string", default: "10" }, seed: { type: "string" } },
  });
  const minutes = Number(values.minutes);
  const firstSeed = Number(values.seed ?? Math.trunc(Math.random() * 2 ** 31));
  if (!(minutes > 0) || !Number.isSafeInteger(firstSeed)) {
    process.stderr.write(`--minutes=${minutes} must be above 0, and --seed=${firstSeed} a whole number\n`);
    return 2;
  }
  await using bench = await openBench();
  process.stdout.write(`${minutes} min on ${bench.subjects.map(({ name }) => name).join(", ")}\n`);
  const deadline = performance.now() + minutes * 60_000;
  let total = 0;
  for (let seed = firstSeed; performance.now() < deadline; seed++) {
    const { compared, counterexample } = await fuzz(bench.subjects, { seed, batches: BATCHES });
    if (counterexample !== undefined) {
      process.stderr.write(`\nseed ${seed}: a bridge differs from plain JavaScript\n\n${counterexample}\n`);
      return 1;
    }
    total += compared;
    process.stdout.write(`seed ${seed}: ${compared} programs, ${total} in all, no difference\n`);
  }
  return 0;
}
