import { setImmediate } from "node:timers/promises";

/** A few milliseconds, in tokens: between them other work has its turn. */
export const TOKENS_PER_TURN = 10_000;

let lastTurn: Promise<void> = Promise.resolve();

/** Of all sources that are read at once one goes on in a turn of the event loop. */
export async function waitForTurn(): Promise<void> {
  lastTurn = lastTurn.then(() => setImmediate());
  await lastTurn;
}
