/** The side of the fuzzer that is in a page. */
import type { BridgeOptions } from "../../src/bridges/bridge.ts";
import { WebWorkerBridge } from "../../src/bridges/web-worker-bridge.ts";
import { type FuzzCase, type Outcome, runAll } from "./outcomes.ts";

let bridge: WebWorkerBridge;

export async function openBridge(options: BridgeOptions): Promise<void> {
  bridge = new WebWorkerBridge(options);
  await bridge.initialize();
}

/** One visit for many cases: they and their outcomes cross as JSON. */
export function runCases(cases: readonly FuzzCase[]): Promise<Outcome[][]> {
  return runAll(bridge, cases);
}
