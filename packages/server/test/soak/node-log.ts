import { readFileSync } from "node:fs";

/** Lines of the nodes' logs that say the same. */
export interface LogCount {
  /** The level's name; `raw` for what is no line of the log, such as what the runtime itself prints. */
  readonly level: "warn" | "error" | "fatal" | "raw";
  readonly message: string;
  readonly count: number;
  /** The first of them. */
  readonly example: string;
}

const LEVELS: Readonly<Record<number, LogCount["level"]>> = { 40: "warn", 50: "error", 60: "fatal" };
const EXAMPLE_CHARS = 600;

/** Counts what nodes complained of, the most frequent first. */
export function countLogLines(files: readonly string[]): readonly LogCount[] {
  const lines = files.flatMap((file) => readFileSync(file, "utf8").split("\n")).filter((line) => line !== "");
  const counts = new Map<string, LogCount>();
  for (const line of lines) {
    const { level, message } = readLine(line);
    if (level === undefined) continue;
    const name = `${level} ${message}`;
    const { count = 0, example = line.slice(0, EXAMPLE_CHARS) } = counts.get(name) ?? {};
    counts.set(name, { level, message, count: count + 1, example });
  }
  return [...counts.values()].toSorted((one, other) => other.count - one.count);
}

function readLine(line: string): { readonly level: LogCount["level"] | undefined; readonly message: string } {
  try {
    const { level, msg = "" } = JSON.parse(line) as { readonly level: number; readonly msg?: string };
    return { level: LEVELS[level], message: msg };
  } catch {
    return { level: "raw", message: line };
  }
}
