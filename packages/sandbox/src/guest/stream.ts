import { refuseExcess } from "./encode.ts";
import { GuestError } from "./errors.ts";
import { type ChunkSource, Emission, emit } from "./link.ts";
import {
  NativePromise,
  NativeUint8Array,
  bytesBuffer,
  bytesLength,
  bytesOffset,
  bytesSet,
  promiseThen,
} from "./primordials.ts";

/** The largest chunk that crosses; longer ones cross in several. */
export const MAX_CHUNK_BYTES = 256 * 1024;

const OUTPUT_CODES = { limit: "OUTPUT_LIMIT", limitName: "outputBytes" };

let onDemand: (() => void) | undefined;
let onCancel: (() => void) | undefined;

/** The host takes the next chunk. */
export function demandChunk(): void {
  const wanted = onDemand;
  onDemand = undefined;
  wanted?.();
}

/** Nobody takes the rest. */
export function cancelStream(): void {
  const cancel = onCancel;
  onCancel = undefined;
  cancel?.();
}

/**
 * Sends a result whose body comes in chunks, each when the host asks for it. Resolves when all were sent.
 *
 * Rejects with what the source rejects with, with GuestError `OUTPUT_LIMIT` when the chunks have more than `maxBytes`
 * together, or with `CANCELLED`, after the source heard of it, when nobody takes the rest.
 */
export function sendStream(json: string, source: ChunkSource, maxBytes: number): Promise<void> {
  return new NativePromise((resolve, reject) => {
    let isCancelled = false;
    onCancel = () => {
      isCancelled = true;
      const reason = new GuestError("CANCELLED", "nobody takes the rest of the output");
      const end = (): void => reject(reason);
      void promiseThen(source.cancel(reason), end, end);
    };
    emit(Emission.Stream, json);
    void promiseThen(
      sendChunks(source, maxBytes),
      () => isCancelled || resolve(),
      (error) => isCancelled || reject(error),
    );
  });
}

async function sendChunks(source: ChunkSource, maxBytes: number): Promise<void> {
  let sent = 0;
  await nextDemand();
  for (;;) {
    const chunk = await source.next();
    if (chunk === undefined) return;
    const length = bytesLength(chunk);
    sent += length;
    if (sent > maxBytes) throw refuseExcess("output", sent, maxBytes, OUTPUT_CODES);
    for (let start = 0; start < length; start += MAX_CHUNK_BYTES) {
      emit(Emission.Chunk, undefined, undefined, copyPart(chunk, start));
      await nextDemand();
    }
  }
}

/** A copy: what crosses is a whole buffer, and the guest may go on writing into its own. */
function copyPart(chunk: Uint8Array, start: number): Uint8Array {
  const left = bytesLength(chunk) - start;
  const length = left < MAX_CHUNK_BYTES ? left : MAX_CHUNK_BYTES;
  const part = new NativeUint8Array(length);
  bytesSet(part, new NativeUint8Array(bytesBuffer(chunk), bytesOffset(chunk) + start, length));
  return part;
}

function nextDemand(): Promise<void> {
  return new NativePromise((resolve) => {
    onDemand = resolve;
  });
}
