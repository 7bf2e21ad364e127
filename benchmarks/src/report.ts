import { mkdir, writeFile } from "node:fs/promises";
import { cpus, release, totalmem, type } from "node:os";
import { fileURLToPath } from "node:url";
import type { Spread } from "./samples.ts";

/** One line of a suite's table. Peers stand beside our own figures in the same run. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: "ms" | "µs" | "kB" | "MB" | "/s" | "×" | "";
  readonly p99?: number;
  /** What the project promises of this figure. */
  readonly target?: { readonly atMost: number } | { readonly atLeast: number };
}

const US_PER_MS = 1_000;

/** The row of a duration: its median and 99th percentile. */
export function rowOf(what: string, { p50, p99 }: Spread, unit: "ms" | "µs", target?: Row["target"]): Row {
  const factor = unit === "µs" ? US_PER_MS : 1;
  return { what, value: p50 * factor, p99: p99 * factor, unit, ...(target ? { target } : {}) };
}

/** The row of how many times longer one thing took than another, by their medians. */
export function multipleOf(what: string, spread: Spread, base: Spread, target?: Row["target"]): Row {
  return { what, value: spread.p50 / base.p50, unit: "×", ...(target ? { target } : {}) };
}

/** What a suite measured, and when. */
export interface SuiteResult {
  readonly suite: string;
  /** RFC 3339. */
  readonly at: string;
  readonly machine: Machine;
  readonly rows: readonly Row[];
}

export interface Machine {
  readonly cpu: string | undefined;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
}

const RESULTS = new URL("../results/", import.meta.url);

/** Prints a suite's rows as a table and keeps them as JSON. Says of each promise whether it was kept. */
export async function report(suite: string, rows: readonly Row[]): Promise<SuiteResult> {
  const lines = rows.map((row) => [row.what, figure(row), tail(row), verdict(row)]);
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  process.stdout.write(`\n${suite}\n`);
  for (const [what = "", value = "", p99 = "", kept = ""] of lines) {
    process.stdout.write(
      `  ${what.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${p99.padEnd(widths[2] ?? 0)}  ${kept}\n`,
    );
  }
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    node: process.version,
  };
  const result = { suite, at: new Date().toISOString(), machine, rows };
  await mkdir(RESULTS, { recursive: true });
  const file = new URL(`${suite}.json`, RESULTS);
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`  kept in ${fileURLToPath(file)}\n`);
  return result;
}

/** A row's value with its unit, in three digits. */
export function figure({ value, unit }: Pick<Row, "value" | "unit">): string {
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
}

/** The 99th percentile of a row that has one. */
export function tail({ p99, unit }: Row): string {
  return p99 === undefined ? "" : `p99 ${figure({ value: p99, unit })}`;
}

/** Whether the row's promise was kept, if it has one. */
export function verdict({ value, unit, target }: Row): string {
  if (!target) return "";
  const isKept = "atMost" in target ? value <= target.atMost : value >= target.atLeast;
  const bound =
    "atMost" in target
      ? `at most ${figure({ value: target.atMost, unit })}`
      : `at least ${figure({ value: target.atLeast, unit })}`;
  return `${isKept ? "kept" : "MISSED"}: ${bound}`;
}
