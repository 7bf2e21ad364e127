/** Counts what goes on at the moment, by key. */
export interface Tally {
  count(key: string): number;
  /** Counts one more until the result is disposed; dispose it once. */
  enter(key: string): Disposable;
}

export function createTally(): Tally {
  const counts = new Map<string, number>();

  function leave(key: string): void {
    const left = (counts.get(key) ?? 0) - 1;
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  }

  return {
    count: (key) => counts.get(key) ?? 0,
    enter(key) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return { [Symbol.dispose]: () => leave(key) };
    },
  };
}
