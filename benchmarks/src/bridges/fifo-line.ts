import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";

/** As a `ProcessBridge` does it: waking up takes longer than most answers. */
const SPIN_MS = 0.1;
const BUFFER_BYTES = 64;

/** One side of two FIFOs, without frames, limits or anything else that costs. */
export class FifoLine implements Disposable {
  readonly #readNow: number;
  readonly #read: number;
  readonly #write: number;
  readonly #buffer = Buffer.alloc(BUFFER_BYTES);

  /** Returns when the other side has opened its ends. */
  constructor(inputPath: string, outputPath: string) {
    this.#readNow = openSync(inputPath, constants.O_RDONLY | constants.O_NONBLOCK);
    this.#write = openSync(outputPath, constants.O_WRONLY);
    this.#read = openSync(inputPath, constants.O_RDONLY);
  }

  /** Sends a few bytes. */
  send(bytes: Uint8Array): void {
    writeSync(this.#write, bytes);
  }

  /** Waits for what was sent; empty when the other side is gone. */
  receive(): Uint8Array {
    const until = performance.now() + SPIN_MS;
    do {
      const bytes = this.#tryRead();
      if (bytes) return bytes;
    } while (performance.now() < until);
    return this.#buffer.subarray(0, readSync(this.#read, this.#buffer));
  }

  #tryRead(): Uint8Array | undefined {
    try {
      return this.#buffer.subarray(0, readSync(this.#readNow, this.#buffer));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      return undefined;
    }
  }

  [Symbol.dispose](): void {
    for (const descriptor of [this.#readNow, this.#read, this.#write]) closeSync(descriptor);
  }
}
