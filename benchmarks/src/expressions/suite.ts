import { runProgram } from "../processes.ts";
import type { Row } from "../report.ts";
import { measureStart } from "./start.ts";

const PROGRAMS = ["simple", "arrays", "quickjs", "batch"];

/** Our evaluator beside n8n's. Each part is a process of its own, because isolated-vm needs a flag. */
export async function measureExpressions(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of PROGRAMS) {
    rows.push(...(await runProgram<Row[]>(`./expressions/${name}-program.ts`, [], ["--no-node-snapshot"])));
  }
  return [...rows, ...(await measureStart())];
}
