import { AbortSignal } from "../abort.ts";
import { dateNow, objectFreeze } from "../primordials.ts";

/** How long before its deadline an execution is told, as a part of its time and at most. */
const NOTICE_PART = 0.1;
const MAX_NOTICE_MS = 1_000;

// oxlint-disable-next-line typescript/unbound-method -- it has no receiver
const createTimeout = AbortSignal.timeout;
let deadline = 0;
let signal: AbortSignal | undefined;

/** `ctx.signal`; the signal is made when a script first asks for it. */
export const SIGNAL = objectFreeze({ __proto__: null, enumerable: true, get: objectFreeze(currentSignal) });

/** Starts the time of an execution that may take so long. */
export function beginSignal(wallMs: number): void {
  const noticeMs = wallMs * NOTICE_PART;
  deadline = dateNow() + wallMs - (noticeMs < MAX_NOTICE_MS ? noticeMs : MAX_NOTICE_MS);
  signal = undefined;
}

/** Milliseconds until the signal aborts. */
export function timeLeft(): number {
  const left = deadline - dateNow();
  return left > 0 ? left : 0;
}

export function currentSignal(): AbortSignal {
  return (signal ??= createTimeout(timeLeft()));
}
