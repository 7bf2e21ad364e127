import { writeSync } from "node:fs";
import { type BridgeFrameKind, type BridgeFrameReader, encodeBridgeFrame } from "./wire.ts";

/** How long to look for an answer again and again before sleeping until it is there: waking up takes as long. */
const SPIN_MS = 0.1;
/** After spinning was of no use, this many receptions sleep at once; twice as many the next time, up to the most. */
const MIN_REST = 2;
const MAX_REST = 32;

/** Descriptors of one side of the wire. */
export interface Descriptors {
  /** Reading waits until something is there. */
  readonly read: number;
  /** Reading the same stream fails with EAGAIN when nothing is there. Without it there is no spinning. */
  readonly readNow?: number | undefined;
  readonly write: number;
}

/** One side of the wire for a thread that waits. */
export class Line {
  readonly #descriptors: Descriptors;
  #rest = 0;
  #nextRest = MIN_REST;

  constructor(descriptors: Descriptors) {
    this.#descriptors = descriptors;
  }

  /**
   * Reads once: soon after it was sent if it comes soon, else asleep until it comes. Spinning pays while each side has
   * a processor to itself; where they share one it keeps the other from answering, so it stops when it does not pay.
   *
   * @returns Whether anything came before the end.
   */
  receive(reader: BridgeFrameReader): boolean {
    const { read, readNow } = this.#descriptors;
    const count = readNow === undefined ? undefined : this.#spin(reader, readNow);
    return (count ?? reader.fill(read)) > 0;
  }

  /** Writes one frame; waits while the other side does not read. */
  send(kind: BridgeFrameKind, text: string, number?: number): void {
    const bytes = encodeBridgeFrame(kind, text, number);
    let offset = 0;
    while (offset < bytes.length) offset += writeSync(this.#descriptors.write, bytes, offset);
  }

  #spin(reader: BridgeFrameReader, readNow: number): number | undefined {
    if (this.#rest > 0) {
      this.#rest--;
      return undefined;
    }
    const spinUntil = performance.now() + SPIN_MS;
    do {
      const count = tryFill(reader, readNow);
      if (count !== undefined) {
        this.#nextRest = MIN_REST;
        return count;
      }
    } while (performance.now() < spinUntil);
    this.#rest = this.#nextRest;
    this.#nextRest = Math.min(this.#nextRest * 2, MAX_REST);
    return undefined;
  }
}

function tryFill(reader: BridgeFrameReader, readNow: number): number | undefined {
  try {
    return reader.fill(readNow);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    return undefined;
  }
}
