import { FormData } from "./form-data.ts";
import {
  NativeArrayBuffer,
  NativeTypeError,
  NativeUint8Array,
  isView,
  jsonParse,
  stringIndexOf,
  stringSlice,
  stringToLowerCase,
  stringToWellFormed,
  toText,
} from "./primordials.ts";
import { bytesOf, decodeUtf8, encodeUtf8 } from "./text-encoding.ts";
import { URLSearchParams, serializeParams } from "./url.ts";

/** What can be given as a body. Streams are not supported yet. */
export type BodyInit =
  string | ArrayBuffer | ArrayBufferView | URLSearchParams | BodySource | null | undefined;

/** The content of a body, in the form it came in: text is turned into bytes when somebody wants bytes. */
export interface BodyContent {
  readonly data: string | Uint8Array;
  /** What the content type is when nobody says otherwise. */
  readonly contentType: string | undefined;
}

/** Takes the content out and marks the body as used, as every reader does. */
export let takeContent: (body: Body) => BodyContent | undefined;
/** A second content for a clone. @throws TypeError when the body was used */
export let copyContent: (body: Body) => BodyContent | undefined;

/**
 * Stands where a stream would: `body` of a request or response, to be handed on whole as the body of another
 * one. Reading it in parts is not supported.
 */
export class BodySource {
  readonly #owner: Body;

  constructor(owner: Body) {
    this.#owner = owner;
  }

  static take(source: BodySource): BodyContent | undefined {
    return takeContent(source.#owner);
  }

  get locked(): boolean {
    return this.#owner.bodyUsed;
  }

  getReader(): never {
    throw noStreams();
  }

  pipeTo(): never {
    throw noStreams();
  }

  pipeThrough(): never {
    throw noStreams();
  }

  tee(): never {
    throw noStreams();
  }

  [Symbol.asyncIterator](): never {
    throw noStreams();
  }
}

/** The mixin of the Fetch standard (https://fetch.spec.whatwg.org/#body-mixin) that requests and responses are. */
export abstract class Body {
  readonly #content: BodyContent | undefined;
  #used = false;
  #source: BodySource | undefined;

  static {
    takeContent = (body) => body.#take();
    copyContent = (body) => {
      if (body.#used) throw new NativeTypeError("The body was already read: clone before reading");
      const content = body.#content;
      if (!content || typeof content.data === "string") return content;
      return { data: new NativeUint8Array(content.data), contentType: content.contentType };
    };
  }

  constructor(content: BodyContent | undefined) {
    this.#content = content;
  }

  /** For the content type that a reader needs; the subclass knows the headers. */
  protected abstract contentType(): string;

  get body(): BodySource | null {
    if (!this.#content) return null;
    return (this.#source ??= new BodySource(this));
  }

  get bodyUsed(): boolean {
    return this.#used;
  }

  async text(): Promise<string> {
    return textOf(this.#take());
  }

  async json(): Promise<unknown> {
    return jsonParse(textOf(this.#take())) as unknown;
  }

  async bytes(): Promise<Uint8Array> {
    return contentBytes(this.#take());
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = contentBytes(this.#take());
    const isWhole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
    return (isWhole ? bytes : new NativeUint8Array(bytes)).buffer as ArrayBuffer;
  }

  /** Fields of an `application/x-www-form-urlencoded` body. */
  async formData(): Promise<FormData> {
    const type = stringToLowerCase(this.contentType());
    if (stringIndexOf(type, "application/x-www-form-urlencoded") !== 0) {
      throw new NativeTypeError(
        `formData() reads application/x-www-form-urlencoded, and the content type is "${type}"`,
      );
    }
    const form = new FormData();
    new URLSearchParams(textOf(this.#take())).forEach((value, name) => form.append(name, value));
    return form;
  }

  #take(): BodyContent | undefined {
    if (this.#used) throw new NativeTypeError("The body was already read: a body can be read once");
    // A body that is not there can be read again and again.
    this.#used = this.#content !== undefined;
    return this.#content;
  }
}

/** https://fetch.spec.whatwg.org/#concept-bodyinit-extract @throws TypeError for streams and files */
export function extractContent(init: unknown): BodyContent | undefined {
  if (init === undefined || init === null) return undefined;
  if (typeof init === "string") return textContent(init);
  if (init instanceof NativeArrayBuffer || isView(init)) {
    return { data: new NativeUint8Array(bytesOf(init)), contentType: undefined };
  }
  if (init instanceof URLSearchParams) {
    return { data: serializeParams(init), contentType: "application/x-www-form-urlencoded;charset=UTF-8" };
  }
  if (init instanceof BodySource) return BodySource.take(init);
  if (
    init instanceof FormData ||
    (typeof init === "object" && (Symbol.asyncIterator in init || "arrayBuffer" in init))
  ) {
    throw new NativeTypeError(
      "A body must be text, bytes or URLSearchParams here: streams, files and multipart forms are not supported",
    );
  }
  return textContent(toText(init));
}

/** The bytes of a content; none for none. */
export function contentBytes(content: BodyContent | undefined): Uint8Array {
  if (!content) return new NativeUint8Array(0);
  return typeof content.data === "string" ? encodeUtf8(content.data) : content.data;
}

function textContent(text: string): BodyContent {
  return { data: text, contentType: "text/plain;charset=UTF-8" };
}

function textOf(content: BodyContent | undefined): string {
  if (!content) return "";
  if (typeof content.data !== "string") return decodeUtf8(content.data);
  const text = stringToWellFormed(content.data);
  // What decoding the bytes would do.
  return text[0] === "\ufeff" ? stringSlice(text, 1) : text;
}

function noStreams(): TypeError {
  return new NativeTypeError(
    "Streams are not supported here: read the whole body with text(), json() or bytes()",
  );
}
