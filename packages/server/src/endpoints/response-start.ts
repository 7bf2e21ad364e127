/** How much of a response's body is shown to people. */
export const MAX_SHOWN_BYTES = 64_000;
/** A stream is shown as far as it came. */
const MAX_STREAM_MS = 10_000;

/** The beginning of a body. */
export interface ResponseStart {
  readonly body: Uint8Array;
  /** Whether there was more, or would have been. */
  readonly isCut: boolean;
}

/** Reads a response as far as it is shown. A reader that leaves cancels what still writes. */
export async function readResponseStart(response: Response): Promise<ResponseStart> {
  if (response.body === null) return { body: new Uint8Array(), isCut: false };
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const { promise: late, resolve: giveUp } = Promise.withResolvers<"late">();
  const timer = setTimeout(giveUp, MAX_STREAM_MS, "late");
  const chunks: Uint8Array[] = [];
  let left = MAX_SHOWN_BYTES;
  const finish = (isCut: boolean): ResponseStart => ({ body: Buffer.concat(chunks), isCut });
  try {
    while (left > 0) {
      const next = await Promise.race([reader.read(), late]);
      if (next === "late") return finish(true);
      if (next.done) return finish(false);
      chunks.push(next.value.subarray(0, left));
      left -= next.value.byteLength;
    }
    return finish(true);
  } catch {
    // The execution tells why its script broke off.
    return finish(true);
  } finally {
    clearTimeout(timer);
    void reader.cancel().catch(() => {});
  }
}
