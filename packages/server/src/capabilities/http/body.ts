import { pipeline } from "node:stream/promises";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from "node:zlib";
import { createHttpError } from "./errors.ts";

/** A response body as the script gets it. */
export interface DecodedBody {
  readonly bytes: Uint8Array;
  /** Whether a content coding was undone, so that `Content-Encoding` and `Content-Length` no longer hold. */
  readonly decoded: boolean;
}

type Chunks = AsyncIterable<Uint8Array>;

/** Largest window that a server may ask for: RFC 9659 section 3. */
const ZSTD_WINDOW_LOG = 23;
/** More layers than any honest server uses; each costs a thread's work. */
const MAX_CODINGS = 3;

const DECODERS: ReadonlyMap<string, () => NodeJS.ReadWriteStream> = new Map([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
  ["zstd", () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } })],
]);

/**
 * Reads a body to its end and undoes its content codings. Nothing may grow above the limit on the way: not what
 * came, not what a coding unpacked in between, not the result. A body with a coding that we do not know, or
 * with more than three, stays as it came.
 *
 * @param contentEncoding value of `Content-Encoding`, the outermost coding last (RFC 9110 section 8.4).
 * @throws CapabilityError `HTTP_RESPONSE_LIMIT`, `HTTP_RESPONSE_INVALID`; otherwise the error of the source.
 */
export async function readBody(
  source: NodeJS.ReadableStream,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<DecodedBody> {
  const decoders = findDecoders(contentEncoding);
  const chunks: Uint8Array[] = [];
  const meter = createMeter(maxBytes);
  const stages = decoders.flatMap((createDecoder) => [createDecoder(), createMeter(maxBytes)]);
  await pipeline([source, meter, ...stages, collectInto(chunks)]).catch(rejectDamaged);
  return { bytes: Buffer.concat(chunks), decoded: decoders.length > 0 };
}

function findDecoders(contentEncoding: string | undefined): Array<() => NodeJS.ReadWriteStream> {
  const codings = (contentEncoding ?? "")
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  const decoders = codings.flatMap((coding) => DECODERS.get(coding) ?? []);
  const known = decoders.length === codings.length && codings.length <= MAX_CODINGS;
  return known ? decoders.toReversed() : [];
}

function createMeter(maxBytes: number) {
  return async function* (chunks: Chunks) {
    let total = 0;
    for await (const chunk of chunks) {
      total += chunk.byteLength;
      if (total > maxBytes) {
        throw createHttpError("HTTP_RESPONSE_LIMIT", `The response body is larger than ${maxBytes} bytes.`);
      }
      yield chunk;
    }
  };
}

function collectInto(target: Uint8Array[]) {
  return async (chunks: Chunks) => {
    for await (const chunk of chunks) target.push(chunk);
  };
}

/** The error codes of zlib's four formats. */
const DAMAGED = /^(?:Z_|ERR_BROTLI|ERR__ERROR_|BROTLI_|ZSTD_)/;

function rejectDamaged(error: NodeJS.ErrnoException): never {
  if (!DAMAGED.test(error.code ?? "")) throw error;
  throw createHttpError("HTTP_RESPONSE_INVALID", `The response body does not decompress: ${error.code}.`);
}
