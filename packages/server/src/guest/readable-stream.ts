import {
  NativeRangeError,
  NativeTypeError,
  asyncIteratorSymbol,
  iteratorSymbol,
  reflectApply,
} from "./primordials.ts";
import { type QueuePolicy, type ReadResult, StreamCore } from "./stream-core.ts";

type Callback = (...args: unknown[]) => unknown;

/** What a script makes a stream of. */
export interface UnderlyingSource {
  readonly start?: unknown;
  readonly pull?: unknown;
  readonly cancel?: unknown;
  readonly type?: unknown;
}

export interface QueuingStrategy {
  readonly highWaterMark?: unknown;
  readonly size?: unknown;
}

/** Gives chunks one at a time. */
export interface ChunkSupply {
  readonly next: () => Promise<ReadResult>;
  readonly cancel: (reason: unknown) => unknown;
}

/** Proves to the constructors that this file calls them. */
const TOKEN = {};
const countAsOne = (): number => 1;
/** A chunk is asked for when it is read and not before. */
const UNBUFFERED: QueuePolicy = { highWaterMark: 0, size: countAsOne };

/** The stream's inside. */
let coreOf: (stream: ReadableStream) => StreamCore;
/** A stream that our own code fills, one chunk for each read. */
export let createStream: (supply: ChunkSupply, whole?: unknown) => ReadableStream;
/** Whether a value is a stream of ours, whatever its prototype says. */
export let isStream: (value: unknown) => value is ReadableStream;
/** What the stream was made of, where that is known and can be had whole. */
export let wholeOf: (stream: ReadableStream) => unknown;

/** Takes the stream for good: nobody else can read it any more. @throws TypeError when somebody has begun to */
export function takeStream(stream: ReadableStream): StreamCore {
  const core = coreOf(stream);
  if (core.isLocked || core.isDisturbed) {
    throw new NativeTypeError("The stream is being read, or has been: a stream can be read once");
  }
  core.isLocked = true;
  core.isDisturbed = true;
  return core;
}

/** A stream of what an iterable gives. @throws TypeError for what is none */
export function streamFrom(iterable: unknown): ReadableStream {
  return createStream(iterate(iterable));
}

/** Whether somebody reads, has read or has cancelled the stream. */
export function isStreamTaken(stream: ReadableStream): boolean {
  const core = coreOf(stream);
  return core.isLocked || core.isDisturbed;
}

/** Whether somebody has read or cancelled the stream. */
export function isStreamDisturbed(stream: ReadableStream): boolean {
  return coreOf(stream).isDisturbed;
}

/**
 * `ReadableStream` of the Streams standard (https://streams.spec.whatwg.org/#rs-class) without byte streams, `tee`,
 * `pipeTo` and `pipeThrough`.
 */
export class ReadableStream {
  readonly #core: StreamCore;
  readonly #whole: unknown;

  static {
    coreOf = (stream) => stream.#core;
    createStream = (supply, whole) => new ReadableStream(TOKEN, { supply, whole } as QueuingStrategy);
    isStream = (value): value is ReadableStream =>
      typeof value === "object" && value !== null && #core in value;
    wholeOf = (stream) => stream.#whole;
  }

  constructor(source: UnderlyingSource = {}, strategy: QueuingStrategy = {}) {
    if (source === TOKEN) {
      const { supply, whole } = strategy as { supply: ChunkSupply; whole: unknown };
      this.#core = openSupply(supply);
      this.#whole = whole;
    } else {
      this.#core = openSource(source ?? {}, readStrategy(strategy ?? {}));
    }
    this.#core.start();
  }

  /** A stream of what an iterable gives, asynchronous or not. */
  static from(iterable: unknown): ReadableStream {
    return streamFrom(iterable);
  }

  get locked(): boolean {
    return this.#core.isLocked;
  }

