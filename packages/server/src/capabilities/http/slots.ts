import { createHttpError } from "./errors.ts";

/** A bounded number of things at a time, given out in the order they were asked for. */
export interface Slots {
  /** Nobody holds or waits for one. */
  readonly idle: boolean;
  /**
   * Waits for a slot; disposing gives it back.
   *
   * @throws the signal's reason when it aborts first; CapabilityError `HTTP_BUSY` when too many wait.
   */
  acquire(signal: AbortSignal): Promise<Disposable>;
}

/** At most `max` slots out and `maxWaiting` callers in line. */
export function createSlots(max: number, maxWaiting: number): Slots {
  const waiting = new Set<() => void>();
  let held = 0;

  function take(): Disposable {
    held += 1;
    let open = true;
    return {
      [Symbol.dispose]() {
        if (!open) return;
        open = false;
        held -= 1;
        for (const next of waiting) return next();
      },
    };
  }

  function wait(signal: AbortSignal): Promise<Disposable> {
    const { promise, resolve, reject } = Promise.withResolvers<Disposable>();
    const leave = () => {
      waiting.delete(enter);
      signal.removeEventListener("abort", abort);
    };
    const enter = () => {
      leave();
      resolve(take());
    };
    const abort = () => {
      leave();
      reject(signal.reason as Error);
    };
    waiting.add(enter);
    signal.addEventListener("abort", abort, { once: true });
    return promise;
  }

  return {
    get idle() {
      return held === 0 && waiting.size === 0;
    },
    async acquire(signal) {
      signal.throwIfAborted();
      if (held < max) return take();
      if (waiting.size >= maxWaiting) {
        throw createHttpError("HTTP_BUSY", `${waiting.size} requests wait already; ${max} run at a time.`);
      }
      return wait(signal);
    },
  };
}
