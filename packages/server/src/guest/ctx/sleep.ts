import { clearTimer, setTimer } from "@skerry/sandbox/guest";
import { type AbortSignal, isAbortSignal, onAbort } from "../abort.ts";
import { NativePromise, NativeRangeError, NativeTypeError, objectFreeze } from "../primordials.ts";
import { currentSignal, timeLeft } from "./signal.ts";

const MAX_SLEEP_MS = 2 ** 31 - 1;

interface SleepOptions {
  readonly signal?: AbortSignal;
}

/** `ctx.sleep`: ends early when the execution's time is nearly over, or the given signal aborts. */
export const SLEEP = objectFreeze((ms: number, options: SleepOptions = {}): Promise<void> => {
  return new NativePromise((resolve, reject) => {
    if (typeof ms !== "number" || !(ms >= 0 && ms <= MAX_SLEEP_MS)) {
      throw new NativeRangeError(`ctx.sleep takes milliseconds from 0 to ${MAX_SLEEP_MS}`);
    }
    const { signal } = options;
    if (signal !== undefined && !isAbortSignal(signal))
      throw new NativeTypeError("signal must be an AbortSignal");
    signal?.throwIfAborted();
    const left = timeLeft();
    const wake = (): void => {
      stop?.();
      if (ms <= left) resolve();
      else reject(currentSignal().reason);
    };
    const timer = setTimer(wake, atLeastOne(ms <= left ? ms : left));
    const stop =
      signal &&
      onAbort(signal, () => {
        clearTimer(timer);
        reject(signal.reason);
      });
  });
});

function atLeastOne(ms: number): number {
  return ms >= 1 ? ms : 1;
}
