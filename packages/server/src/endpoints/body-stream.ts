import type { OutputChunks } from "@skerry/sandbox";

/**
 * The body of a streamed response: the next chunk is asked for when the one before went out, and the execution is
 * cancelled when nobody reads on. When the execution fails the connection is cut, by which a caller tells half an answer
 * from a whole one: by `cut` where the host gave it, else by the failure of the body, which servers answer that way.
 */
export function createBodyStream(
  chunks: OutputChunks,
  cut?: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          if (cut === undefined) throw error;
          cut();
        }
      },
      async cancel() {
        await chunks.return();
      },
    },
    { highWaterMark: 0 },
  );
}