  async cancel(reason?: unknown): Promise<void> {
    if (this.#core.isLocked)
      throw new NativeTypeError("A stream that has a reader is cancelled by its reader");
    await this.#core.cancel(reason);
  }

  getReader(options: { readonly mode?: unknown } = {}): ReadableStreamDefaultReader {
    if (options?.mode !== undefined) {
      throw new NativeTypeError("Readers that bring their own buffer are not supported here");
    }
    return new ReadableStreamDefaultReader(this);
  }

  values({
    preventCancel = false,
  }: { readonly preventCancel?: unknown } = {}): AsyncIterableIterator<unknown> {
    const reader = new ReadableStreamDefaultReader(this);
    const core = this.#core;
    return {
      async next() {
        const result = await core.read();
        if (result.done) reader.releaseLock();
        return result;
      },
      async return(value) {
        const cancelled = preventCancel ? undefined : core.cancel(value);
        reader.releaseLock();
        await cancelled;
        return { done: true, value };
      },
      [asyncIteratorSymbol]() {
        return this;
      },
    };
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<unknown> {
    return this.values();
  }
}

/** https://streams.spec.whatwg.org/#default-reader-class */
export class ReadableStreamDefaultReader {
  readonly #core: StreamCore;
  readonly #ended: Promise<void>;
  #isReleased = false;

  constructor(stream: unknown) {
    if (!isStream(stream)) throw new NativeTypeError("A reader needs a ReadableStream");
    this.#core = coreOf(stream);
    if (this.#core.isLocked) throw new NativeTypeError("The stream has a reader already");
    this.#core.isLocked = true;
    this.#ended = this.#core.whenEnded();
  }

  get closed(): Promise<void> {
    return this.#ended;
  }

  async read(): Promise<ReadResult> {
    return await this.#open().read();
  }

  async cancel(reason?: unknown): Promise<void> {
    await this.#open().cancel(reason);
  }

  releaseLock(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#core.isLocked = false;
    this.#core.refuseReads(new NativeTypeError("The reader was released"));
  }

  #open(): StreamCore {
    if (this.#isReleased) throw new NativeTypeError("The reader was released");
    return this.#core;
  }
}

/** https://streams.spec.whatwg.org/#rs-default-controller-class */
export class ReadableStreamDefaultController {
  readonly #core: StreamCore;

  constructor(token?: unknown, core?: StreamCore) {
    if (token !== TOKEN || !core) throw new NativeTypeError("Illegal constructor");
    this.#core = core;
  }

  get desiredSize(): number | null {
    return this.#core.desiredSize;
  }

  enqueue(chunk?: unknown): void {
    this.#core.enqueue(chunk);
  }

  close(): void {
    this.#core.close();
  }

  error(reason?: unknown): void {
    this.#core.fail(reason);
  }
}

function openSource(source: UnderlyingSource, policy: QueuePolicy): StreamCore {
  if (source.type !== undefined) {
    throw new NativeTypeError("Byte streams are not supported here: leave the type of the source out");
  }
  const call = (name: "start" | "pull" | "cancel"): ((argument: unknown) => unknown) => {
    const callback = source[name];
    if (callback === undefined) return () => undefined;
    if (typeof callback !== "function") throw new NativeTypeError(`The source's ${name} is not a function`);
    return (argument) => reflectApply(callback as Callback, source, [argument]);
  };
  const start = call("start");
  const pull = call("pull");
  const producer = {
    start: () => start(controller),
    pull: () => pull(controller),
    cancel: call("cancel"),
  };
  const core = new StreamCore(producer, policy);
  const controller = new ReadableStreamDefaultController(TOKEN, core);
  return core;
}

function readStrategy({ highWaterMark = 1, size }: QueuingStrategy): QueuePolicy {
  const mark = Number(highWaterMark);
  if (!(mark >= 0)) throw new NativeRangeError(`highWaterMark must be a number of at least 0, not ${mark}`);
  if (size !== undefined && typeof size !== "function") throw new NativeTypeError("size is not a function");
  return { highWaterMark: mark, size: (size as QueuePolicy["size"] | undefined) ?? countAsOne };
}

function openSupply(supply: ChunkSupply): StreamCore {
  const pull = async (): Promise<void> => {
    const { done, value } = await supply.next();
    if (done) core.close();
    else core.enqueue(value);
  };
  const core = new StreamCore({ start: () => {}, pull, cancel: supply.cancel }, UNBUFFERED);
  return core;
}

/** https://streams.spec.whatwg.org/#readable-stream-from-iterable */
function iterate(iterable: unknown): ChunkSupply {
  const source = iterable as { readonly [key: symbol]: unknown } | null | undefined;
  const open = source?.[asyncIteratorSymbol] ?? source?.[iteratorSymbol];
  if (typeof open !== "function") throw new NativeTypeError("ReadableStream.from needs an iterable");
  const iterator = reflectApply(open as Callback, source, []) as Record<"next" | "return", unknown>;
  const { next } = iterator;
  return {
    async next() {
      const result = (await reflectApply(next as Callback, iterator, [])) as ReadResult;
      return { done: result.done, value: result.done ? undefined : await result.value };
    },
    async cancel(reason) {
      const { return: end } = iterator;
      if (end !== undefined) await reflectApply(end as Callback, iterator, [reason]);
    },
  };
}
