/** Prints rows: QuickJS beside the peer's QuickJS. */
import type { Row } from "../report.ts";
import { compare } from "./comparison.ts";
import { Ours } from "./ours.ts";
import { Peer } from "./peer.ts";
import { SIMPLE_SAMPLES, type Sample, arraySamples } from "./templates.ts";

const COUNT = 1_000;
const TURNS = { forMs: 1_500 };
const TARGET = { atLeast: 5 };

await using peer = await new Peer("QuickJS").start();
await using quickJs = await new Ours("QuickJsBridge").start();

const contenders = [{ ours: quickJs, target: TARGET }];
const rows: Row[] = [];
for (const sample of SIMPLE_SAMPLES) rows.push(...(await measure(sample, "µs")));
for (const sample of arraySamples(COUNT)) rows.push(...(await measure(sample, "ms")));
process.stdout.write(JSON.stringify(rows));

function measure(sample: Sample, unit: "ms" | "µs"): Promise<Row[]> {
  const what = `QuickJS, ${sample.what}`;
  return compare({ ...sample, what }, { peer, contenders, unit, turns: TURNS });
}
