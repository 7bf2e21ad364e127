import type { RuntimeBridge } from "../../src/bridges/bridge.ts";
import type { BridgeError } from "../../src/bridges/errors.ts";
import type { HostData } from "../../src/bridges/host-data.ts";
import type { DataText } from "./data.ts";
import { describeData } from "./description.ts";

/** One program and its data. */
export interface FuzzCase {
  readonly data: DataText;
  readonly code: string;
}

/**
 * What became of a case: the value as text, or the error's code and the name of what the guest threw. Messages are
 * left out: each engine has its own.
 */
export type Outcome = string;

/** Runs a case on a bridge in all ways there are, and gives every outcome that came. */
async function runOnBridge(bridge: RuntimeBridge, { data, code }: FuzzCase): Promise<Outcome[]> {
  const host = evaluateData(data.host) as HostData;
  using scope = bridge.openScope(host);
  const runs = [
    () => scope.execute(code),
    // What the first one fetched is there, what it wrote is not.
    () => (bridge.isSynchronous ? scope.executeSync(code) : scope.execute(code)),
    () => bridge.execute(code, host),
  ];
  const outcomes = new Set<Outcome>();
  for (const run of runs) outcomes.add(await outcomeOf(run));
  return [...outcomes];
}

async function outcomeOf(run: () => unknown): Promise<Outcome> {
  try {
    return describeData(await run());
  } catch (error) {
    const { code, guestName } = error as BridgeError;
    if (typeof code !== "string") throw error;
    return guestName === undefined ? code : `${code} ${guestName}`;
  }
}

/** The value of a text of data, made anew. */
export function evaluateData(text: string, names: Readonly<Record<string, unknown>> = {}): unknown {
  // oxlint-disable-next-line typescript/no-implied-eval -- our own generator wrote it
  const create = new Function(...Object.keys(names), `return (${text})`) as (...values: unknown[]) => unknown;
  return create(...Object.values(names));
}

/** Runs cases one after the other on the same bridge. */
export async function runAll(bridge: RuntimeBridge, cases: readonly FuzzCase[]): Promise<Outcome[][]> {
  const outcomes: Outcome[][] = [];
  for (const item of cases) outcomes.push(await runOnBridge(bridge, item));
  return outcomes;
}
