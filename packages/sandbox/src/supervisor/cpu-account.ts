/** What a tenant may use at once, in ms of processor time. */
const BURST_MS = 100;
/** The part of one processor that every tenant may use all the time; pays back what was used in a burst. */
const SHARE = 0.1;
/** However much was used, no more than this is to be paid back, in ms of processor time: after 20 s all is forgotten. */
const MAX_DEBT_MS = 2_000;

/** The processor time that a tenant has used of late. Outlives its runners: a killed one does not wipe it out. */
export class CpuAccount {
  #debtMs = 0;
  #isOverdrawn = false;
  #countedAt = performance.now();

  /** Whether the tenant has used more than its share and its burst, and has not paid back half of the burst yet. */
  get isOverdrawn(): boolean {
    const debtMs = this.#settle();
    this.#isOverdrawn = debtMs > (this.#isOverdrawn ? BURST_MS / 2 : BURST_MS);
    return this.#isOverdrawn;
  }

  /** Whether nothing of what was used is to be remembered. */
  get isClear(): boolean {
    return this.#settle() === 0;
  }

  charge(cpuMs: number): void {
    this.#debtMs = Math.min(this.#settle() + cpuMs, MAX_DEBT_MS);
  }

  #settle(): number {
    const now = performance.now();
    this.#debtMs = Math.max(0, this.#debtMs - (now - this.#countedAt) * SHARE);
    this.#countedAt = now;
    return this.#debtMs;
  }
}
