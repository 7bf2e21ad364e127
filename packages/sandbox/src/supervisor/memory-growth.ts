const MEBIBYTE = 1024 * 1024;

/**
 * By how much a runner's memory grew while one execution ran in it: all that can be told from outside of what a guest
 * used whose isolate is gone, and about what that was.
 */
export class MemoryGrowth {
  readonly #readBytes: () => number | undefined;
  #baseBytes: number | undefined;
  #peakBytes: number | null = null;

  /**
   * @param readBytes Resident memory of the runner; undefined where the system does not tell.
   * @param baseBytes The same while nothing ran in it.
   */
  constructor(readBytes: () => number | undefined, baseBytes: number | undefined) {
    this.#readBytes = readBytes;
    this.#baseBytes = baseBytes;
  }

  /** The most that was seen; null where nothing was. */
  get peakBytes(): number | null {
    return this.#peakBytes;
  }

  /** @returns the most that was seen. */
  look(bytes: number | undefined = this.#readBytes()): number | null {
    if (this.#baseBytes === undefined || bytes === undefined) return this.#peakBytes;
    const grownBytes = bytes - this.#baseBytes;
    if (grownBytes > (this.#peakBytes ?? 0)) this.#peakBytes = grownBytes;
    return this.#peakBytes;
  }

  /** Another execution runs beside it: whose memory it is cannot be told any more. */
  giveUp(): void {
    this.#baseBytes = undefined;
    this.#peakBytes = null;
  }
}

/** What `MEMORY_LIMIT` says. */
export function describeMemoryLimit(memoryMb: number, usedBytes: number | null): string {
  const usedMb = Math.round((usedBytes ?? 0) / MEBIBYTE);
  const used = usedMb > memoryMb ? `${usedMb} MB of memory` : "more memory than it may";
  return `the script used ${used}, its limit memoryMb is ${memoryMb} MB`;
}
