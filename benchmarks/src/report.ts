import { mkdir, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import type { Spread } from "./samples.ts";

/** One line of a suite's table. Peers stand beside our own figures in the same run. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: "ms" | "µs" | "MB" | "/s" | "×";
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

const RESULTS = new URL("../results/", import.meta.url);

/** Prints a suite's rows as a table and keeps them as JSON. Says of each promise whether it was kept. */
export async function report(suite: string, rows: readonly Row[]): Promise<void> {
  const lines = rows.map((row) => [row.what, figure(row.value, row.unit), tail(row), verdict(row)]);
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
    node: process.version,
  };
  await mkdir(RESULTS, { recursive: true });
  const file = new URL(`${suite}.json`, RESULTS);
  await writeFile(
    file,
    `${JSON.stringify({ suite, at: new Date().toISOString(), machine, rows }, null, 2)}\n`,
  );
  process.stdout.write(`  kept in ${fileURLToPath(file)}\n`);
}

function figure(value: number, unit: Row["unit"]): string {
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
}

function tail({ p99, unit }: Row): string {
  return p99 === undefined ? "" : `p99 ${figure(p99, unit)}`;
}

function verdict({ value, unit, target }: Row): string {
  if (!target) return "";
  const isKept = "atMost" in target ? value <= target.atMost : value >= target.atLeast;
  const bound =
    "atMost" in target
      ? `at most ${figure(target.atMost, unit)}`
      : `at least ${figure(target.atLeast, unit)}`;
  return `${isKept ? "kept" : "MISSED"}: ${bound}`;
}
