/** Runs what it is given in order, so many at a time. */
export interface Lane {
  /** Rejects as the work does. */
  run(work: () => Promise<void>): Promise<void>;
  /** Resolves when all that was given has ended. */
  idle(): Promise<void>;
}

export function createLane(width: number): Lane {
  const queue: (() => void)[] = [];
  const all = new Set<Promise<void>>();
  let active = 0;

  async function runInTurn(work: () => Promise<void>): Promise<void> {
    if (active >= width) await new Promise<void>((resolve) => queue.push(resolve));
    active += 1;
    try {
      await work();
    } finally {
      active -= 1;
      queue.shift()?.();
    }
  }

  return {
    run(work) {
      const running = runInTurn(work);
      all.add(running);
      const remove = (): void => void all.delete(running);
      running.then(remove, remove);
      return running;
    },
    async idle() {
      await Promise.allSettled(all);
    },
  };
}
