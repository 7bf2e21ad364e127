import { GuestError } from "@skerry/sandbox/guest";
import { Blob, blobBytes, isBlob, joinBytes } from "./blob.ts";
import { FormData } from "./form-data.ts";
import { decodeMultipart, encodeMultipart } from "./multipart.ts";
import {
  NativeArrayBuffer,
  NativeTypeError,
  NativeUint8Array,
  append,
  asyncIteratorSymbol,
  isView,
  jsonParse,
  objectToString,
  stringIndexOf,
  stringSlice,
  stringToLowerCase,
  stringToWellFormed,
  toText,
} from "./primordials.ts";
import {
  type ReadableStream,
  createStream,
  isStream,
  isStreamDisturbed,
  isStreamTaken,
  streamFrom,
  takeStream,
  wholeOf,
} from "./readable-stream.ts";
import type { ReadResult, StreamCore } from "./stream-core.ts";
import { bytesOf, decodeUtf8, encodeUtf8 } from "./text-encoding.ts";
import { URLSearchParams, serializeParams } from "./url.ts";

/** What can be given as a body. */
export type BodyInit =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | URLSearchParams
  | FormData
  | Blob
  | ReadableStream
  | AsyncIterable<unknown>
  | null
  | undefined;

/** The content of a body, in the form it came in: text is turned into bytes when somebody wants bytes. */
export interface BodyContent<Data = string | Uint8Array | ReadableStream> {
  readonly data: Data;
  /** What the content type is when nobody says otherwise. */
  readonly contentType: string | undefined;
}

/** A content that is there as a whole. */
export type WholeContent = BodyContent<string | Uint8Array>;

/** Takes the content out and marks the body as used, as every reader does. */
export let takeContent: (body: Body) => BodyContent | undefined;
/** A second content for a clone. @throws TypeError when the body was used */
export let copyContent: (body: Body) => BodyContent | undefined;

/** The mixin of the Fetch standard (https://fetch.spec.whatwg.org/#body-mixin) that requests and responses are. */
export abstract class Body {
  readonly #content: BodyContent | undefined;
  #used = false;
  #stream: ReadableStream | undefined;

