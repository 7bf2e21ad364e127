import { NativeTypeError, dateNow } from "./primordials.ts";

let startedAt = 0;
let latest = 0;

export let createPerformance: () => Performance;

/** Proves to the constructor that this file calls it. */
const TOKEN = {};

/** An execution begins: its time counts from now, in a realm that is used again too. */
export function startClock(): void {
  startedAt = dateNow();
  latest = 0;
}

/**
 * `Performance` of the High Resolution Time standard (https://w3c.github.io/hr-time/#sec-performance), which allows
 * any resolution: here whole milliseconds, as everywhere in a guest, because finer clocks make side channels readable.
 */
export class Performance {
  static {
    createPerformance = () => new Performance(TOKEN);
  }

  constructor(token: unknown) {
    if (token !== TOKEN) throw new NativeTypeError("Illegal constructor: use performance");
  }

  /** When the execution began, in ms since the epoch. */
  get timeOrigin(): number {
    return startedAt;
  }

  /** Whole ms since the execution began; never less than before. */
  now(): number {
    const passed = dateNow() - startedAt;
    if (passed > latest) latest = passed;
    return latest;
  }

  toJSON(): { timeOrigin: number } {
    return { timeOrigin: startedAt };
  }
}
