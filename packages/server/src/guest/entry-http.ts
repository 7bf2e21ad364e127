import { type ChunkSource, type Entry, GuestError } from "@skerry/sandbox/guest";
import { chunkBytes, isAsyncIterable, takeContent } from "./body.ts";
import { type HeaderPair, Headers, headerPairs } from "./headers.ts";
import {
  NativeArrayBuffer,
  arrayIsArray,
  isView,
  jsonStringify,
  numberIsInteger,
  objectHasOwn,
  objectGetPrototypeOf,
  objectKeys,
  objectPrototype,
  objectToString,
} from "./primordials.ts";
import { type ReadableStream, isStream, takeStream } from "./readable-stream.ts";
import { type Request, abortRequest, receiveRequest } from "./request.ts";
import { Response } from "./response.ts";

interface HttpInput {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: readonly HeaderPair[];
}

/** The plain form of a response that a handler may return. */
interface PlainResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/**
 * The entry "http": calls the handler with `(request, ctx)` and gives back `{ status, headers }` with the body's
 * bytes beside it, in chunks where the body is a stream.
 *
 * The handler returns a `Response`; or, for convenience, `{ status, headers?, body? }`, a text (`text/plain`),
 * bytes, nothing (204), or other data (JSON).
 *
 * @throws GuestError RESPONSE_INVALID for what cannot be sent
 */
export const handleHttp: Entry = async (handler, input, ctx) => {
  const { method, url, headers } = input.value as HttpInput;
  const request = receiveRequest({ method, url, headers, body: input.body });
  const response = toResponse(await handler(request, ctx));
  if (response.status === 0) throw invalid("The handler returned Response.error(), which cannot be sent");
  if (response.bodyUsed) {
    throw invalid("The body of the returned response was already read: return response.clone()");
  }
  const value = { status: response.status, headers: headerPairs(response.headers) };
  const content = takeContent(response);
  if (!content) return { value };
  if (!isStream(content.data)) return { value, body: content.data };
  const chunks = openChunks(content.data, request);
  if (method !== "HEAD") return { value, chunks };
  await chunks.cancel(new GuestError("CANCELLED", "the answer to a HEAD request has no body"));
  return { value };
};

/** The chunks of a stream for whoever sends them; who made them is told when nobody takes them any more. */
function openChunks(stream: ReadableStream, request: Request): ChunkSource {
  const core = takeStream(stream);
  return {
    async next() {
      const { done, value } = await core.read();
      return done ? undefined : chunkBytes(value);
    },
    async cancel(reason) {
      abortRequest(request);
      await core.cancel(reason);
    },
  };
}

function toResponse(result: unknown): Response {
  if (result instanceof Response) return result;
  if (result === undefined) return new Response(null, { status: 204 });
  if (isPlainResponse(result)) return toDescribedResponse(result);
  return toBodyResponse(result, 200, new Headers());
}

/** A record of a numeric status and nothing but what belongs to a response: other data with a status is data. */
function isPlainResponse(result: unknown): result is PlainResponse {
  if (typeof result !== "object" || result === null) return false;
  const prototype: unknown = objectGetPrototypeOf(result);
  if (prototype !== objectPrototype && prototype !== null) return false;
  const keys = objectKeys(result);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    if (key !== "status" && key !== "headers" && key !== "body") return false;
  }
  return objectHasOwn(result, "status") && numberIsInteger((result as PlainResponse).status);
}

function toDescribedResponse(described: PlainResponse): Response {
  try {
    const headers = new Headers(described.headers);
    const { body, status } = described;
    return body === undefined || body === null
      ? new Response(null, { status, headers })
      : toBodyResponse(body, status, headers);
  } catch (error) {
    throw error instanceof GuestError ? error : invalid((error as Error).message);
  }
}

/** Text, bytes and streams as they are, other data as JSON. */
function toBodyResponse(body: unknown, status: number, headers: Headers): Response {
  if (typeof body === "string") return new Response(body, { status, headers });
  if (body instanceof NativeArrayBuffer || isView(body)) {
    if (!headers.has("content-type")) headers.set("content-type", "application/octet-stream");
    return new Response(body, { status, headers });
  }
  if (isAsyncIterable(body)) return new Response(body, { status, headers });
  if (!headers.has("content-type")) headers.set("content-type", "application/json");
  return new Response(toJson(body), { status, headers });
}

function toJson(value: unknown): string {
  if (!isData(value)) {
    throw invalid(`The handler returned ${objectToString(value)}: return a Response or plain data`);
  }
  let text: string | undefined;
  try {
    text = jsonStringify(value) as string | undefined;
  } catch (error) {
    throw invalid(`The handler returned data that is not JSON: ${(error as Error).message}`);
  }
  if (text === undefined) throw invalid(`The handler returned a ${typeof value}: return a Response or data`);
  return text;
}

/** Whether JSON can carry it without losing what it is; only the outermost value is looked at. */
function isData(value: unknown): boolean {
  if (typeof value !== "object" || value === null || arrayIsArray(value)) return true;
  return (
    objectToString(value) === "[object Object]" ||
    typeof (value as { toJSON?: unknown }).toJSON === "function"
  );
}

function invalid(message: string): GuestError {
  return new GuestError("RESPONSE_INVALID", message);
}
