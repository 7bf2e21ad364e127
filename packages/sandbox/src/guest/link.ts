/** Sends one message to the runner. The first argument is an {@link Emission}. */
export type Emit = (kind: number, a?: string | number, b?: string, c?: string | Uint8Array) => void;

/** What the runner gives the kernel of a context: the only ways out of the isolate. */
export interface HostLink {
  /** Returns at once; for turns on the isolate's own thread. */
  readonly emitLater: Emit;
  /** Returns when the runner has heard it; for turns on the runner's main thread, where that costs next to nothing. */
  readonly emitNow: Emit;
  /** Random bytes from the host's generator, at once. */
  readonly entropy: (length: number) => ArrayBuffer;
}

/** What an {@link Emit} says. */
export const Emission = {
  /** a: output JSON, c: body, as text or bytes. */
  Complete: 1,
  /** a: code, b: message, c: stack. */
  Fail: 2,
  /** a: call number, b: name and arguments as `name\0json`, c: body. */
  Call: 3,
  /** a: JSON array of lines. */
  Log: 4,
  /** a: timer number, b: delay in ms as text. */
  SetTimer: 5,
  /** a: timer number. */
  ClearTimer: 6,
  /** a: output JSON; its body follows in chunks. */
  Stream: 7,
  /** c: bytes. */
  Chunk: 8,
} as const;

/** What the runner tells the kernel through its dispatch function. */
export const Delivery = {
  /** a: start head JSON, b: input JSON, c: body, d: the program's exports, e: JSON text of the host's context. */
  Start: 1,
  /** a: call number, b: value JSON, c: body. */
  Reply: 2,
  /** a: call number, b: code, c: message. */
  Refuse: 3,
  /** a: timer number. */
  FireTimer: 4,
  /** The next chunk is wanted. */
  Demand: 5,
  /** Nobody takes the rest of the stream. */
  CancelStream: 6,
} as const;

/** What the runner hands over with {@link Delivery.Start}. */
export interface GuestStart {
  readonly entry: string;
  readonly limits: GuestLimits;
}

/** The limits that the kernel itself holds, for exact and early errors. */
export interface GuestLimits {
  readonly capabilityCalls: number;
  readonly outputBytes: number;
  readonly logBytes: number;
}

/** A decoded input or a result that is not encoded yet. */
export interface GuestPayload<Value = unknown> {
  readonly value: Value;
  readonly body?: Uint8Array | undefined;
}

/** Bytes that come one after another. */
export interface ChunkSource {
  /** The next ones, undefined at the end. It is asked for them when those before were taken. */
  readonly next: () => Promise<Uint8Array | undefined>;
  /** Nobody takes any more. The execution ends when this settles, or soon after. */
  readonly cancel: (reason: Error) => Promise<void>;
}

/** A result; what has `chunks` has no `body`. A body that is text crosses as it is: the host is quicker to encode it. */
export interface GuestResult extends Omit<GuestPayload, "body"> {
  readonly body?: string | Uint8Array | undefined;
  readonly chunks?: ChunkSource | undefined;
}

let link: HostLink | undefined;
let emitInTurn: Emit | undefined;

/** Called once per context, before any guest code. */
export function attachLink(attached: HostLink): void {
  link = attached;
}

/** Says on which thread the turn runs that begins now. */
export function beginTurn(isInline: boolean): void {
  emitInTurn = isInline ? link?.emitNow : link?.emitLater;
}

export const emit: Emit = (kind, a, b, c) => emitInTurn?.(kind, a, b, c);

/** Random bytes from the host's generator. */
export function hostEntropy(length: number): ArrayBuffer {
  if (!link) throw new Error("the kernel is not attached");
  return link.entropy(length);
}
