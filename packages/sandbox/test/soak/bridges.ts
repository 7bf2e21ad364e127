import { setImmediate as nextTurn } from "node:timers/promises";
import type { BridgeOptions, BridgeScope, ExecuteOptions, RuntimeBridge } from "../../src/bridges/bridge.ts";
import type { BridgeError } from "../../src/bridges/errors.ts";
import type { HostData } from "../../src/bridges/host-data.ts";
import { IsolatedVmBridge } from "../../src/bridges/isolated-vm-bridge.ts";
import { ProcessBridge } from "../../src/bridges/process-bridge.ts";
import { QuickJsBridge } from "../../src/bridges/quickjs-bridge.ts";
import type { SoakSuite, SoakTurn } from "./suite.ts";

/** Work that must end well may take its time, on a machine that is busy; what shall be ended has less. */
const OPTIONS = { memoryLimitMb: 16, timeoutMs: 20_000 } satisfies BridgeOptions;
const LOOP_MS = 150;
/** Executions of one bridge before it is let go and another takes its place. */
const LIFE = 40;
const SUM = 499_500;

/** A piece of work, and every way in which it may end. */
interface BridgeWork {
  readonly name: string;
  readonly code: string;
  readonly ends: readonly string[];
  readonly timeoutMs?: number;
}

const BENIGN: readonly BridgeWork[] = [
  {
    name: "a sum over lazy data",
    code: `return data.rows.reduce((sum, { n }) => sum + n, 0) === ${SUM}`,
    ends: ["ok"],
  },
  { name: "a copy of everything", code: "return [data.rows, data.text].length === 2", ends: ["ok"] },
  {
    name: "host functions",
    code: "return data.rows.slice(0, 50).map(data.twice).at(-1).n === 49",
    ends: ["ok"],
  },
  { name: "an error", code: "null.x", ends: ["BRIDGE_SCRIPT"] },
  { name: "an error of the host", code: "data.fail()", ends: ["BRIDGE_SCRIPT"] },
  { name: "no data", code: "return { rows: data.rows, f() {} }", ends: ["BRIDGE_RESULT"] },
  { name: "no code", code: "return (", ends: ["BRIDGE_SYNTAX"] },
  {
    name: "promises that nobody waits for",
    code: "Promise.reject(1); (async () => { throw 2 })(); return true",
    ends: ["ok"],
  },
];

const OUT_OF_MEMORY = ["BRIDGE_MEMORY"];

const HOSTILE: readonly BridgeWork[] = [
  { name: "a loop", code: "for (;;);", ends: ["BRIDGE_TIMEOUT"], timeoutMs: LOOP_MS },
  {
    name: "a native loop",
    code: "return [].includes.call({ length: 2 ** 53 - 1 }, 1)",
    ends: ["BRIDGE_TIMEOUT"],
    timeoutMs: LOOP_MS,
  },
  {
    name: "promises without end",
    code: "let p = Promise.resolve(); (function f() { p = p.then(f) })(); return 1",
    ends: ["BRIDGE_TIMEOUT"],
    timeoutMs: LOOP_MS,
  },
  {
    name: "an array that grows",
    code: "const all = []; for (;;) all.push([all.length])",
    ends: OUT_OF_MEMORY,
  },
  {
    name: "a map that grows",
    code: "const all = new Map(); for (let i = 0; ; i++) all.set(i, [i])",
    ends: OUT_OF_MEMORY,
  },
  {
    name: "one large buffer",
    code: "return new Uint8Array(1e9).fill(1).length",
    ends: [...OUT_OF_MEMORY, "BRIDGE_SCRIPT"],
  },
  {
    name: "recursion",
    code: "return (function f() { return [f()] })()",
    ends: [...OUT_OF_MEMORY, "BRIDGE_SCRIPT"],
  },
];

/** Jailed processes, one behind each transport, with hostile code; `crashes.ts` kills some of them. */
export const processBridgeSuite: SoakSuite = {
  name: "process-bridge",
  async run(turn) {
    const allowed = ["BRIDGE_LOST", "BRIDGE_START"];
    const work = [...BENIGN, ...HOSTILE].map((item) => ({ ...item, ends: [...item.ends, ...allowed] }));
    await Promise.all([
      keepBusy(turn, work, () => new ProcessBridge({ ...OPTIONS, transport: "fifos" })),
      keepBusy(turn, work, () => new ProcessBridge({ ...OPTIONS, transport: "socket" })),
    ]);
  },
};

export const quickJsBridgeSuite: SoakSuite = {
  name: "quickjs-bridge",
  run: (turn) => keepBusy(turn, [...BENIGN, ...HOSTILE], () => new QuickJsBridge(OPTIONS)),
};

/** In this process, which must have been started with `--no-node-snapshot`: no hostile code. */
export const isolatedVmBridgeSuite: SoakSuite = {
  name: "isolated-vm-bridge",
  run: (turn) => keepBusy(turn, BENIGN, () => new IsolatedVmBridge(OPTIONS)),
};

/** Bridge after bridge, piece of work after piece of work, each in another way in the next round. */
async function keepBusy(
  { signal, tally }: SoakTurn,
  works: readonly BridgeWork[],
  create: () => RuntimeBridge,
): Promise<void> {
  for (let turn = 0; !signal.aborted;) {
    await using bridge = create();
    using scope = bridge.openScope(createData());
    for (const end = turn + LIFE; turn < end && !signal.aborted; turn++) {
      const work = works[turn % works.length] as BridgeWork;
      const way = WAYS[Math.floor(turn / works.length) % WAYS.length] as Way;
      // QuickJsBridge is done before anybody else had a turn.
      await nextTurn();
      tally.judge(work.name, await outcomeOf(() => way(work, { bridge, scope, turn })), work.ends);
    }
  }
}

type Way = (
  work: BridgeWork,
  place: { readonly bridge: RuntimeBridge; readonly scope: BridgeScope; readonly turn: number },
) => unknown;

const WAYS: readonly Way[] = [
  ({ code, timeoutMs }, { scope }) => scope.execute(code, limit(timeoutMs)),
  ({ code, timeoutMs }, { bridge }) => bridge.execute(code, createData(), limit(timeoutMs)),
  ({ code, timeoutMs }, { scope, turn }) =>
    scope.execute(`${code} // the text of turn ${turn}`, limit(timeoutMs)),
  async ({ code, timeoutMs }, { bridge, scope }) => {
    await bridge.initialize();
    return bridge.isSynchronous
      ? scope.executeSync(code, limit(timeoutMs))
      : scope.execute(code, limit(timeoutMs));
  },
];

function limit(timeoutMs: number | undefined): ExecuteOptions {
  return timeoutMs === undefined ? {} : { timeoutMs };
}

async function outcomeOf(run: () => unknown): Promise<string> {
  try {
    const value = await run();
    return value === true ? "ok" : `the value ${JSON.stringify(value)?.slice(0, 100)}`;
  } catch (error) {
    return (error as BridgeError).code ?? `the error ${String(error)}`;
  }
}

function createData(): HostData {
  return {
    rows: Array.from({ length: 1_000 }, (_, n) => ({ n, tags: [`tag ${n}`, new Date(n)] })),
    text: "x".repeat(100_000),
    twice: (row: unknown) => row,
    fail() {
      throw new RangeError("failed");
    },
  };
}
