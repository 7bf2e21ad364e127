/** What the host's thread and the watchdog's share. */
/** The words of one watched runner. */
export const Word = {
  /** Odd while a turn is open; each turn has its own number. */
  Turn: 0,
  /** How long the turn may last, in ms from when the watchdog sees it. */
  LimitMs: 1,
  /** Why the watchdog killed the runner. */
  Verdict: 2,
} as const;
export const WORD_COUNT = 3;

export const Verdict = { None: 0, Deadline: 1, Memory: 2 } as const;

/** The one word that wakes the watchdog. */
export const Bell = { Awake: 0, Asleep: 1, Stop: 2 } as const;

/** Begins to watch a process, or ends it. */
export type WatchRequest =
  | { readonly id: number; readonly pid: number; readonly words: Int32Array; readonly memoryCapMb: number }
  | { readonly id: number };
