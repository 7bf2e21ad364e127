import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const SUMMARIZE = fileURLToPath(new URL("summarize.ts", import.meta.url));

async function summarize(
  ...reports: readonly string[]
): Promise<{ exitCode: number | null; stdout: string }> {
  const folder = await mkdtemp(join(tmpdir(), "skerry-reports-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const files = reports.map((_, index) => join(folder, `${index}.json`));
  await Promise.all(files.map((file, index) => writeFile(file, reports[index] ?? "")));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [SUMMARIZE, ...files], (_error, stdout) => {
      resolve({ exitCode: child.exitCode, stdout });
    });
  });
}

test("adds up, and is red when a test, a whole file or a report is broken", async () => {
  const good = JSON.stringify({ numPassedTests: 3, numFailedTests: 0, testResults: [] });
  const failed = JSON.stringify({
    numPassedTests: 1,
    numFailedTests: 1,
    testResults: [{ status: "failed", assertionResults: [{ status: "passed" }, { status: "failed" }] }],
  });
  const leaky = JSON.stringify({
    numPassedTests: 2,
    numFailedTests: 0,
    testResults: [{ status: "failed", assertionResults: [{ status: "passed" }] }],
  });
  expect(await summarize(good, good)).toEqual({ exitCode: 0, stdout: "6 passed, 0 failed\n" });
  expect(await summarize(good, failed)).toEqual({ exitCode: 1, stdout: "4 passed, 1 failed\n" });
  expect(await summarize(good, leaky)).toEqual({ exitCode: 1, stdout: "5 passed, 1 failed\n" });
  expect(await summarize(good, '{ "numPassed')).toEqual({ exitCode: 1, stdout: "3 passed, 1 failed\n" });
  expect(await summarize()).toEqual({ exitCode: 1, stdout: "0 passed, 0 failed\n" });
});
