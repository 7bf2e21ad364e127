/**
 * How an answer reaches a worker that waits for it. A growable shared buffer: two words (state, length in bytes), then
 * UTF-8 text.
 */

const STATE = 0;
const LENGTH = 1;
const HEADER_BYTES = 8;
const WAITING = 0;
const ANSWERED = 1;

const FIRST_BYTES = 64 * 1024;
/** The longest answer, in bytes of UTF-8. */
const MAX_BYTES = 256 * 1024 * 1024;

export function createAnswerBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(FIRST_BYTES, { maxByteLength: MAX_BYTES });
}

/** @throws RangeError when the answer is longer than the buffer can grow. */
export function writeAnswer(buffer: SharedArrayBuffer, answer: string): void {
  const bytes = new TextEncoder().encode(answer);
  const needed = HEADER_BYTES + bytes.length;
  if (needed > buffer.byteLength) buffer.grow(needed);
  new Uint8Array(buffer, HEADER_BYTES).set(bytes);
  const header = new Int32Array(buffer, 0, 2);
  header[LENGTH] = bytes.length;
  Atomics.store(header, STATE, ANSWERED);
  Atomics.notify(header, STATE);
}

/** Made before the globals that it needs are taken away. */
export function createAnswerReader(buffer: SharedArrayBuffer): (send: () => void) => string {
  const { store, wait } = Atomics;
  const decoder = new TextDecoder();
  const decode = decoder.decode.bind(decoder);
  const Bytes = Uint8Array;
  const header = new Int32Array(buffer, 0, 2);
  return (send) => {
    store(header, STATE, WAITING);
    send();
    wait(header, STATE, WAITING);
    // A decoder takes no shared memory, so the bytes are copied first.
    const bytes = new Bytes(header[LENGTH] as number);
    bytes.set(new Bytes(buffer, HEADER_BYTES, bytes.length));
    return decode(bytes);
  };
}
