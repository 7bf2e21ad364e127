/** Durations in milliseconds, and how they spread. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly min: number;
}

export function spreadOf(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), min: at(0) };
}

/** Runs an action again and again, one at a time, and takes the time of each. */
export async function timeEach(count: number, action: (index: number) => unknown): Promise<Spread> {
  const samples: number[] = [];
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    await action(index);
    samples.push(performance.now() - start);
  }
  return spreadOf(samples);
}

export interface TurnOptions {
  /** How long to go on, in ms; each action has three turns at least. */
  readonly forMs: number;
  /** Calls of one action in a row before the next one has its turn. Default 1. */
  readonly batch?: number;
}

const WARM_UP_SHARE = 0.25;
const MIN_TURNS = 3;

/**
 * Times actions of one process in turns, so that whatever else the machine does meets them alike. What an action gives
 * is awaited only if it is a promise: a turn of the event loop would be longer than many a call.
 */
export async function timeInTurns<Name extends string>(
  actions: Readonly<Record<Name, () => unknown>>,
  { forMs, batch = 1 }: TurnOptions,
): Promise<Record<Name, Spread>> {
  await takeTurns(actions, { forMs: forMs * WARM_UP_SHARE, batch });
  const samples = await takeTurns(actions, { forMs, batch });
  const spreads = [...samples].map(([name, durations]) => [name, spreadOf(durations)] as const);
  return Object.fromEntries(spreads) as Record<Name, Spread>;
}

async function takeTurns<Name extends string>(
  actions: Readonly<Record<Name, () => unknown>>,
  { forMs, batch }: Required<TurnOptions>,
): Promise<Map<Name, number[]>> {
  const entries = Object.entries(actions) as Array<[Name, () => unknown]>;
  const samples = new Map(entries.map(([name]) => [name, [] as number[]]));
  const until = performance.now() + forMs;
  for (let turn = 0; turn < MIN_TURNS || performance.now() < until; turn++) {
    for (const [name, action] of entries) {
      for (let index = 0; index < batch; index++) {
        const start = performance.now();
        const result = action();
        if (result instanceof Promise) await result;
        samples.get(name)?.push(performance.now() - start);
      }
    }
  }
  return samples;
}
