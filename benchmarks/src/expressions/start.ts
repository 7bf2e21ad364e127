import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Row, multipleOf, rowOf } from "../report.ts";
import { type Spread, spreadOf } from "../samples.ts";
import type { FirstResult, Side } from "./first-result.ts";

const ROOT = new URL("../../../", import.meta.url);
const PROGRAM = fileURLToPath(new URL("first-result-program.ts", import.meta.url));
/** What isolated-vm needs; everybody gets it. */
const FLAGS = ["--no-node-snapshot", "--disable-warning=ExperimentalWarning"];
const PROCESS_TIMEOUT_MS = 20_000;
const BUILD_TIMEOUT_MS = 180_000;
const MAX_ROUNDS = 9;
const MIN_ROUNDS = 3;
const ROUNDS_MS = 40_000;
const OF_PEER = "  of the peer's time";

interface Pair {
  readonly what: string;
  readonly ours: Side;
  readonly peer: Side;
  /** Of the time from a new evaluator on. */
  readonly target?: Row["target"];
}

const PAIRS: readonly Pair[] = [
  { what: "IsolatedVmBridge", ours: "isolatedVm", peer: "peer", target: { atMost: 0.5 } },
  { what: "ProcessBridge", ours: "runner", peer: "peer" },
  { what: "QuickJsBridge", ours: "quickJs", peer: "peerQuickJs" },
];
const PEERS: readonly { what: string; side: Side }[] = [
  { what: "isolated-vm", side: "peer" },
  { what: "QuickJS", side: "peerQuickJs" },
];

const run = promisify(execFile);

/**
 * From nothing to the first result that a guest gives, each in a process of its own, in turns. Both sides run as they
 * are published: ours is built first, because from its sources it would bundle and strip types as it starts.
 */
export async function measureStart(): Promise<Row[]> {
  await run(process.execPath, ["scripts/with-setup.mjs", "scripts/build.ts"], {
    cwd: ROOT,
    timeout: BUILD_TIMEOUT_MS,
  });
  const results = await collectResults();
  const ofEvaluator = (side: Side): Spread => spreadOfSide(results, side, "ofEvaluatorMs");
  const ofProcess = (side: Side): Spread => spreadOfSide(results, side, "ofProcessMs");
  return [
    ...PEERS.map(({ what, side }) =>
      rowOf(`peer: new evaluator to first result, ${what}`, ofEvaluator(side), "ms"),
    ),
    ...PAIRS.flatMap(({ what, ours, peer, target }) => [
      rowOf(`new evaluator to first result, ${what}`, ofEvaluator(ours), "ms"),
      multipleOf(OF_PEER, ofEvaluator(ours), ofEvaluator(peer), target),
    ]),
    ...PEERS.map(({ what, side }) =>
      rowOf(`peer: process start to first result, ${what}`, ofProcess(side), "ms"),
    ),
    ...PAIRS.flatMap(({ what, ours, peer }) => [
      rowOf(`process start to first result, ${what}`, ofProcess(ours), "ms"),
      multipleOf(OF_PEER, ofProcess(ours), ofProcess(peer)),
    ]),
  ];
}

async function collectResults(): Promise<Map<Side, FirstResult[]>> {
  const sides = [...PEERS.map(({ side }) => side), ...PAIRS.map(({ ours }) => ours)];
  const results = new Map(sides.map((side) => [side, [] as FirstResult[]]));
  const until = performance.now() + ROUNDS_MS;
  for (let round = 0; round < MAX_ROUNDS && (round < MIN_ROUNDS || performance.now() < until); round++) {
    for (const [side, list] of results) list.push(await readFirstResult(side));
  }
  return results;
}

async function readFirstResult(side: Side): Promise<FirstResult> {
  const { stdout } = await run(process.execPath, [...FLAGS, PROGRAM, side], {
    timeout: PROCESS_TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  return JSON.parse(stdout) as FirstResult;
}

function spreadOfSide(results: Map<Side, FirstResult[]>, side: Side, figure: keyof FirstResult): Spread {
  return spreadOf((results.get(side) ?? []).map((result) => result[figure]));
}
