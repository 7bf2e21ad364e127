/**
 * What TypeScript has to know of the web platform's globals in a guest: those of ECMAScript it knows from its own
 * libraries. They say what the guest's classes do, which is less than browsers do.
 */
export const WEB_DECLARATIONS = `type BufferSource = ArrayBuffer | ArrayBufferView;

declare class DOMException extends Error {
  constructor(message?: string, options?: string | { readonly name?: string; readonly cause?: unknown });
  readonly name: string;
  /** The old number of the name, or 0. */
  readonly code: number;
}

interface EventInit {
  readonly cancelable?: boolean;
}

declare class Event {
  constructor(type: string, init?: EventInit);
  readonly type: string;
  readonly target: EventTarget | null;
  readonly currentTarget: EventTarget | null;
  readonly eventPhase: number;
  readonly bubbles: boolean;
  readonly composed: boolean;
  readonly isTrusted: boolean;
  composedPath(): EventTarget[];
  readonly cancelable: boolean;
  readonly defaultPrevented: boolean;
  /** Milliseconds since the epoch. */
  readonly timeStamp: number;
  preventDefault(): void;
  stopPropagation(): void;
  stopImmediatePropagation(): void;
}

type EventListener = ((event: Event) => unknown) | { handleEvent(event: Event): unknown };

interface AddEventListenerOptions {
  readonly once?: boolean;
  readonly capture?: boolean;
  readonly signal?: AbortSignal;
}

declare class EventTarget {
  addEventListener(
    type: string,
    listener: EventListener | null | undefined,
    options?: AddEventListenerOptions | boolean,
  ): void;
  removeEventListener(type: string, listener: EventListener | null | undefined): void;
  dispatchEvent(event: Event): boolean;
}

declare class AbortSignal extends EventTarget {
  private constructor();
  static abort(reason?: unknown): AbortSignal;
  static timeout(milliseconds: number): AbortSignal;
  static any(signals: Iterable<AbortSignal>): AbortSignal;
  readonly aborted: boolean;
  readonly reason: any;
  onabort: ((event: Event) => unknown) | null;
  throwIfAborted(): void;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare class URL {
  constructor(url: string | URL, base?: string | URL);
  static canParse(url: string | URL, base?: string | URL): boolean;
  static parse(url: string | URL, base?: string | URL): URL | null;
  href: string;
  readonly origin: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  readonly searchParams: URLSearchParams;
  hash: string;
  toString(): string;
  toJSON(): string;
}

declare class URLSearchParams {
  constructor(
    init?: string | URLSearchParams | Iterable<readonly [string, string]> | Readonly<Record<string, string>>,
  );
  readonly size: number;
  append(name: string, value: unknown): void;
  delete(name: string, value?: string): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string, value?: string): boolean;
  set(name: string, value: unknown): void;
  sort(): void;
  forEach(callback: (value: string, name: string, params: URLSearchParams) => unknown, self?: unknown): void;
  entries(): IterableIterator<[string, string]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
  [Symbol.iterator](): IterableIterator<[string, string]>;
  toString(): string;
}

interface BlobOptions {
  readonly type?: string;
}

declare class Blob {
  constructor(parts?: Iterable<string | BufferSource | Blob>, options?: BlobOptions);
  readonly size: number;
  readonly type: string;
  slice(start?: number, end?: number, type?: string): Blob;
  text(): Promise<string>;
  bytes(): Promise<Uint8Array>;
  arrayBuffer(): Promise<ArrayBuffer>;
  stream(): ReadableStream<Uint8Array>;
}

interface FileOptions extends BlobOptions {
  /** Milliseconds since the epoch. */
  readonly lastModified?: number;
}

declare class File extends Blob {
  constructor(parts: Iterable<string | BufferSource | Blob>, name: string, options?: FileOptions);
  readonly name: string;
  readonly lastModified: number;
}

type FormDataValue = string | File;

declare class FormData {
  append(name: string, value: unknown): void;
  append(name: string, value: Blob, filename?: string): void;
  delete(name: string): void;
  get(name: string): FormDataValue | null;
  getAll(name: string): FormDataValue[];
  has(name: string): boolean;
  set(name: string, value: unknown): void;
  set(name: string, value: Blob, filename?: string): void;
  forEach(callback: (value: FormDataValue, name: string, form: FormData) => unknown, self?: unknown): void;
  entries(): IterableIterator<[string, FormDataValue]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<FormDataValue>;
  [Symbol.iterator](): IterableIterator<[string, FormDataValue]>;
}

type HeadersInit =
  | Headers
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | number | boolean>>;

declare class Headers {
  constructor(init?: HeadersInit);
  append(name: string, value: unknown): void;
  delete(name: string): void;
  get(name: string): string | null;
  getSetCookie(): string[];
  has(name: string): boolean;
  set(name: string, value: unknown): void;
  forEach(callback: (value: string, name: string, headers: Headers) => unknown, self?: unknown): void;
  entries(): IterableIterator<[string, string]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
  [Symbol.iterator](): IterableIterator<[string, string]>;
}

interface UnderlyingSource<Chunk = any> {
  start?(controller: ReadableStreamDefaultController<Chunk>): unknown;
  pull?(controller: ReadableStreamDefaultController<Chunk>): unknown;
  cancel?(reason: unknown): unknown;
}

interface QueuingStrategy<Chunk = any> {
  readonly highWaterMark?: number;
  size?(chunk: Chunk): number;
}

declare class ReadableStream<Chunk = any> {
  constructor(source?: UnderlyingSource<Chunk>, strategy?: QueuingStrategy<Chunk>);
  static from<Chunk>(iterable: Iterable<Chunk> | AsyncIterable<Chunk>): ReadableStream<Chunk>;
  readonly locked: boolean;
  cancel(reason?: unknown): Promise<void>;
  getReader(): ReadableStreamDefaultReader<Chunk>;
  values(options?: { readonly preventCancel?: boolean }): AsyncIterableIterator<Chunk>;
  [Symbol.asyncIterator](): AsyncIterableIterator<Chunk>;
}

declare class ReadableStreamDefaultReader<Chunk = any> {
  constructor(stream: ReadableStream<Chunk>);
  readonly closed: Promise<void>;
  read(): Promise<{ done: false; value: Chunk } | { done: true; value: undefined }>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}

declare class ReadableStreamDefaultController<Chunk = any> {
  private constructor();
  readonly desiredSize: number | null;
  enqueue(chunk: Chunk): void;
  close(): void;
  error(reason?: unknown): void;
}

type BodyInit =
  | string
  | BufferSource
  | URLSearchParams
  | FormData
  | Blob
  | ReadableStream
  | AsyncIterable<string | BufferSource>;

interface Body {
  readonly body: ReadableStream<Uint8Array> | null;
  readonly bodyUsed: boolean;
  text(): Promise<string>;
  json(): Promise<any>;
  bytes(): Promise<Uint8Array>;
  arrayBuffer(): Promise<ArrayBuffer>;
  blob(): Promise<Blob>;
  formData(): Promise<FormData>;
}

type RequestRedirect = "follow" | "manual" | "error";

interface RequestInit {
  readonly method?: string;
  readonly headers?: HeadersInit;
  readonly body?: BodyInit | null;
  readonly redirect?: RequestRedirect;
  readonly signal?: AbortSignal | null;
}

interface Request extends Body {}
declare class Request {
  constructor(input: string | URL | Request, init?: RequestInit);
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly redirect: RequestRedirect;
  readonly signal: AbortSignal;
  clone(): Request;
}

interface ResponseInit {
  readonly status?: number;
  readonly statusText?: string;
  readonly headers?: HeadersInit;
}

interface Response extends Body {}
declare class Response {
  constructor(body?: BodyInit | null, init?: ResponseInit);
  static error(): Response;
  static json(data: unknown, init?: ResponseInit): Response;
  static redirect(url: string | URL, status?: number): Response;
  readonly type: "basic" | "default" | "error" | "opaqueredirect";
  readonly url: string;
  readonly redirected: boolean;
  readonly status: number;
  readonly ok: boolean;
  readonly statusText: string;
  readonly headers: Headers;
  clone(): Response;
}

/** Sends a request to a public server, by the same rules as \`ctx.http\`. A network error is a TypeError with a \`code\`. */
declare function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;

declare class TextEncoder {
  readonly encoding: string;
  encode(input?: string): Uint8Array;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}

/** For UTF-8. */
declare class TextDecoder {
  constructor(label?: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(input?: BufferSource, options?: { readonly stream?: boolean }): string;
}

type HashName = "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";

type HashAlgorithm = HashName | { readonly name: HashName };

interface HmacKeyParams {
  readonly name: "HMAC";
  readonly hash: HashAlgorithm;
  /** In bits. */
  readonly length?: number;
}

type KeyUsage = "sign" | "verify";

declare class CryptoKey {
  private constructor();
  readonly type: "secret";
  readonly extractable: boolean;
  readonly algorithm: { readonly name: "HMAC"; readonly hash: { readonly name: HashName }; readonly length: number };
  readonly usages: readonly KeyUsage[];
}

/** Hashes, and HMAC with raw keys. */
declare class SubtleCrypto {
  private constructor();
  digest(algorithm: HashAlgorithm, data: BufferSource): Promise<ArrayBuffer>;
  importKey(
    format: "raw",
    keyData: BufferSource,
    algorithm: HmacKeyParams,
    extractable: boolean,
    usages: Iterable<KeyUsage>,
  ): Promise<CryptoKey>;
  generateKey(algorithm: HmacKeyParams, extractable: boolean, usages: Iterable<KeyUsage>): Promise<CryptoKey>;
  exportKey(format: "raw", key: CryptoKey): Promise<ArrayBuffer>;
  sign(algorithm: "HMAC" | { readonly name: "HMAC" }, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>;
  verify(
    algorithm: "HMAC" | { readonly name: "HMAC" },
    key: CryptoKey,
    signature: BufferSource,
    data: BufferSource,
  ): Promise<boolean>;
}

declare class Crypto {
  readonly subtle: SubtleCrypto;
  getRandomValues<View extends ArrayBufferView>(view: View): View;
  randomUUID(): string;
}
declare const crypto: Crypto;

/** Its clock has the steps of \`Date.now()\`. */
declare class Performance {
  private constructor();
  readonly timeOrigin: number;
  now(): number;
  toJSON(): { timeOrigin: number };
}
declare const performance: Performance;

declare function atob(data: string): string;
declare function btoa(data: string): string;
declare function structuredClone<Value>(value: Value, options?: { readonly transfer?: readonly object[] }): Value;
declare function queueMicrotask(callback: () => void): void;
/** Also for what a Promise gives to be called: \`new Promise((done) => setTimeout(done, 10))\`. */
declare function setTimeout(callback: (_: void) => void, delayMs?: number): number;
declare function setTimeout<Args extends any[]>(callback: (...args: Args) => void, delayMs?: number, ...args: Args): number;
declare function setInterval<Args extends any[]>(callback: (...args: Args) => void, delayMs?: number, ...args: Args): number;
declare function clearTimeout(id?: number): void;
declare function clearInterval(id?: number): void;

/** Its lines stand in the execution's log. */
declare const console: {
  debug(...values: unknown[]): void;
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
};
`;
