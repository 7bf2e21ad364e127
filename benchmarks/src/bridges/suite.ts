import { runProgram } from "../processes.ts";
import type { Row } from "../report.ts";

const PROGRAMS = ["calls", "lazy-data", "large-data", "start"];

/** Bridges beside their bare engines. Each part is a process of its own, because isolated-vm needs a flag. */
export async function measureBridges(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of PROGRAMS) {
    rows.push(...(await runProgram<Row[]>(`./bridges/${name}-program.ts`, [], ["--no-node-snapshot"])));
  }
  return rows;
}
