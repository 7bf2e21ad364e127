/** Prints rows: small expressions over small data, warm, beside the peer and two floors. */
import { createBareIsolate } from "../bridges/bare-engines.ts";
import { type Row, rowOf } from "../report.ts";
import { timeInTurns } from "../samples.ts";
import { compare } from "./comparison.ts";
import { Ours } from "./ours.ts";
import { Peer } from "./peer.ts";
import { SIMPLE_SAMPLES } from "./templates.ts";

const TURNS = { forMs: 1_500, batch: 50 };
const IN_PROCESS = { atLeast: 10 };
const THROUGH_PROCESS = { atLeast: 2 };

await using peer = await new Peer("isolated-vm").start();
await using isolatedVm = await new Ours("IsolatedVmBridge").start();
await using runner = await new Ours("ProcessBridge").start();

const contenders = [
  { ours: isolatedVm, target: IN_PROCESS },
  { ours: runner, target: THROUGH_PROCESS },
];
const rows: Row[] = [...(await measureFloors())];
for (const sample of SIMPLE_SAMPLES) {
  rows.push(...(await compare(sample, { peer, contenders, unit: "µs", turns: TURNS })));
}
process.stdout.write(JSON.stringify(rows));

async function measureFloors(): Promise<Row[]> {
  using engine = createBareIsolate();
  const spreads = await timeInTurns({ clock: () => 1, isolate: engine.compile("1 + 1") }, TURNS);
  return [
    rowOf("floor: an empty function (the clock itself)", spreads.clock, "µs"),
    rowOf("floor: bare isolated-vm, compiled function", spreads.isolate, "µs"),
  ];
}
