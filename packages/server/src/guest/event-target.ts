import { log } from "@skerry/sandbox/guest";
import { DOMException } from "./dom-exception.ts";
import {
  NativeTypeError,
  append,
  dateNow,
  objectDefineProperty,
  objectKeys,
  reflectApply,
  toText,
} from "./primordials.ts";

type Listener = ((this: unknown, event: Event) => unknown) | { handleEvent(event: Event): unknown };

interface Registration {
  readonly type: string;
  readonly listener: Listener;
  readonly capture: boolean;
  readonly once: boolean;
  removed: boolean;
}

interface ListenerOptions {
  readonly once?: boolean;
  readonly capture?: boolean;
  readonly signal?: { readonly aborted: boolean } & EventTarget;
}

interface EventInit {
  readonly bubbles?: boolean;
  readonly cancelable?: boolean;
  readonly composed?: boolean;
}

const PHASES = { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 } as const;

/** Makes an event that the runtime itself fires. */
export let createTrustedEvent: (type: string) => Event;
let beginDispatch: (event: Event, target: EventTarget) => void;
let endDispatch: (event: Event) => void;
let isStopped: (event: Event) => boolean;

/** `Event` of the DOM standard (https://dom.spec.whatwg.org/#interface-event), as far as a target without a tree needs it. */
export class Event {
  readonly #type: string;
  readonly #init: EventInit;
  readonly #timeStamp = dateNow();
  #target: EventTarget | null = null;
  #isTrusted = false;
  #isDispatched = false;
  #canceled = false;
  #stopped = false;

  static {
    createTrustedEvent = (type) => {
      const event = new Event(type);
      event.#isTrusted = true;
      return event;
    };
    beginDispatch = (event, target) => {
      if (event.#isDispatched) {
        throw new DOMException("The event is being dispatched already", "InvalidStateError");
      }
      event.#isDispatched = true;
      event.#target = target;
    };
    endDispatch = (event) => {
      event.#isDispatched = false;
      event.#stopped = false;
    };
    isStopped = (event) => event.#stopped;
  }

  constructor(type: unknown, init: EventInit = {}) {
    this.#type = toText(type);
    this.#init = { bubbles: !!init?.bubbles, cancelable: !!init?.cancelable, composed: !!init?.composed };
  }

  get type(): string {
    return this.#type;
  }

  get target(): EventTarget | null {
    return this.#target;
  }

  /** The target while its listeners are called, null otherwise. */
  get currentTarget(): EventTarget | null {
    return this.#isDispatched ? this.#target : null;
  }

  get eventPhase(): number {
    return this.#isDispatched ? PHASES.AT_TARGET : PHASES.NONE;
  }

  get bubbles(): boolean {
    return this.#init.bubbles as boolean;
  }

  get cancelable(): boolean {
    return this.#init.cancelable as boolean;
  }

  get composed(): boolean {
    return this.#init.composed as boolean;
  }

  get isTrusted(): boolean {
    return this.#isTrusted;
  }

  get defaultPrevented(): boolean {
    return this.#canceled;
  }

  /** Milliseconds since the epoch: events of a guest are told apart by no finer clock. */
  get timeStamp(): number {
    return this.#timeStamp;
  }

  composedPath(): EventTarget[] {
    return this.#isDispatched ? [this.#target as EventTarget] : [];
  }

  preventDefault(): void {
    if (this.cancelable) this.#canceled = true;
  }

  stopPropagation(): void {
    // A target without a tree has nowhere to propagate to.
  }

  stopImmediatePropagation(): void {
    this.#stopped = true;
  }
}

for (const name of objectKeys(PHASES)) {
  const constant = { value: PHASES[name as keyof typeof PHASES], enumerable: true };
  objectDefineProperty(Event, name, constant);
  objectDefineProperty(Event.prototype, name, constant);
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
    const capture = isCapturing(options);
    if (signal?.aborted) return;
    const name = toText(type);
    if (this.#find(name, listener, capture)) return;
    append(this.#registrations, { type: name, listener, capture, once: !!once, removed: false });
    signal?.addEventListener("abort", () => this.removeEventListener(name, listener, capture), {
      once: true,
    });
  }

  removeEventListener(
    type: unknown,
    listener: Listener | null | undefined,
    options?: ListenerOptions | boolean,
  ): void {
    const found = listener ? this.#find(toText(type), listener, isCapturing(options)) : undefined;
    if (found) this.#remove(found);
  }

  /**
   * Calls the listeners in order, capturing ones first; what one throws is logged and does not stop the others.
   *
   * @throws DOMException InvalidStateError when the event is being dispatched already
   */
  dispatchEvent(event: Event): boolean {
    if (!(event instanceof Event)) throw new NativeTypeError("dispatchEvent needs an Event");
    beginDispatch(event, this);
    this.#invoke(event, true);
    this.#invoke(event, false);
    endDispatch(event);
    return !event.defaultPrevented;
  }

  #invoke(event: Event, capture: boolean): void {
    const called = this.#registrations;
    const { length } = called;
    for (let index = 0; index < length && !isStopped(event); index++) {
      const registration = called[index] as Registration;
      if (registration.capture !== capture || registration.removed || registration.type !== event.type)
        continue;
      if (registration.once) this.#remove(registration);
      this.#call(registration.listener, event);
    }
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

  #find(type: string, listener: Listener, capture: boolean): Registration | undefined {
    const { length } = this.#registrations;
    for (let index = 0; index < length; index++) {
      const registration = this.#registrations[index] as Registration;
      const isSame = registration.listener === listener && registration.capture === capture;
      if (isSame && registration.type === type) return registration;
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

function isCapturing(options: ListenerOptions | boolean | undefined): boolean {
  return typeof options === "object" && options !== null ? !!options.capture : !!options;
}
