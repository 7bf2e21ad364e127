import { clearTimer, setTimer } from "@skerry/sandbox/guest";
import { DOMException } from "./dom-exception.ts";
import { type Event, EventTarget, createTrustedEvent } from "./event-target.ts";
import { NativeRangeError, NativeTypeError, append, dateNow } from "./primordials.ts";

/** The longest delay of a timer, in ms; a later deadline is reached in several steps. */
const MAX_DELAY_MS = 2 ** 31 - 1;
/** Proves to the constructor that this file calls it. */
const TOKEN = {};

interface SignalInit {
  /** Milliseconds since the epoch at which the signal aborts by itself. */
  readonly deadline?: number;
  /** Signals that this one follows. */
  readonly sources?: readonly AbortSignal[];
}

let createSignal: (init: SignalInit) => AbortSignal;
/** Aborts a signal; without a reason, with the standard's AbortError. */
export let abortSignal: (signal: AbortSignal, reason?: unknown) => void;
/** Calls back once when the signal aborts; answers how to stop waiting for it. */
export let onAbort: (signal: AbortSignal, callback: () => void) => () => void;
/** Whether a value is a signal of ours, whatever its prototype says. */
export let isAbortSignal: (value: unknown) => value is AbortSignal;

/**
 * `AbortSignal` of the DOM standard (https://dom.spec.whatwg.org/#interface-AbortSignal).
 *
 * A deadline arms a timer only while somebody waits for the signal, so that a call which ended in time leaves
 * nothing behind that would keep its context from being reused.
 */
export class AbortSignal extends EventTarget {
  readonly #deadline: number | undefined;
  readonly #sources: readonly AbortSignal[];
  #aborted = false;
  #reason: unknown;
  #handler: ((event: Event) => unknown) | null = null;
  #isHandling = false;
  #watchers: (() => void)[] = [];
  #hasListener = false;
  #disarm: (() => void) | undefined;

  static {
    createSignal = (init) => new AbortSignal(TOKEN, init);
    abortSignal = (signal, reason) => signal.#abort(reason);
    onAbort = (signal, callback) => signal.#watch(callback);
    isAbortSignal = (value): value is AbortSignal =>
      typeof value === "object" && value !== null && #watchers in value;
  }

  constructor(token?: unknown, init: SignalInit = {}) {
    super();
    if (token !== TOKEN) {
      throw new NativeTypeError("Illegal constructor: use AbortController or AbortSignal.timeout");
    }
    this.#deadline = init.deadline;
    this.#sources = init.sources ?? [];
  }

  static abort(reason?: unknown): AbortSignal {
    const signal = createSignal({});
    signal.#abort(reason);
    return signal;
  }

  static timeout(milliseconds: unknown): AbortSignal {
    const ms = Number(milliseconds);
    if (!(ms >= 0 && ms <= Number.MAX_SAFE_INTEGER)) {
      throw new NativeRangeError(`AbortSignal.timeout needs a number of milliseconds of at least 0`);
    }
    return createSignal({ deadline: dateNow() + ms });
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    const sources: AbortSignal[] = [];
    for (const signal of signals) {
      if (!isAbortSignal(signal)) throw new NativeTypeError("AbortSignal.any needs a list of signals");
      append(sources, signal);
    }
    return createSignal({ sources });
  }

  get aborted(): boolean {
    if (!this.#aborted) this.#follow();
    return this.#aborted;
  }

  get reason(): unknown {
    return this.aborted ? this.#reason : undefined;
  }

  get onabort(): ((event: Event) => unknown) | null {
    return this.#handler;
  }

  set onabort(handler: ((event: Event) => unknown) | null) {
    // Called in the order in which it was first set among the listeners.
    if (!this.#isHandling) super.addEventListener("abort", (event) => this.#handler?.(event));
    this.#isHandling = true;
    this.#handler = typeof handler === "function" ? handler : null;
    this.#arm();
  }

  throwIfAborted(): void {
    // The author's own reason, whatever it is: that is what the standard says.
    // oxlint-disable-next-line typescript/only-throw-error
    if (this.aborted) throw this.#reason;
  }

  override addEventListener(...args: Parameters<EventTarget["addEventListener"]>): void {
    super.addEventListener(...args);
    this.#hasListener = true;
    this.#arm();
  }

  #watch(callback: () => void): () => void {
    append(this.#watchers, callback);
    this.#arm();
    return () => {
      const kept: (() => void)[] = [];
      for (let index = 0; index < this.#watchers.length; index++) {
        const watcher = this.#watchers[index] as () => void;
        if (watcher !== callback) append(kept, watcher);
      }
      this.#watchers = kept;
      if (kept.length === 0 && !this.#hasListener && !this.#handler) this.#stopWaiting();
    };
  }

  /** Takes over what the deadline or a source says by now. */
  #follow(): void {
    if (this.#deadline !== undefined && dateNow() >= this.#deadline) {
      this.#abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    }
    for (let index = 0; index < this.#sources.length; index++) {
      const source = this.#sources[index] as AbortSignal;
      if (source.aborted) this.#abort(source.reason);
    }
  }

  /** Has itself told when the time or a source aborts it. */
  #arm(): void {
    if (this.#disarm || this.aborted) return;
    const stops: (() => void)[] = [];
    if (this.#deadline !== undefined) {
      append(
        stops,
        startTimer(this.#deadline, () => this.#follow()),
      );
    }
    for (let index = 0; index < this.#sources.length; index++) {
      append(
        stops,
        onAbort(this.#sources[index] as AbortSignal, () => this.#follow()),
      );
    }
    this.#disarm = () => {
      for (let index = 0; index < stops.length; index++) (stops[index] as () => void)();
    };
  }

  #stopWaiting(): void {
    this.#disarm?.();
    this.#disarm = undefined;
  }

  #abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason =
      reason === undefined ? new DOMException("This operation was aborted", "AbortError") : reason;
    this.#stopWaiting();
    const watchers = this.#watchers;
    this.#watchers = [];
    for (let index = 0; index < watchers.length; index++) (watchers[index] as () => void)();
    this.dispatchEvent(createTrustedEvent("abort"));
  }
}

/** `AbortController` of the DOM standard. */
export class AbortController {
  readonly #signal = createSignal({});

  get signal(): AbortSignal {
    return this.#signal;
  }

  abort(reason?: unknown): void {
    abortSignal(this.#signal, reason);
  }
}

function startTimer(deadline: number, callback: () => void): () => void {
  let id = 0;
  const arm = (): void => {
    const left = deadline - dateNow();
    if (left <= 0) return callback();
    id = setTimer(arm, left > MAX_DELAY_MS ? MAX_DELAY_MS : left);
  };
  arm();
  return () => clearTimer(id);
}
