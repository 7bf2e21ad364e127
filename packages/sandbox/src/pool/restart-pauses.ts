import type { RunnerEndReason } from "../supervisor/runner-process.ts";

const WINDOW_MS = 60_000;
/** So many runners a tenant may lose within a minute without waiting for the next. */
const FREE_LOSSES = 3;
const FIRST_PAUSE_MS = 100;

/** Ends that the host wants, whatever the tenant did. */
const WANTED_ENDS: ReadonlySet<RunnerEndReason> = new Set(["closed"]);

export interface RestartPausesOptions {
  /** The longest pause in ms; 0 for none at all. */
  readonly maxPauseMs: number;
  /** A tenant's pause is over. */
  readonly onEnd: () => void;
}

interface Losses {
  /** When runners were lost within the last minute, oldest first. */
  readonly times: readonly number[];
  readonly pausedUntil: number;
}

/**
 * Who loses one runner after the other waits for the next, twice as long each time: starting a process costs all
 * tenants, and a script that kills its runner would have it started again and again.
 */
export class RestartPauses implements Disposable {
  readonly #maxPauseMs: number;
  readonly #onEnd: () => void;
  readonly #losses = new Map<string, Losses>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor({ maxPauseMs, onEnd }: RestartPausesOptions) {
    this.#maxPauseMs = maxPauseMs;
    this.#onEnd = onEnd;
  }

  /** Notes how a tenant's runner ended, and begins a pause where it was one too many. */
  note(tenant: string, reason: RunnerEndReason): void {
    if (WANTED_ENDS.has(reason)) return;
    const now = performance.now();
    const times = [...(this.#losses.get(tenant)?.times ?? []), now].filter((time) => time > now - WINDOW_MS);
    const pauseMs = this.#pauseAfter(times.length);
    this.#losses.set(tenant, { times, pausedUntil: now + pauseMs });
    if (pauseMs > 0) this.#endAfter(pauseMs);
  }

  isPaused(tenant: string): boolean {
    return (this.#losses.get(tenant)?.pausedUntil ?? 0) > performance.now();
  }

  /** Drops what is of no further meaning. */
  forgetOld(): void {
    const before = performance.now() - WINDOW_MS;
    for (const [tenant, { times }] of this.#losses) {
      if ((times.at(-1) ?? 0) < before) this.#losses.delete(tenant);
    }
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #pauseAfter(losses: number): number {
    const doublings = losses - FREE_LOSSES - 1;
    return doublings < 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** doublings, this.#maxPauseMs);
  }

  #endAfter(pauseMs: number): void {
    // Timers may fire a little early.
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#onEnd();
    }, pauseMs + 1).unref();
    this.#timers.add(timer);
  }
}
