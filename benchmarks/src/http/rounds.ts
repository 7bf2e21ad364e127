import { load } from "../processes.ts";
import type { LoadResult } from "../processes.ts";

/** What servers made of a load: requests per second, latencies in ms. */
export interface Rate {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

export interface Rounds {
  readonly connections: number;
  readonly rounds: number;
  /** Of one address in one round. */
  readonly seconds: number;
}

/** Loads addresses in turns, round after round, so that whatever else the machine does meets all of them. */
export async function measureInRounds<Name extends string>(
  urls: Readonly<Record<Name, string>>,
  { connections, rounds, seconds }: Rounds,
): Promise<Record<Name, Rate>> {
  const entries = Object.entries(urls) as [Name, string][];
  const results = new Map(entries.map(([name]) => [name, [] as LoadResult[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, url] of entries) {
      results.get(name)?.push(await load(url, connections, seconds));
    }
  }
  const rates = [...results].map(([name, rounds]) => [name, summarize(rounds)] as const);
  return Object.fromEntries(rates) as Record<Name, Rate>;
}

/** The rate over all rounds, and of the latencies the median round. */
function summarize(rounds: readonly LoadResult[]): Rate {
  const total = (pick: (round: LoadResult) => number): number =>
    rounds.reduce((sum, round) => sum + pick(round), 0);
  return {
    rate: total(({ requests }) => requests) / total(({ seconds }) => seconds),
    p50: medianOf(rounds.map(({ p50 }) => p50)),
    p99: medianOf(rounds.map(({ p99 }) => p99)),
  };
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}
