import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../chaos/random.ts";
import type { watchStalls } from "../chaos/stalls.ts";

/** Something that is done over and over, one round after the other. */
export interface Work {
  readonly name: string;
  /** Between two rounds, in ms; each is between half and one and a half of it. */
  readonly pauseMs: number;
  /** @param round counts from 1. @throws Error when what came of the round is not what has to. */
  run(round: number): Promise<void>;
}

/** What came of one kind of work. */
export interface WorkRecord {
  readonly name: string;
  readonly rounds: number;
  /** Rounds that came to something else than they have to. */
  readonly failures: number;
  /** Those of them in which this machine had no time for this process, and so perhaps none for the nodes. */
  readonly excused: number;
  /** What the first of them said. */
  readonly firstFailures: readonly string[];
  /** Of whole rounds, in ms. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Works that are done side by side. */
export interface Crew extends Disposable {
  /** Rounds so far. */
  readonly rounds: number;
  /** One round of each. */
  rehearse(): Promise<void>;
  /** Begins round after round. */
  start(): void;
  /** Begins no round any more. Resolves when the last ones have ended. */
  end(): Promise<readonly WorkRecord[]>;
}

/** What a stall puts off may come to its deadline later. */
const STALL_ECHO_MS = 15_000;
const FAILURES_KEPT = 5;
const FAILURE_CHARS = 600;

export function createCrew(
  works: readonly Work[],
  random: Random,
  watch: Pick<ReturnType<typeof watchStalls>, "stalls">,
): Crew {
  const over = new AbortController();
  const workers = works.map((work) => createWorker(work, random, watch));
  let done: Promise<unknown> = Promise.resolve();
  return {
    get rounds() {
      return workers.reduce((sum, { durations }) => sum + durations.length, 0);
    },
    async rehearse() {
      await Promise.all(workers.map((worker) => worker.doRound()));
    },
    start() {
      done = Promise.all(workers.map((worker) => worker.keepOn(over.signal)));
    },
    async end() {
      over.abort();
      await done;
      return workers.map((worker) => worker.describe());
    },
    [Symbol.dispose]: () => over.abort(),
  };
}

function createWorker(
  work: Work,
  random: Random,
  { stalls }: Pick<ReturnType<typeof watchStalls>, "stalls">,
) {
  const durations: number[] = [];
  const firstFailures: string[] = [];
  let failures = 0;
  let excused = 0;

  async function doRound(): Promise<void> {
    const begunAt = Date.now();
    const startedAt = performance.now();
    const round = durations.length + 1;
    try {
      await work.run(round);
    } catch (error) {
      failures += 1;
      if (stalls.some(({ to }) => to > begunAt - STALL_ECHO_MS)) excused += 1;
      const text = `round ${round}: ${describeFailure(error)}`;
      if (firstFailures.length < FAILURES_KEPT) firstFailures.push(text.slice(0, FAILURE_CHARS));
    }
    durations.push(performance.now() - startedAt);
  }

  return {
    durations,
    doRound,
    async keepOn(over: AbortSignal): Promise<void> {
      while (!over.aborted) {
        await doRound();
        await sleep(work.pauseMs * (0.5 + random.next()), undefined, { signal: over }).catch(() => {});
      }
    },
    describe(): WorkRecord {
      const sorted = durations.toSorted((one, other) => one - other);
      const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
      return {
        name: work.name,
        rounds: durations.length,
        failures,
        excused,
        firstFailures,
        p50Ms: at(0.5),
        p99Ms: at(0.99),
      };
    },
  };
}

/** With what was behind it: `fetch` says of a lost connection no more than that it failed. */
function describeFailure(error: unknown): string {
  const { cause } = error as Error;
  return cause instanceof Error ? `${String(error)}, because of ${String(cause)}` : String(error);
}
