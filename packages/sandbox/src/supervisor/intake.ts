/** What is read of all overdrawn tenants together, in bytes per ms: 8 MB a second. */
const BYTES_PER_MS = 8_000;
/** So far ahead of that they may be, in ms. */
const BURST_MS = 20;

/**
 * How fast the host takes what overdrawn tenants send. Whoever sends much costs the host more than the copying: each
 * message is one piece of work that nobody interrupts, and its garbage makes collections that stop everyone. The rate
 * is for all of them together, so that more of them do not make it more.
 */
export class Intake {
  #freeAt = 0;

  /** Books bytes that were read. Gives the ms until more should be. */
  take(bytes: number): number {
    const now = performance.now();
    this.#freeAt = Math.max(now, this.#freeAt) + bytes / BYTES_PER_MS;
    return Math.max(0, this.#freeAt - now - BURST_MS);
  }
}
