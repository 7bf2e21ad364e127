import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { chooseTemporaryFolder } from "./test/temporary-folder.ts";

// Workers and what they start inherit it.
process.env["TMPDIR"] = chooseTemporaryFolder();

const conditions = ["@skerry/source", "node"];

/** What takes longest, the longest first: begun late, one of them would keep one worker when the others have ended. */
const LONG_FILES = [
  "packages/server/src/attacks/attacks.test.ts",
  "packages/sandbox/src/bridges/process-bridge.test.ts",
  "packages/sandbox/src/bridges/bridges-in-chromium.test.ts",
  "packages/server/src/cli/exec/exec.test.ts",
  "packages/sandbox/src/bridges/process/bridge-runner.test.ts",
  "packages/sandbox/src/bridges/quickjs-bridge.test.ts",
  "packages/server/src/cli/installation/start.test.ts",
  "packages/server/src/jobs/faults.test.ts",
  "packages/server/src/main/seed.test.ts",
  "packages/expressions/test/corpus/containment.test.ts",
  "packages/sandbox/src/supervisor/runner-process.test.ts",
  "packages/server/src/main/roles.test.ts",
];

/** Vitest goes by the sizes of files where it has not seen them run, as in CI. */
class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = LONG_FILES.findIndex((file) => moduleId.endsWith(`/${file}`));
      return rank < 0 ? LONG_FILES.length : rank;
    };
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}

/** They count processes, descriptors and memory, or end them: all of their process is for themselves. */
const LONELY_TESTS = [
  "packages/server/src/attacks/**/*.test.ts",
  "packages/sandbox/src/{bridge-pool,pool,runner,supervisor}/**/*.test.ts",
  "packages/sandbox/src/bridges/{,process/}*.test.ts",
  "packages/sandbox/test/**/*.test.ts",
];
/** The guest's part of the server needs no database. */
const GUEST_TESTS = "packages/server/src/guest/**/*.test.ts";

export default defineConfig({
  // Workspace packages resolve to their sources, as they do under `node --conditions=@skerry/source`.
  resolve: { conditions },
  // What vitest passes on to the workers; more of Vite's defaults here would give `require` ES modules.
  ssr: { resolve: { conditions, externalConditions: ["@skerry/source"] } },
  test: {
    setupFiles: ["test/leaks.ts", "test/patience.ts"],
    // Processes that tests start from our sources need not strip and compile the same types again each time.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/node-compile") },
    // isolated-vm crashes in a process that was started from Node's own snapshot.
    execArgv: ["--no-node-snapshot", "--conditions=@skerry/source"],
    pool: "forks",
    // Tests start runners, databases and servers: more workers than this measure each other.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 10_000,
    expect: { poll: { timeout: 20_000 } },
    sequence: { sequencer: LongFilesFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "server",
          include: ["packages/server/{src,test}/**/*.test.{ts,tsx}"],
          exclude: [...LONELY_TESTS, GUEST_TESTS],
          // Most of them import the whole server, which takes a second: once per worker instead of once per file.
          isolate: false,
          // One PostgreSQL for all of them, and scripts for browsers; a run without them starts and builds none.
          globalSetup: ["packages/server/test/postgres.global.ts", "packages/server/test/assets.global.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "workspace",
          include: [
            GUEST_TESTS,
            "packages/{client,expressions,sandbox}/{src,test}/**/*.test.ts",
            "benchmarks/src/**/*.test.ts",
            "{scripts,test}/**/*.test.ts",
          ],
          exclude: LONELY_TESTS,
          isolate: false,
        },
      },
      { extends: true, test: { name: "lonely", include: LONELY_TESTS } },
    ],
  },
});
