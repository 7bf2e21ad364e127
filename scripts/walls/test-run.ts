import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** A run that takes longer hangs. Most take a second or two. */
const RUN_TIMEOUT_MS = 90_000;
/** The baseline runs every named test. */
const BASELINE_TIMEOUT_MS = 600_000;
const KILL_AFTER_MS = 10_000;
const REPORT_FILE = "walls-report.json";
const MAX_TOLD_CHARS = 2_000;

/** What became of one test. */
export interface TestOutcome {
  /** From the root of the repository, with `/`. */
  readonly file: string;
  /** Its title behind those of all that it is in, as Vitest's `-t` matches it: `a pool > leases > is for life`. */
  readonly name: string;
  readonly status: string;
  /** Messages of its errors, each with the name of the error's class first. */
  readonly failures: readonly string[];
}

/** What became of a run of Vitest. */
export interface TestRun {
  /** Tests that ran. */
  readonly tests: readonly TestOutcome[];
  /** What went wrong outside of tests, by file where it is of one. */
  readonly trouble: ReadonlyArray<{ readonly file?: string; readonly message: string }>;
}

/** Vitest's JSON report, as far as it is read. */
interface Report {
  readonly testResults: ReadonlyArray<{
    readonly name: string;
    readonly message: string;
    readonly assertionResults: ReadonlyArray<{
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }>;
  }>;
}

/** Runs the tests of these files whose full names match one of the patterns, all of them. */
export function runBaseline(
  root: string,
  files: readonly string[],
  names: readonly string[],
): Promise<TestRun> {
  const pattern = names.map((name) => `(?:${name})`).join("|");
  return runVitest(root, [...files, "-t", pattern], BASELINE_TIMEOUT_MS);
}

/** Runs the tests of one file whose full names match, until the first one fails. */
export function runUntilFailure(root: string, file: string, names: string): Promise<TestRun> {
  return runVitest(root, [file, "-t", names, "--bail=1"], RUN_TIMEOUT_MS);
}

async function runVitest(root: string, words: readonly string[], timeoutMs: number): Promise<TestRun> {
  const reportFile = join(root, REPORT_FILE);
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const child = spawn(
    process.execPath,
    [vitest, "run", ...words, "--reporter=json", `--outputFile=${reportFile}`],
    { cwd: root, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, NO_COLOR: "1" } },
  );
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-MAX_TOLD_CHARS);
  });
  let isLate = false;
  // Asked first, so that Vitest takes with it what the tests have started.
  const ask = setTimeout(() => (isLate = child.kill("SIGINT")), timeoutMs);
  const kill = setTimeout(() => child.kill("SIGKILL"), timeoutMs + KILL_AFTER_MS);
  await once(child, "close");
  clearTimeout(ask);
  clearTimeout(kill);
  if (isLate) return createFailure(`the tests did not end within ${timeoutMs / 1000} s`);
  try {
    return toTestRun(root, JSON.parse(await readFile(reportFile, "utf8")) as Report);
  } catch {
    return createFailure(errors.trim() || `Vitest ended with exit code ${child.exitCode}`);
  } finally {
    await rm(reportFile, { force: true });
  }
}

function createFailure(message: string): TestRun {
  return { tests: [], trouble: [{ message }] };
}

function toTestRun(root: string, { testResults }: Report): TestRun {
  const files = testResults.map((result) => ({
    ...result,
    file: relative(root, result.name).replaceAll(sep, "/"),
  }));
  const tests = files.flatMap(({ file, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "passed" || status === "failed")
      .map(({ ancestorTitles, title, status, failureMessages }) => ({
        file,
        name: [...ancestorTitles, title].join(" > "),
        status,
        failures: failureMessages,
      })),
  );
  return {
    tests,
    trouble: files.filter(({ message }) => message).map(({ file, message }) => ({ file, message })),
  };
}
