import type { Payload } from "../execution.ts";
import type { SandboxError } from "../errors.ts";

/** What takes an output whose body comes in chunks. */
export interface OutputSink {
  /** @returns false for a chunk that nobody asked for. */
  put(chunk: Uint8Array): boolean;
  /** All of it has come. @returns the output as its execution's result has it. */
  complete(): Payload;
  /** The execution failed: nothing more comes. */
  fail(error: SandboxError): void;
}

/** How a sink reaches the guest. */
export interface ChunkControl {
  readonly demand: () => void;
  readonly cancel: () => void;
}

type ChunkResult = IteratorResult<Uint8Array<ArrayBuffer>, undefined>;

/** Hands chunks to a reader. Each is asked for when the reader wants it, so that no more than one is ever held. */
export class OutputReader implements OutputSink, AsyncIterableIterator<Uint8Array<ArrayBuffer>, undefined> {
  readonly #json: string;
  readonly #control: ChunkControl;
  #reading: PromiseWithResolvers<ChunkResult> | undefined;
  #isDemanded = false;
  #isEnded = false;
  #error: SandboxError | undefined;

  constructor(json: string, control: ChunkControl) {
    this.#json = json;
    this.#control = control;
  }

  put(chunk: Uint8Array): boolean {
    if (!this.#isDemanded) return false;
    this.#isDemanded = false;
    this.#answer({ done: false, value: new Uint8Array(chunk) });
    return true;
  }

  complete(): Payload {
    this.#end();
    return { json: this.#json };
  }

  fail(error: SandboxError): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#reading) this.#reading.reject(error);
    else this.#error = error;
  }

  next(): Promise<ChunkResult> {
    if (this.#error) return Promise.reject(this.#error);
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined });
    if (this.#reading) return Promise.reject(new TypeError("the chunk before is still waited for"));
    this.#reading = Promise.withResolvers();
    this.#isDemanded = true;
    this.#control.demand();
    return this.#reading.promise;
  }

  return(): Promise<ChunkResult> {
    if (!this.#isEnded) this.#control.cancel();
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    this.#isEnded = true;
    this.#answer({ done: true, value: undefined });
  }

  #answer(result: ChunkResult): void {
    this.#reading?.resolve(result);
    this.#reading = undefined;
  }
}

/** Keeps all chunks for the result. Whoever counts them sees to it that they are not too many. */
export class OutputGatherer implements OutputSink {
  readonly #json: string;
  readonly #control: ChunkControl;
  readonly #chunks: Uint8Array[] = [];

  constructor(json: string, control: ChunkControl) {
    this.#json = json;
    this.#control = control;
    control.demand();
  }

  put(chunk: Uint8Array): boolean {
    this.#chunks.push(new Uint8Array(chunk));
    this.#control.demand();
    return true;
  }

  complete(): Payload {
    return { json: this.#json, body: Buffer.concat(this.#chunks) };
  }

  fail(): void {
    this.#chunks.length = 0;
  }
}
