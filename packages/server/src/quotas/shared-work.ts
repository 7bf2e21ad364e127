interface Round<Result> {
  readonly running: Promise<Result>;
  next: Promise<Result> | undefined;
}

/**
 * Makes work that many ask for cheap: of each key it is done once at a time. Those who ask while it runs share the next
 * time, so that everybody gets what was so after they asked.
 */
export function shareWork<Result>(work: (key: string) => Promise<Result>): (key: string) => Promise<Result> {
  const rounds = new Map<string, Round<Result>>();

  function begin(key: string): Promise<Result> {
    const running = work(key);
    const round: Round<Result> = { running, next: undefined };
    rounds.set(key, round);
    const end = (): void => {
      if (round.next === undefined) rounds.delete(key);
    };
    running.then(end, end);
    return running;
  }

  return (key) => {
    const round = rounds.get(key);
    if (round === undefined) return begin(key);
    const again = (): Promise<Result> => begin(key);
    round.next ??= round.running.then(again, again);
    return round.next;
  };
}
