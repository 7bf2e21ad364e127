/** A turn shorter than this does not hold up a runner's other work. */
const QUICK_TURN_MS = 2;
/** So many quick turns in a row make a program quick. */
const QUICK_TURNS = 5;

/**
 * How long the turns of a program last. Handing a turn to the isolate's own thread and back costs more than most
 * turns themselves; a program whose turns were all short so far is therefore run on the runner's main thread. One
 * long turn sends it back to its own thread until it has shown itself quick again.
 */
export class Pace {
  #quickTurns = 0;

  get isQuick(): boolean {
    return this.#quickTurns >= QUICK_TURNS;
  }

  record(turnMs: number): void {
    this.#quickTurns = turnMs < QUICK_TURN_MS ? this.#quickTurns + 1 : 0;
  }
}
