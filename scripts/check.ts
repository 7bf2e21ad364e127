// npm run check: the single gate. Runs every check in turn and says what each found and how long it took.
//
//   --no-tests       all but the test suite (CI runs that by itself first)
//   --only=A,B       these checks alone
//   --write          regenerate what a check compares (docs/errors.md, docs/capabilities.md, parts of
//                    docs/expressions.md, openapi.json and what the client has of it)
//   --report=FILE    also write { numPassedTests, numFailedTests } as JSON, the shape of Vitest's report
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkBenchmarkPage, writeBenchmarkPage } from "./checks/benchmark-page.ts";
import { checkCapabilityDocs, writeCapabilityDocs } from "./checks/capability-docs.ts";
import { checkDeploy } from "./checks/deploy.ts";
import { checkErrorDocs, writeErrorDocs } from "./checks/error-docs.ts";
import { checkExpressionDocs, writeExpressionDocs } from "./checks/expression-docs.ts";
import { checkFileSizes } from "./checks/file-sizes.ts";
import { formatFinding, type RepositoryCheck } from "./checks/finding.ts";
import { checkLayers } from "./checks/layers.ts";
import { checkLinks } from "./checks/links.ts";
import { checkMetricsDocs, writeMetricsDocs } from "./checks/metrics-docs.ts";
import { checkOpenApi, writeOpenApi } from "./checks/openapi.ts";
import { checkLicences } from "./checks/licences.ts";
import { checkPackages } from "./checks/packages.ts";
import { checkReadmeBlocks } from "./checks/readme-blocks.ts";
import { checkScalingDocs, writeScalingDocs } from "./checks/scaling-docs.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Runs and tells whether all is well; what is not goes to stdout. */
type Step = () => Promise<boolean>;

const STEPS: Readonly<Record<string, Step>> = {
  types: program("node_modules/typescript/bin/tsc", ["-p", "tsconfig.json"]),
  "guest-types": program("node_modules/typescript/bin/tsc", ["-p", "tsconfig.guest.json"]),
  "browser-types": program("node_modules/typescript/bin/tsc", ["-p", "packages/server/src/web/client"]),
  lint: program("node_modules/oxlint/bin/oxlint", ["--type-aware", "--deny-warnings", "."]),
  format: program("node_modules/prettier/bin/prettier.cjs", ["--check", "--log-level=warn", "."]),
  layers: repositoryCheck(checkLayers),
  "file-sizes": repositoryCheck(checkFileSizes),
  "error-docs": repositoryCheck(checkErrorDocs),
  "capability-docs": repositoryCheck(checkCapabilityDocs),
  "expression-docs": repositoryCheck(checkExpressionDocs),
  "metrics-docs": repositoryCheck(checkMetricsDocs),
  openapi: repositoryCheck(checkOpenApi),
  "scaling-docs": repositoryCheck(checkScalingDocs),
  "benchmark-page": repositoryCheck(checkBenchmarkPage),
  deploy: repositoryCheck(checkDeploy),
  licences: repositoryCheck(checkLicences),
  packages: repositoryCheck(checkPackages),
  links: repositoryCheck(checkLinks),
  "readme-blocks": repositoryCheck(checkReadmeBlocks),
  soak: program("packages/server/test/soak/main.ts", ["--seconds=20", "--seed=29"], process.execArgv),
  "soak-runners": program("packages/sandbox/test/soak/main.ts", ["--seconds=30"], process.execArgv),
  chaos: program("packages/server/test/chaos/main.ts", ["--seconds=25", "--seed=58"], process.execArgv),
  rolling: program("packages/server/test/rolling/main.ts", [], process.execArgv),
  dev: program("packages/server/test/dev/main.ts", [], process.execArgv),
  examples: program("node_modules/vitest/vitest.mjs", ["run", "--config", "vitest.examples.config.ts"]),
  tests: program("node_modules/vitest/vitest.mjs", ["run"]),
};

/** What `--write` does before a check. */
const WRITERS: Readonly<Record<string, (root: string) => Promise<void>>> = {
  "error-docs": writeErrorDocs,
  "capability-docs": writeCapabilityDocs,
  "expression-docs": writeExpressionDocs,
  "metrics-docs": writeMetricsDocs,
  openapi: writeOpenApi,
  "scaling-docs": writeScalingDocs,
  "benchmark-page": writeBenchmarkPage,
};

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      "no-tests": { type: "boolean", default: false },
      only: { type: "string" },
      write: { type: "boolean", default: false },
      report: { type: "string" },
    },
  });
  const names =
    values.only?.split(",") ?? Object.keys(STEPS).filter((name) => name !== "tests" || !values["no-tests"]);
  const unknown = names.find((name) => !(name in STEPS));
  if (unknown !== undefined) {
    console.error(`There is no check "${unknown}". There are: ${Object.keys(STEPS).join(", ")}.`);
    return 2;
  }
  if (values.write) {
    for (const name of names) await WRITERS[name]?.(ROOT);
  }

  const failed: string[] = [];
  for (const name of names) {
    if (!(await runStep(name))) failed.push(name);
  }

  const counts = { numPassedTests: names.length - failed.length, numFailedTests: failed.length };
  if (values.report !== undefined) await writeFile(values.report, JSON.stringify(counts));
  console.log(`\n${counts.numPassedTests} checks passed, ${counts.numFailedTests} failed`);
  if (failed.length > 0) console.log(`Failed: ${failed.join(", ")}`);
  return failed.length === 0 ? 0 : 1;
}

async function runStep(name: string): Promise<boolean> {
  const startedAt = performance.now();
  console.log(`\n── ${name}`);
  const isWell = await (STEPS[name] as Step)();
  console.log(`${isWell ? "✓" : "✗"} ${name} ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return isWell;
}

/** A step that is a program; it is well when the program exits with 0. Our own sources need the flags of this process. */
function program(file: string, words: readonly string[], flags: readonly string[] = []): Step {
  return () =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [...flags, file, ...words], {
        cwd: ROOT,
        stdio: ["ignore", "inherit", "inherit"],
      });
      child.once("error", reject);
      child.once("exit", (code) => resolve(code === 0));
    });
}

/** A step that is a check of our own; it is well when it finds nothing but notes. */
function repositoryCheck(check: RepositoryCheck): Step {
  return async () => {
    const findings = await check(ROOT);
    for (const finding of findings) console.log(`  ${formatFinding(finding)}`);
    return findings.every((finding) => finding.isNote);
  };
}