  static {
    takeContent = (body) => body.#take();
    copyContent = (body) => {
      if (body.#isTaken) throw new NativeTypeError("The body was already read: clone before reading");
      const content = body.#content;
      if (!content || typeof content.data === "string") return content;
      if (isStream(content.data)) throw new NativeTypeError("A body that is a stream cannot be cloned here");
      return { data: new NativeUint8Array(content.data), contentType: content.contentType };
    };
  }

  constructor(content: BodyContent | undefined) {
    this.#content = content;
    if (content && isStream(content.data)) this.#stream = content.data;
  }

  /** For the content type that a reader needs; the subclass knows the headers. */
  protected abstract contentType(): string;

  get body(): ReadableStream | null {
    const content = this.#content;
    if (!content) return null;
    return (this.#stream ??= streamOf(content as WholeContent));
  }

  get bodyUsed(): boolean {
    return this.#used || (this.#stream !== undefined && isStreamDisturbed(this.#stream));
  }

  async text(): Promise<string> {
    return await readText(this.#take());
  }

  async json(): Promise<unknown> {
    return jsonParse(await readText(this.#take())) as unknown;
  }

  async bytes(): Promise<Uint8Array> {
    return await readBytes(this.#take());
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await readBytes(this.#take());
    const isWhole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
    return (isWhole ? bytes : new NativeUint8Array(bytes)).buffer as ArrayBuffer;
  }

  /** Its type is the content type. */
  async blob(): Promise<Blob> {
    const bytes = await readBytes(this.#take());
    return new Blob([bytes], { type: this.contentType() });
  }

  /** Fields of an `application/x-www-form-urlencoded` or `multipart/form-data` body. */
  async formData(): Promise<FormData> {
    const type = this.contentType();
    const essence = stringToLowerCase(type);
    if (stringIndexOf(essence, "multipart/form-data") === 0) {
      return decodeMultipart(await readBytes(this.#take()), type);
    }
    if (stringIndexOf(essence, "application/x-www-form-urlencoded") !== 0) {
      throw new NativeTypeError(
        `formData() reads application/x-www-form-urlencoded and multipart/form-data, and the content type is "${type}"`,
      );
    }
    const form = new FormData();
    new URLSearchParams(await readText(this.#take())).forEach((value, name) => form.append(name, value));
    return form;
  }

  get #isTaken(): boolean {
    return this.#used || (this.#stream !== undefined && isStreamTaken(this.#stream));
  }

  #take(): BodyContent | undefined {
    if (this.#isTaken) throw new NativeTypeError("The body was already read: a body can be read once");
    // A body that is not there can be read again and again.
    this.#used = this.#content !== undefined;
    if (this.#stream && this.#stream !== this.#content?.data) takeStream(this.#stream);
    return this.#content;
  }
}

/** https://fetch.spec.whatwg.org/#concept-bodyinit-extract @throws TypeError for streams that were read */
export function extractContent(init: unknown): BodyContent | undefined {
  if (init === undefined || init === null) return undefined;
  if (typeof init === "string") return textContent(init);
  if (init instanceof NativeArrayBuffer || isView(init)) {
    return { data: new NativeUint8Array(bytesOf(init)), contentType: undefined };
  }
  if (init instanceof URLSearchParams) {
    return { data: serializeParams(init), contentType: "application/x-www-form-urlencoded;charset=UTF-8" };
  }
  if (isStream(init)) return streamContent(init);
  if (init instanceof FormData) return encodeMultipart(init);
  if (isBlob(init)) return blobContent(init);
  if (isAsyncIterable(init)) return { data: streamFrom(init), contentType: undefined };
  return textContent(toText(init));
}

/** Whether a value gives its chunks one after another. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && asyncIteratorSymbol in value;
}

/** The bytes of a content. */
export function contentBytes({ data }: WholeContent): Uint8Array {
  return typeof data === "string" ? encodeUtf8(data) : data;
}

/**
 * The bytes of a content of any kind, once they are all there; none for none.
 *
 * @throws GuestError `HTTP_BODY_LIMIT` when a stream gives more than `maxBytes`; it is cancelled.
 */
export async function readBytes(content: BodyContent | undefined, maxBytes = Infinity): Promise<Uint8Array> {
  if (!content) return new NativeUint8Array(0);
  const { data } = content;
  return isStream(data)
    ? await gatherBytes(takeStream(data), maxBytes)
    : contentBytes(content as WholeContent);
}

/** The bytes of a chunk. @throws TypeError for what is none */
export function chunkBytes(chunk: unknown): Uint8Array {
  if (typeof chunk === "string") return encodeUtf8(chunk);
  if (chunk instanceof NativeArrayBuffer || isView(chunk)) return bytesOf(chunk);
  throw new NativeTypeError(`A chunk of a body must be text or bytes, not ${objectToString(chunk)}`);
}

/** A stream of ours stands for what it was made of as long as nobody has read of it. */
function streamContent(stream: ReadableStream): BodyContent {
  const whole = wholeOf(stream) as WholeContent | undefined;
  if (!whole && !isStreamTaken(stream)) return { data: stream, contentType: undefined };
  takeStream(stream);
  return { data: (whole as WholeContent).data, contentType: undefined };
}

function streamOf(content: WholeContent): ReadableStream {
  let isGiven = false;
  const next = async (): Promise<ReadResult> => {
    const done = isGiven;
    isGiven = true;
    return { done, value: done ? undefined : contentBytes(content) };
  };
  return createStream({ next, cancel: () => {} }, content);
}

async function gatherBytes(core: StreamCore, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let read = await core.read(); !read.done; read = await core.read()) {
    const bytes = chunkBytes(read.value);
    length += bytes.length;
    if (length > maxBytes) {
      const error = new GuestError("HTTP_BODY_LIMIT", `The body has more than ${maxBytes} bytes.`);
      await core.cancel(error);
      throw error;
    }
    append(chunks, bytes);
  }
  return joinBytes(chunks);
}

function blobContent(blob: Blob): BodyContent {
  const { type } = blob;
  return { data: new NativeUint8Array(blobBytes(blob)), contentType: type === "" ? undefined : type };
}

function textContent(text: string): BodyContent {
  return { data: text, contentType: "text/plain;charset=UTF-8" };
}

async function readText(content: BodyContent | undefined): Promise<string> {
  if (!content) return "";
  if (typeof content.data !== "string") return decodeUtf8(await readBytes(content));
  const text = stringToWellFormed(content.data);
  // What decoding the bytes would do.
  return text[0] === "\ufeff" ? stringSlice(text, 1) : text;
}
