import { type Row, multipleOf, rowOf } from "../report.ts";
import { type Spread, type TurnOptions, timeInTurns } from "../samples.ts";
import { requireEqual } from "./equality.ts";
import type { Ours } from "./ours.ts";
import type { Peer } from "./peer.ts";
import { type Sample, forGuest } from "./templates.ts";

type Unit = "ms" | "µs";
type Target = Row["target"];

/** One of ours in a comparison. */
interface Contender {
  readonly ours: Ours;
  /** What the project promises of the evaluator as it is, in multiples of the peer's speed. */
  readonly target?: Target;
}

interface ComparisonOptions {
  readonly peer: Peer;
  readonly contenders: readonly Contender[];
  readonly unit: Unit;
  readonly turns: TurnOptions;
}

interface Entry {
  readonly what: string;
  readonly run: () => unknown;
  readonly target: Target;
}

/**
 * A sample beside the peer: with each evaluator as it is, and where that answers without a guest, once more so that the
 * guest has to.
 */
export async function compare(sample: Sample, options: ComparisonOptions): Promise<Row[]> {
  const { what, template, peerTemplate = template, data } = sample;
  const { peer, contenders, unit, turns } = options;
  const runPeer = (): unknown => peer.evaluate(peerTemplate, data);
  const expected = runPeer();
  const entries = contenders.flatMap((contender) => entriesOf(contender, sample));
  for (const entry of entries) requireEqual(`${what}, ${entry.what}`, entry.run(), expected);
  const actions: Record<string, () => unknown> = { peer: runPeer };
  for (const entry of entries) actions[entry.what] = entry.run;
  const { peer: base, ...spreads } = await timeInTurns(actions, turns);
  return [
    rowOf(`peer: ${what}`, base as Spread, unit),
    ...entries.flatMap((entry) => {
      const spread = spreads[entry.what] as Spread;
      return [
        rowOf(`${what}, ${entry.what}`, spread, unit),
        multipleOf("  times the peer's speed", base as Spread, spread, entry.target),
      ];
    }),
  ];
}

function entriesOf({ ours, target }: Contender, { template, data }: Sample): Entry[] {
  const evaluate = (text: string) => (): unknown => ours.evaluate(text, data);
  const asItIs = evaluate(template);
  const crossing = `crossing, ${ours.bridge}`;
  if (ours.crosses(asItIs)) return [{ what: crossing, run: asItIs, target }];
  const inGuest = evaluate(forGuest(template));
  if (!ours.crosses(inGuest)) throw new Error(`${forGuest(template)} takes no guest`);
  return [
    { what: `direct, before ${ours.bridge}`, run: asItIs, target },
    { what: crossing, run: inGuest, target: undefined },
  ];
}
