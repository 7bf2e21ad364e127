import { defineConfig } from "vitest/config";

const conditions = ["@skerry/source", "node"];

export default defineConfig({
  // Workspace packages resolve to their sources, as they do under `node --conditions=@skerry/source`.
  resolve: { conditions },
  // What vitest passes on to the workers; more of Vite's defaults here would give `require` ES modules.
  ssr: { resolve: { conditions, externalConditions: ["@skerry/source"] } },
  test: {
    setupFiles: ["test/leaks.ts"],
    // isolated-vm crashes in a process that was started from Node's own snapshot.
    execArgv: ["--no-node-snapshot", "--conditions=@skerry/source"],
    pool: "forks",
    // Tests start runners, databases and servers: more workers than this measure each other.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    projects: [
      {
        extends: true,
        test: {
          name: "server",
          include: ["packages/server/{src,test}/**/*.test.{ts,tsx}"],
          // One PostgreSQL for all of them; a run without them starts none.
          globalSetup: ["packages/server/test/postgres.global.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "workspace",
          include: [
            "packages/{client,expressions,sandbox}/{src,test}/**/*.test.ts",
            "{benchmarks,examples}/src/**/*.test.ts",
            "{scripts,test}/**/*.test.ts",
          ],
        },
      },
    ],
  },
});
