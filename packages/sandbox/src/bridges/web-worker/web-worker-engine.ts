import { bridgeKernelBundle, webWorkerFrame } from "#bundles";
import { DEFAULT_BRIDGE_MEMORY_MB, type BridgeOptions } from "../bridge.ts";
import { describeTimeout, EngineFailure, type Engine, type HostAnswer } from "../engine.ts";
import { BridgeError } from "../errors.ts";
import { openFrame, type OpenFrame } from "./frame.ts";
import { type FromWorker, type ToWorker, send } from "./messages.ts";

/** How long a frame and its worker may take to start. */
const START_MS = 10_000;
const TOO_LATE =
  `it was not ready after ${START_MS} ms. Does the page's Content-Security-Policy forbid the frame? ` +
  "Then serve the frame and name it in `frameUrl`";
const BYTES_PER_MB = 1024 * 1024;

export interface WebWorkerEngineOptions extends BridgeOptions {
  readonly frameUrl?: string;
}

/** The run that goes on. */
interface PendingRun {
  readonly answer: HostAnswer;
  resolve(reply: string): void;
  reject(failure: EngineFailure): void;
}

/** A worker in a sandboxed frame of the page. */
export class WebWorkerEngine implements Engine {
  readonly isSynchronous = false;

  readonly #options: WebWorkerEngineOptions;
  readonly #maxLength: number;
  #guestBundle = "";
  #starting: Promise<void> | undefined;
  #frame: OpenFrame | undefined;
  #opening: Pick<PromiseWithResolvers<void>, "resolve" | "reject"> | undefined;
  #pending: PendingRun | undefined;
  #isDisposed = false;

  constructor(options: WebWorkerEngineOptions) {
    this.#options = options;
    this.#maxLength = (options.memoryLimitMb ?? DEFAULT_BRIDGE_MEMORY_MB) * BYTES_PER_MB;
  }

  start(guestBundle: string): Promise<void> {
    this.#guestBundle = guestBundle;
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async run(message: string, answer: HostAnswer, timeoutMs: number): Promise<string> {
    await this.start(this.#guestBundle);
    if (!this.#frame) throw new EngineFailure("BRIDGE_LOST", "the worker ended before the execution began");
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#pending = { answer, resolve, reject };
    const timer = setTimeout(
      () => this.#replace(new EngineFailure("BRIDGE_TIMEOUT", describeTimeout(timeoutMs))),
      timeoutMs,
    );
    this.#send(["run", message]);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#pending = undefined;
    }
  }

  runSync(): never {
    throw new BridgeError("BRIDGE_NOT_SYNCHRONOUS", "a page cannot wait for a worker; use `execute`");
  }

  dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#end(new EngineFailure("BRIDGE_LOST", "the bridge was disposed of during the execution"));
    return Promise.resolve();
  }

  async #start(): Promise<void> {
    const [kernel, text] = await Promise.all([bridgeKernelBundle(), webWorkerFrame()]);
    if (this.#isDisposed) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#opening = { resolve, reject };
    const timer = setTimeout(() => reject(new Error(TOO_LATE)), START_MS);
    try {
      const { frameUrl: url } = this.#options;
      this.#frame = openFrame(url === undefined ? { text } : { url }, {
        scripts: [kernel, this.#guestBundle],
      });
      const { port } = this.#frame;
      port.addEventListener("message", ({ data }) => this.#hear(data as FromWorker));
      port.start();
      await promise;
    } catch (error) {
      this.#opening = undefined;
      this.#end();
      const reason = error instanceof Error ? error.message : String(error);
      throw new BridgeError("BRIDGE_START", `the worker could not be started: ${reason}`);
    } finally {
      clearTimeout(timer);
      this.#opening = undefined;
    }
  }

  #hear([kind, text]: FromWorker): void {
    if (typeof text !== "string" || text.length > this.#maxLength) {
      return this.#replace(
        new EngineFailure("BRIDGE_MEMORY", `the code gave more than ${this.#maxLength} characters at once`),
      );
    }
    switch (kind) {
      case "ready":
        return this.#opening?.resolve();
      case "question":
        return this.#pending && this.#send(["answer", this.#pending.answer(text)]);
      case "reply":
        return this.#pending?.resolve(text);
      case "failed":
        if (this.#opening) return this.#opening.reject(new Error(text));
        return this.#replace(new EngineFailure("BRIDGE_LOST", `the worker failed: ${text}`));
    }
  }

  /** Ends the worker, whatever it does, and has a new one started by the time it is needed. */
  #replace(failure: EngineFailure): void {
    this.#end(failure);
    // A failure to start is told to the next run.
    this.start(this.#guestBundle).catch(() => {});
  }

  #end(failure?: EngineFailure): void {
    this.#frame?.close();
    this.#frame = undefined;
    this.#starting = undefined;
    this.#opening?.reject(new Error("it was ended"));
    if (failure) this.#pending?.reject(failure);
  }

  #send(message: ToWorker): void {
    if (this.#frame) send(this.#frame.port, message);
  }
}
