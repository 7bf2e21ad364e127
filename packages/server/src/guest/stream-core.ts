import {
  NativePromise,
  NativeRangeError,
  NativeTypeError,
  promiseThen,
  reflectApply,
} from "./primordials.ts";

/** What a read gives. */
export interface ReadResult {
  readonly done: boolean;
  readonly value: unknown;
}

/** Where a stream has its chunks from; what they answer is waited for. */
export interface ChunkProducer {
  readonly start: () => unknown;
  readonly pull: () => unknown;
  readonly cancel: (reason: unknown) => unknown;
}

/** How far ahead of its reader a stream is filled. */
export interface QueuePolicy {
  readonly highWaterMark: number;
  /** What a chunk counts as. */
  readonly size: (chunk: unknown) => unknown;
}

interface QueuedChunk {
  readonly chunk: unknown;
  readonly size: number;
  next: QueuedChunk | undefined;
}

interface WaitingRead {
  readonly resolve: (result: ReadResult) => void;
  readonly reject: (reason: unknown) => void;
  next: WaitingRead | undefined;
}

/** A first-in first-out list that no replaced array method can disturb. */
class Fifo<Item extends { next: Item | undefined }> {
  #first: Item | undefined;
  #last: Item | undefined;

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  add(item: Item): void {
    if (this.#last) this.#last.next = item;
    else this.#first = item;
    this.#last = item;
  }

  take(): Item | undefined {
    const item = this.#first;
    this.#first = item?.next;
    if (!this.#first) this.#last = undefined;
    return item;
  }

  clear(): void {
    this.#first = this.#last = undefined;
  }
}

/**
 * State and algorithms of a readable stream with its default controller
 * (https://streams.spec.whatwg.org/#rs-default-controller-abstract-ops), behind the objects that scripts see.
 */
export class StreamCore {
  readonly #producer: ChunkProducer;
  readonly #policy: QueuePolicy;
  readonly #queue = new Fifo<QueuedChunk>();
  readonly #reads = new Fifo<WaitingRead>();
  #queuedSize = 0;
  #state: "readable" | "closed" | "errored" = "readable";
  #error: unknown;
  #isStarted = false;
  #isPulling = false;
  #pullsAgain = false;
  #isClosing = false;
  /** Told when it is closed or broken. */
  #onEnd: (() => void) | undefined;
  isDisturbed = false;
  isLocked = false;

  constructor(producer: ChunkProducer, policy: QueuePolicy) {
    this.#producer = producer;
    this.#policy = policy;
  }

  /** Lets the producer begin; its `start` may throw. */
  start(): void {
    const started = this.#producer.start();
    void promiseThen(
      new NativePromise((resolve) => resolve(started)),
      () => {
        this.#isStarted = true;
        this.#pullIfNeeded();
      },
      (error) => this.fail(error),
    );
  }

  /** Room in the queue; null for a broken stream. */
  get desiredSize(): number | null {
    if (this.#state === "errored") return null;
    return this.#state === "closed" ? 0 : this.#policy.highWaterMark - this.#queuedSize;
  }

  enqueue(chunk: unknown): void {
    this.#requireOpen("enqueue");
    const read = this.#reads.take();
    if (read) read.resolve({ done: false, value: chunk });
    else this.#queue.add({ chunk, size: this.#measure(chunk), next: undefined });
    this.#pullIfNeeded();
  }

  close(): void {
    this.#requireOpen("close");
    this.#isClosing = true;
    if (this.#queue.isEmpty) this.#finish();
  }

  /** Breaks the stream. */
  fail(error: unknown): void {
    if (this.#state !== "readable") return;
    this.#state = "errored";
    this.#error = error;
    this.#queue.clear();
    this.refuseReads(error);
    this.#onEnd?.();
  }

  /** Rejects the reads that wait. */
  refuseReads(error: unknown): void {
    for (let read = this.#reads.take(); read; read = this.#reads.take()) read.reject(error);
  }

  read(): Promise<ReadResult> {
    this.isDisturbed = true;
    return new NativePromise((resolve, reject) => {
      if (this.#state === "closed") return resolve({ done: true, value: undefined });
      if (this.#state === "errored") return reject(this.#error);
      const queued = this.#queue.take();
      if (!queued) {
        this.#reads.add({ resolve, reject, next: undefined });
      } else {
        this.#queuedSize -= queued.size;
        resolve({ done: false, value: queued.chunk });
        if (this.#isClosing && this.#queue.isEmpty) return this.#finish();
      }
      this.#pullIfNeeded();
    });
  }

  /** Nobody reads any more: the producer is told. */
  cancel(reason: unknown): Promise<void> {
    this.isDisturbed = true;
    return new NativePromise((resolve, reject) => {
      if (this.#state === "closed") return resolve();
      if (this.#state === "errored") return reject(this.#error);
      this.#queue.clear();
      this.#finish();
      const cancelled = new NativePromise((settle) => settle(this.#producer.cancel(reason)));
      void promiseThen(cancelled, () => resolve(), reject);
    });
  }

  /** Settles when the stream is closed or broken. */
  whenEnded(): Promise<void> {
    const ended = new NativePromise<void>((resolve, reject) => {
      this.#onEnd = () => (this.#state === "errored" ? reject(this.#error) : resolve());
      if (this.#state !== "readable") this.#onEnd();
    });
    // Nobody has to look at it.
    void promiseThen(
      ended,
      () => {},
      () => {},
    );
    return ended;
  }

  #measure(chunk: unknown): number {
    try {
      const size = Number(reflectApply(this.#policy.size, undefined, [chunk]));
      if (!(size >= 0 && size < Infinity)) {
        throw new NativeRangeError(`The size of a chunk must be a finite number of at least 0, not ${size}`);
      }
      this.#queuedSize += size;
      return size;
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  #requireOpen(action: string): void {
    if (this.#state === "readable" && !this.#isClosing) return;
    throw new NativeTypeError(`A stream that is closed or has failed cannot ${action}`);
  }

  #finish(): void {
    this.#state = "closed";
    for (let read = this.#reads.take(); read; read = this.#reads.take()) {
      read.resolve({ done: true, value: undefined });
    }
    this.#onEnd?.();
  }

  #pullIfNeeded(): void {
    if (!this.#isStarted || this.#isClosing || this.#state !== "readable") return;
    if (this.#reads.isEmpty && (this.desiredSize ?? 0) <= 0) return;
    if (this.#isPulling) {
      this.#pullsAgain = true;
      return;
    }
    this.#isPulling = true;
    void promiseThen(
      new NativePromise((resolve) => resolve(this.#producer.pull())),
      () => {
        this.#isPulling = false;
        if (!this.#pullsAgain) return;
        this.#pullsAgain = false;
        this.#pullIfNeeded();
      },
      (error) => this.fail(error),
    );
  }
}
