/**
 * The wire between a bridge and its runner, the same over FIFOs and over a socket:
 *
 * ```
 * u32 length of what follows | u8 kind | u32 number | UTF-8 text
 * ```
 *
 * Integers are little endian. Both sides speak in turn: whoever has sent waits for the answer, so that at most one
 * frame is under way. The length is known, and refused, before a byte of the content is kept.
 */
import { readSync } from "node:fs";

/** What a frame means. Numbers are part of the wire format. */
export const BridgeFrameKind = {
  /** runner → bridge: the kernel is up. */
  Ready: 1,
  /** bridge → runner: a message for the kernel. Number: time limit in ms. */
  Message: 2,
  /** runner → bridge: the guest asks the host. */
  Question: 3,
  /** bridge → runner: the host's answer. */
  Answer: 4,
  /** runner → bridge: what the kernel answered to the message. */
  Result: 5,
  /** runner → bridge: the guest ran too long; the kernel is of no further use. */
  Timeout: 6,
  /** runner → bridge: the guest used too much memory; the kernel is gone. */
  OutOfMemory: 7,
  /** runner → bridge: the kernel threw, or a script before it. Text: the message. */
  Broken: 8,
} as const;
export type BridgeFrameKind = (typeof BridgeFrameKind)[keyof typeof BridgeFrameKind];

export interface BridgeFrame {
  readonly kind: number;
  readonly text: string;
  /** 0 where it means nothing. */
  readonly number: number;
}

const LENGTH_BYTES = 4;
const HEADER_BYTES = LENGTH_BYTES + 5;
const BUFFER_BYTES = 64 * 1024;
/** A UTF-16 unit takes at most this many bytes in UTF-8. */
const MAX_UNIT_BYTES = 3;

const outgoing = Buffer.allocUnsafeSlow(BUFFER_BYTES);

/**
 * Writes a frame.
 *
 * @returns Bytes that hold until the next call.
 */
export function encodeBridgeFrame(kind: BridgeFrameKind, text: string, number = 0): Buffer {
  const fits = HEADER_BYTES + text.length * MAX_UNIT_BYTES <= outgoing.length;
  const frame = fits ? outgoing : Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(text));
  const end = HEADER_BYTES + frame.write(text, HEADER_BYTES);
  frame.writeUInt32LE(end - LENGTH_BYTES, 0);
  frame[LENGTH_BYTES] = kind;
  frame.writeUInt32LE(number, LENGTH_BYTES + 1);
  return frame.subarray(0, end);
}

/** Puts frames together from bytes as they come. */
export class BridgeFrameReader {
  readonly #maxFrameBytes: number;
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #filled = 0;

  /** @param maxFrameBytes A longer frame is refused as soon as its length is known. */
  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /**
   * Reads once from a descriptor.
   *
   * @returns How many bytes came; 0 at the end.
   */
  fill(descriptor: number): number {
    const room = this.#buffer.length - this.#filled;
    const count = readSync(descriptor, this.#buffer, this.#filled, room, null);
    this.#filled += count;
    return count;
  }

  /** Takes bytes that were read elsewhere. */
  push(bytes: Uint8Array): void {
    this.#reserve(this.#filled + bytes.length);
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  /**
   * The next frame, if all of it is here.
   *
   * @throws Error on a frame that is too long or has no room for its header.
   */
  take(): BridgeFrame | undefined {
    if (this.#filled < LENGTH_BYTES) return undefined;
    const length = this.#buffer.readUInt32LE(0);
    if (length > this.#maxFrameBytes) {
      throw new Error(`frame of ${length} bytes is over the cap of ${this.#maxFrameBytes}`);
    }
    const end = LENGTH_BYTES + length;
    if (end < HEADER_BYTES) throw new Error(`frame of ${length} bytes has no room for its header`);
    if (this.#filled < end) {
      this.#reserve(end);
      return undefined;
    }
    const frame: BridgeFrame = {
      kind: this.#buffer.readUInt8(LENGTH_BYTES),
      number: this.#buffer.readUInt32LE(LENGTH_BYTES + 1),
      text: this.#buffer.toString("utf8", HEADER_BYTES, end),
    };
    this.#drop(end);
    return frame;
  }

  #reserve(size: number): void {
    if (size <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(size);
    this.#buffer.copy(larger, 0, 0, this.#filled);
    this.#buffer = larger;
  }

  /** Forgets the first bytes, and the room that one large frame took. */
  #drop(count: number): void {
    const rest = this.#buffer.subarray(count, this.#filled);
    if (this.#buffer.length > BUFFER_BYTES && rest.length <= BUFFER_BYTES) {
      this.#buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    }
    if (rest.length > 0) this.#buffer.set(rest, 0);
    this.#filled = rest.length;
  }
}
