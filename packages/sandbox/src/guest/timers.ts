import { describeError } from "./errors.ts";
import { Emission, emit } from "./link.ts";
import { log } from "./log.ts";
import {
  NativeMap,
  NativeRangeError,
  NativeTypeError,
  mapClear,
  mapDelete,
  mapGet,
  mapSet,
  mapSize,
  promiseThen,
  reflectApply,
  settledPromise,
} from "./primordials.ts";

const MAX_TIMERS = 1_000;
const MAX_DELAY_MS = 2 ** 31 - 1;

interface Timer {
  readonly callback: () => void;
  readonly repeatMs: number | undefined;
}

const timers = new NativeMap<number, Timer>();
let lastId = 0;

/** Forgets every timer; called when an execution starts or ends. */
export function resetTimers(): void {
  mapClear(timers);
}

/** Timers still to fire. */
export function openTimers(): number {
  return mapSize(timers);
}

/**
 * Calls back once after a delay in ms.
 *
 * @throws RangeError when 1,000 timers are open.
 */
export function setTimer(callback: () => void, delayMs: number): number {
  return arm({ callback, repeatMs: undefined }, delayMs);
}

export function clearTimer(id: number): void {
  if (mapDelete(timers, id)) emit(Emission.ClearTimer, id);
}

/** The runner says that a timer is due. What the callback throws is logged; it does not end the execution. */
export function fireTimer(id: number): void {
  const timer = mapGet(timers, id);
  if (!timer) return;
  if (timer.repeatMs === undefined) mapDelete(timers, id);
  else emit(Emission.SetTimer, id, `${timer.repeatMs}`);
  try {
    timer.callback();
  } catch (error) {
    const { message, stack } = describeError(error);
    log("error", `Uncaught in a timer: ${message}`, { stack });
  }
}

function arm(timer: Timer, delayMs: number): number {
  if (mapSize(timers) >= MAX_TIMERS) {
    throw new NativeRangeError(
      `${MAX_TIMERS} timers are open, which is the most that one execution may have`,
    );
  }
  const id = ++lastId;
  mapSet(timers, id, timer);
  emit(Emission.SetTimer, id, `${delayMs}`);
  return id;
}

type TimerCallback = (...args: unknown[]) => unknown;

/** The timer globals of the web platform. Ids are numbers; strings are never compiled. */
export function createTimerGlobals(): Record<string, (...args: never[]) => unknown> {
  const bind = (callback: unknown, args: unknown[], name: string): (() => void) => {
    if (typeof callback !== "function")
      throw new NativeTypeError(`${name} needs a function as its first argument`);
    return () => void reflectApply(callback as TimerCallback, undefined, args);
  };
  return {
    setTimeout: (callback: unknown, delay?: unknown, ...args: unknown[]): number =>
      setTimer(bind(callback, args, "setTimeout"), toDelayMs(delay)),
    setInterval: (callback: unknown, delay?: unknown, ...args: unknown[]): number => {
      const repeatMs = toDelayMs(delay);
      return arm({ callback: bind(callback, args, "setInterval"), repeatMs }, repeatMs);
    },
    clearTimeout: (id?: unknown): void => clearTimer(typeof id === "number" ? id : 0),
    clearInterval: (id?: unknown): void => clearTimer(typeof id === "number" ? id : 0),
    queueMicrotask: (callback: unknown): void => {
      const run = bind(callback, [], "queueMicrotask");
      void promiseThen(settledPromise, run);
    },
  };
}

/** As browsers do: what is not a number from 1 to 2^31-1 means at once. */
function toDelayMs(delay: unknown): number {
  const ms = typeof delay === "string" || typeof delay === "number" ? +delay : 0;
  return ms >= 1 && ms <= MAX_DELAY_MS ? ms : 1;
}
