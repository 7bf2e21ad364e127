import { log } from "@skerry/sandbox/guest";
import { NativeTypeError, append, dateNow, reflectApply, toText } from "./primordials.ts";

type Listener = ((this: unknown, event: Event) => unknown) | { handleEvent(event: Event): unknown };

interface Registration {
  readonly type: string;
  readonly listener: Listener;
  readonly once: boolean;
  removed: boolean;
}

interface ListenerOptions {
  readonly once?: boolean;
  readonly capture?: boolean;
  readonly signal?: { readonly aborted: boolean } & EventTarget;
}

let setTarget: (event: Event, target: EventTarget | null) => void;
let isStopped: (event: Event) => boolean;

/** `Event` of the DOM standard, as far as a target without a tree needs it. */
export class Event {
  readonly #type: string;
  readonly #cancelable: boolean;
  readonly #timeStamp = dateNow();
  #target: EventTarget | null = null;
  #canceled = false;
  #stopped = false;

  static {
    setTarget = (event, target) => {
      event.#target = target;
    };
    isStopped = (event) => event.#stopped;
  }

  constructor(type: unknown, init: { cancelable?: boolean } = {}) {
    this.#type = toText(type);
    this.#cancelable = !!init?.cancelable;
  }

  get type(): string {
    return this.#type;
  }

  get target(): EventTarget | null {
    return this.#target;
  }

  get currentTarget(): EventTarget | null {
    return this.#target;
  }

  get cancelable(): boolean {
    return this.#cancelable;
  }

  get defaultPrevented(): boolean {
    return this.#canceled;
  }

  get timeStamp(): number {
    return this.#timeStamp;
  }

  preventDefault(): void {
    if (this.#cancelable) this.#canceled = true;
  }

  stopPropagation(): void {
    // A target without a tree has nowhere to propagate to.
  }

  stopImmediatePropagation(): void {
    this.#stopped = true;
  }
}

/** `EventTarget` of the DOM standard (https://dom.spec.whatwg.org/#interface-eventtarget), without a tree. */
export class EventTarget {
  #registrations: Registration[] = [];

  addEventListener(
    type: unknown,
    listener: Listener | null | undefined,
    options?: ListenerOptions | boolean,
  ): void {
    if (listener === null || listener === undefined) return;
    if (typeof listener !== "function" && typeof listener !== "object") {
      throw new NativeTypeError("addEventListener needs a function or an object with handleEvent");
    }
    const { once, signal } = typeof options === "object" && options !== null ? options : {};
    if (signal?.aborted) return;
    const name = toText(type);
    if (this.#find(name, listener)) return;
    append(this.#registrations, { type: name, listener, once: !!once, removed: false });
    signal?.addEventListener("abort", () => this.removeEventListener(name, listener), { once: true });
  }

  removeEventListener(type: unknown, listener: Listener | null | undefined): void {
    const found = listener ? this.#find(toText(type), listener) : undefined;
    if (found) this.#remove(found);
  }

  /** Calls the listeners in order; what one throws is logged and does not stop the others. */
  dispatchEvent(event: Event): boolean {
    if (!(event instanceof Event)) throw new NativeTypeError("dispatchEvent needs an Event");
    setTarget(event, this);
    const called = this.#registrations;
    const { length } = called;
    for (let index = 0; index < length && !isStopped(event); index++) {
      const registration = called[index] as Registration;
      if (registration.removed || registration.type !== event.type) continue;
      if (registration.once) this.#remove(registration);
      this.#call(registration.listener, event);
    }
    return !event.defaultPrevented;
  }

  #call(listener: Listener, event: Event): void {
    try {
      if (typeof listener === "function") reflectApply(listener, this, [event]);
      else listener.handleEvent(event);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : toText(error);
      log("error", `Uncaught in a listener of "${event.type}": ${text}`);
    }
  }

  #find(type: string, listener: Listener): Registration | undefined {
    const { length } = this.#registrations;
    for (let index = 0; index < length; index++) {
      const registration = this.#registrations[index] as Registration;
      if (registration.type === type && registration.listener === listener) return registration;
    }
    return undefined;
  }

  /** A list is never changed in place: a dispatch may be walking it. */
  #remove(removed: Registration): void {
    removed.removed = true;
    const kept: Registration[] = [];
    const { length } = this.#registrations;
    for (let index = 0; index < length; index++) {
      const registration = this.#registrations[index] as Registration;
      if (registration !== removed) append(kept, registration);
    }
    this.#registrations = kept;
  }
}
