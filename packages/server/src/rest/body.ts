import { SkerryError } from "../problems/errors.ts";

/**
 * Reads the body whole, unless it is larger than `maxBytes`: then it stops reading.
 *
 * @throws SkerryError `BODY_LIMIT`.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  // Asked first: behind Node's HTTP server the mere look at `body` makes a whole Fetch request of a light one.
  if (request.method === "GET" || request.method === "HEAD" || request.body === null)
    return new Uint8Array(0);
  if (Number(request.headers.get("content-length")) > maxBytes) throw refuseSize(maxBytes);

  // The header may be absent, or lie where the request did not come through an HTTP server.
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: ReadableStream<Uint8Array> = request.body;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > maxBytes) throw refuseSize(maxBytes);
    chunks.push(chunk);
  }
  return join(chunks, length);
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/** The error of a body that is larger than `maxBytes`. */
export function refuseSize(maxBytes: number): SkerryError {
  // Closing spares reading the rest of the body to its end.
  const headers = { connection: "close" };
  return new SkerryError("BODY_LIMIT", `The body is larger than ${maxBytes} bytes.`, { headers });
}
