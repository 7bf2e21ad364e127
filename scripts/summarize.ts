// node scripts/summarize.ts REPORT.json ...: adds up reports of Vitest's JSON shape and prints "N passed, N failed".
import { readFile } from "node:fs/promises";

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults?: ReadonlyArray<{
    readonly status: string;
    readonly assertionResults: ReadonlyArray<{ readonly status: string }>;
  }>;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const counts = await Promise.all(process.argv.slice(2).map(readCounts));
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** A report that is missing or broken is one failure: whatever should have written it did not come to its end. */
async function readCounts(path: string): Promise<Counts> {
  try {
    const report = JSON.parse(await readFile(path, "utf8")) as Report;
    return { passed: report.numPassedTests, failed: report.numFailedTests + countBrokenFiles(report) };
  } catch (error) {
    console.error(`${path}: ${String(error)}`);
    return { passed: 0, failed: 1 };
  }
}

/** Test files that failed outside of their tests: they did not load, or they left something behind. */
function countBrokenFiles({ testResults = [] }: Report): number {
  return testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && assertionResults.every((assertion) => assertion.status !== "failed"),
  ).length;
}
