/** Prints rows: work over 1,000 and 10,000 items, warm, the data anew with each evaluation, beside the peer. */
import type { Row } from "../report.ts";
import { compare } from "./comparison.ts";
import { Ours } from "./ours.ts";
import { Peer } from "./peer.ts";
import { arraySamples } from "./templates.ts";

const COUNTS = [1_000, 10_000];
const TURNS = { forMs: 1_500 };
const TARGET = { atLeast: 30 };

await using peer = await new Peer("isolated-vm").start();
await using isolatedVm = await new Ours("IsolatedVmBridge").start();
await using runner = await new Ours("ProcessBridge").start();

const contenders = [{ ours: isolatedVm, target: TARGET }, { ours: runner }];
const rows: Row[] = [];
for (const sample of COUNTS.flatMap(arraySamples)) {
  rows.push(...(await compare(sample, { peer, contenders, unit: "ms", turns: TURNS })));
}
process.stdout.write(JSON.stringify(rows));
