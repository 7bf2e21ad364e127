import { writeSync } from "node:fs";
import type { BridgeFrameReader } from "./wire.ts";

/** How long to look for an answer again and again before sleeping until it is there: waking up takes as long. */
const SPIN_MS = 0.1;

/** Descriptors of one side of the wire. */
export interface Descriptors {
  /** Reading waits until something is there. */
  readonly read: number;
  /** Reading the same stream fails with EAGAIN when nothing is there. Without it there is no spinning. */
  readonly readNow?: number | undefined;
  readonly write: number;
}

/**
 * Reads once: soon after it was sent if it comes soon, else asleep until it comes.
 *
 * @returns Whether anything came before the end.
 */
export function receiveBytes({ read, readNow }: Descriptors, reader: BridgeFrameReader): boolean {
  if (readNow === undefined) return reader.fill(read) > 0;
  const spinUntil = performance.now() + SPIN_MS;
  do {
    try {
      return reader.fill(readNow) > 0;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  } while (performance.now() < spinUntil);
  return reader.fill(read) > 0;
}

/** Writes all of it; waits while the other side does not read. */
export function sendBytes({ write }: Descriptors, bytes: Uint8Array): void {
  let offset = 0;
  while (offset < bytes.length) offset += writeSync(write, bytes, offset);
}
