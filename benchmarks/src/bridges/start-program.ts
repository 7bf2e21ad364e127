/** Prints rows: the time from nothing to the first result, beside the bare engines and a bare process. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { IsolatedVmBridge, ProcessBridge, QuickJsBridge, type RuntimeBridge } from "@skerry/sandbox";
import { type Row, rowOf } from "../report.ts";
import { timeInTurns } from "../samples.ts";
import { createBareIsolate, createBareQuickJs } from "./bare-engines.ts";

const TURNS = { forMs: 10_000 };
const TRIVIAL = "1 + 1";

const spreads = await timeInTurns(
  {
    bareIsolate: () => {
      using engine = createBareIsolate();
      return engine.compile(TRIVIAL)();
    },
    isolatedVm: () => startAndExecute(new IsolatedVmBridge()),
    bareQuickJs: async () => {
      using engine = await createBareQuickJs();
      return engine.compile(TRIVIAL)();
    },
    quickJs: () => startAndExecute(new QuickJsBridge()),
    node: () => promisify(execFile)(process.execPath, ["-e", TRIVIAL]),
    runner: () => startAndExecute(new ProcessBridge()),
  },
  TURNS,
);
const rows: Row[] = [
  rowOf("peer: bare isolated-vm, start to first result", spreads.bareIsolate, "ms"),
  rowOf("IsolatedVmBridge, start to first result and end", spreads.isolatedVm, "ms"),
  rowOf("peer: bare quickjs-emscripten, start to first result", spreads.bareQuickJs, "ms"),
  rowOf("QuickJsBridge, start to first result and end", spreads.quickJs, "ms"),
  rowOf("peer: bare Node process, start to end", spreads.node, "ms"),
  rowOf("ProcessBridge, start to first result and end", spreads.runner, "ms"),
];
process.stdout.write(JSON.stringify(rows));

async function startAndExecute(starting: RuntimeBridge): Promise<unknown> {
  await using bridge = starting;
  return await bridge.execute(`return ${TRIVIAL}`);
}
