/**
 * The wire between supervisor and runner: length-prefixed frames over one inherited socket.
 *
 * ```
 * u32 length of what follows | u8 kind | u8 parts | u32 execution | u32 call | parts × (u32 length | bytes)
 * ```
 *
 * Integers are little endian. Node's own IPC parses a whole message before anyone can look at its size; here
 * the length is known, and refused, before a byte of the content is kept.
 */

const LENGTH_BYTES = 4;
const HEADER_BYTES = 10;
const MAX_PARTS = 4;
const EMPTY = Buffer.alloc(0);

/** What a frame means. Numbers are part of the wire format. */
export const FrameKind = {
  /** runner → supervisor: the runner is up. Parts: none. */
  Ready: 1,
  /** supervisor → runner: program text. Parts: id, file name, code. */
  Program: 2,
  /** supervisor → runner: start. Parts: start head (JSON), context (JSON), input (JSON), body. */
  Execute: 3,
  /** supervisor → runner: stop this execution. Parts: none. */
  Cancel: 4,
  /** runner → supervisor: capability call. Parts: name, arguments (JSON), body. */
  Call: 5,
  /** supervisor → runner: answer to a call. Parts: value (JSON), body. */
  Reply: 6,
  /** supervisor → runner: a call failed. Parts: code, message. */
  Refuse: 7,
  /** runner → supervisor: log lines (JSON array). */
  Log: 8,
  /** runner → supervisor: completed. Parts: end head (JSON), output (JSON), body. */
  Complete: 9,
  /** runner → supervisor: did not complete. Parts: end head (JSON), failure (JSON). */
  Fail: 10,
  /** runner → supervisor: a guest thread cannot be stopped; kill this process once it is empty. */
  Spoiled: 11,
  /** supervisor → runner, and back: a sign of life. */
  Ping: 12,
  Pong: 13,
  /** runner → supervisor: the output's body comes in chunks, and a `Complete` without output ends it. Parts: output (JSON). */
  Stream: 14,
  /** runner → supervisor: the chunk that was asked for. Parts: bytes. */
  Chunk: 15,
  /** supervisor → runner: the chunk before was taken, the next one may come. Parts: none. */
  Demand: 16,
  /** runner → supervisor, before it is up: the snapshot that it made; and back, to one without guest bundle. Parts: bytes. */
  Snapshot: 17,
} as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** One message. `execution` and `call` are 0 where they mean nothing. */
export interface Frame {
  readonly kind: number;
  readonly execution: number;
  readonly call: number;
  readonly parts: readonly Buffer[];
}

/** Why a stream of bytes is not a stream of frames. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** Writes one frame into a new buffer. Strings are encoded as UTF-8. */
export function encodeFrame(
  kind: FrameKind,
  execution: number,
  call: number,
  parts: ReadonlyArray<string | Uint8Array>,
): Buffer {
  let size = LENGTH_BYTES + HEADER_BYTES;
  const sizes: number[] = [];
  for (const part of parts) {
    const bytes = typeof part === "string" ? Buffer.byteLength(part) : part.byteLength;
    sizes.push(bytes);
    size += 4 + bytes;
  }
  const frame = Buffer.allocUnsafe(size);
  frame.writeUInt32LE(size - LENGTH_BYTES, 0);
  frame[4] = kind;
  frame[5] = parts.length;
  frame.writeUInt32LE(execution, 6);
  frame.writeUInt32LE(call, 10);
  let offset = LENGTH_BYTES + HEADER_BYTES;
  parts.forEach((part, index) => {
    offset = frame.writeUInt32LE(sizes[index] ?? 0, offset);
    if (typeof part === "string") frame.write(part, offset);
    else frame.set(part, offset);
    offset += sizes[index] ?? 0;
  });
  return frame;
}

/** Cuts a byte stream into frames. One decoder per stream. */
export class FrameDecoder {
  readonly #maxFrameBytes: number;
  /** What is here of a frame that is not complete: room for all of it as soon as its length is known. */
  #partial = EMPTY;
  #filled = 0;

  /** @param maxFrameBytes A longer frame is refused as soon as its length is read. */
  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /**
   * Takes the next bytes and gives every frame that they complete.
   *
   * @throws FrameError on an oversized or malformed frame; the stream is of no further use.
   */
  *push(chunk: Buffer): Generator<Frame, void, void> {
    let bytes = chunk;
    while (this.#filled > 0) {
      bytes = bytes.subarray(this.#fill(bytes));
      if (this.#filled < this.#partial.length) return;
      const complete = this.#partial;
      this.#partial = EMPTY;
      this.#filled = 0;
      if (complete.length > LENGTH_BYTES) yield decodeFrame(complete.subarray(LENGTH_BYTES));
      else this.#keep(complete);
    }
    while (bytes.length >= LENGTH_BYTES) {
      const end = this.#readEnd(bytes);
      if (bytes.length < end) break;
      yield decodeFrame(bytes.subarray(LENGTH_BYTES, end));
      bytes = bytes.subarray(end);
    }
    if (bytes.length > 0) this.#keep(bytes);
  }

  /** Copies what is missing of the partial frame. Gives how much of the bytes that took. */
  #fill(bytes: Buffer): number {
    const copied = bytes.copy(this.#partial, this.#filled);
    this.#filled += copied;
    return copied;
  }

  /** Begins a partial frame: first its length, then, once that is known, the whole. */
  #keep(bytes: Buffer): void {
    const wanted = bytes.length < LENGTH_BYTES ? LENGTH_BYTES : this.#readEnd(bytes);
    this.#partial = Buffer.allocUnsafeSlow(wanted);
    this.#filled = 0;
    this.#fill(bytes);
  }

  /** Where the frame ends that begins with these bytes. */
  #readEnd(bytes: Buffer): number {
    const length = bytes.readUInt32LE(0);
    if (length > this.#maxFrameBytes) {
      throw new FrameError(`frame of ${length} bytes is over the cap of ${this.#maxFrameBytes}`);
    }
    if (length < HEADER_BYTES) throw new FrameError(`frame of ${length} bytes has no room for its header`);
    return LENGTH_BYTES + length;
  }
}

function decodeFrame(bytes: Buffer): Frame {
  const count = bytes.readUInt8(1);
  if (count > MAX_PARTS) throw new FrameError(`frame has ${count} parts, at most ${MAX_PARTS} are allowed`);
  const parts: Buffer[] = [];
  let offset = HEADER_BYTES;
  for (let index = 0; index < count; index++) {
    if (offset + 4 > bytes.length) throw new FrameError("frame ends inside a part's length");
    const length = bytes.readUInt32LE(offset);
    offset += 4;
    if (length > bytes.length - offset) throw new FrameError("frame ends inside a part");
    parts.push(bytes.subarray(offset, offset + length));
    offset += length;
  }
  if (offset !== bytes.length) throw new FrameError("frame has bytes after its last part");
  return { kind: bytes.readUInt8(0), execution: bytes.readUInt32LE(2), call: bytes.readUInt32LE(6), parts };
}
