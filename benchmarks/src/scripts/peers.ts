import { runProgram } from "../processes.ts";
import type { Row } from "../report.ts";
import type { Spread } from "../samples.ts";

/** What the same trivial work costs without any of our walls: the floor, and what people use instead. */
export async function measurePeers(): Promise<Row[]> {
  const peers = await runProgram<Record<string, Spread>>(
    "./scripts/peer-program.ts",
    [],
    ["--no-node-snapshot"],
  );
  return Object.entries(peers).map(([what, { p50, p99 }]) => ({
    what: `peer: ${what}`,
    value: p50,
    p99,
    unit: "ms",
  }));
}
