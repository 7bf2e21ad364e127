import { encode } from "./encode.ts";
import { GuestError } from "./errors.ts";
import { Emission, type GuestPayload, emit } from "./link.ts";
import {
  NativeMap,
  NativePromise,
  jsonParse,
  mapClear,
  mapDelete,
  mapGet,
  mapSet,
  mapSize,
} from "./primordials.ts";

const MAX_ARGUMENT_CHARS = 1024 * 1024;
/** In UTF-8 no longer than the 200 bytes that the supervisor takes. */
const MAX_NAME_CHARS = 64;
/** Calls under way at once; further ones wait inside the guest. */
const MAX_OPEN_CALLS = 64;
const CODES = { invalid: "CAPABILITY_INPUT_INVALID", limit: "CAPABILITY_INPUT_LIMIT" };

interface OpenCall {
  readonly resolve: (reply: GuestPayload<never>) => void;
  readonly reject: (error: unknown) => void;
}

interface WaitingCall {
  readonly send: () => void;
  next: WaitingCall | undefined;
}

const open = new NativeMap<number, OpenCall>();
let firstWaiting: WaitingCall | undefined;
let lastWaiting: WaitingCall | undefined;
let lastId = 0;
let made = 0;
let allowed = 0;
let ended = true;

/** Starts a new budget; called when an execution starts. */
export function resetCalls(capabilityCalls: number): void {
  mapClear(open);
  firstWaiting = lastWaiting = undefined;
  made = 0;
  allowed = capabilityCalls;
  ended = false;
}

/** No call may start any more; called when an execution ends. */
export function endCalls(): void {
  ended = true;
}

/** Calls that have no answer yet. */
export function openCalls(): number {
  return mapSize(open);
}

/**
 * Calls a capability of the host by name. Arguments are data; `body` carries bytes beside them. At most 64 calls
 * are under way at once, further ones wait for their turn.
 *
 * Rejects with GuestError: what the capability gives, or `CAPABILITY_CALL_LIMIT`, `CAPABILITY_INPUT_INVALID`,
 * `CAPABILITY_INPUT_LIMIT`, `CAPABILITY_UNKNOWN`, `CAPABILITY_FAILED`, `EXECUTION_ENDED`.
 */
// The reply's value has the shape that the named capability promises; only its caller knows it.
// oxlint-disable-next-line typescript/no-explicit-any
export function call(
  name: string,
  args: unknown,
  body?: Uint8Array,
): Promise<{ value: any; body: Uint8Array | undefined }> {
  return new NativePromise((resolve, reject) => {
    if (ended) throw new GuestError("EXECUTION_ENDED", `${name} was called after the execution had ended`);
    if (made >= allowed) {
      throw new GuestError(
        "CAPABILITY_CALL_LIMIT",
        `the script made ${made + 1} capability calls, its limit capabilityCalls is ${allowed}`,
      );
    }
    made++;
    checkName(name);
    const json = encode(args, MAX_ARGUMENT_CHARS, CODES);
    const send = (): void => {
      const id = ++lastId;
      mapSet(open, id, { resolve: resolve as OpenCall["resolve"], reject });
      emit(Emission.Call, id, `${name}\0${json}`, body);
    };
    if (mapSize(open) < MAX_OPEN_CALLS) send();
    else wait(send);
  });
}

function checkName(name: unknown): void {
  if (typeof name === "string" && name.length <= MAX_NAME_CHARS) return;
  throw new GuestError(
    "CAPABILITY_UNKNOWN",
    `a capability is named by a string of at most ${MAX_NAME_CHARS} characters`,
  );
}

/** The host answered. */
export function settleCall(id: number, json: string, body: Uint8Array | undefined): void {
  const settled = take(id);
  settled?.resolve({ value: jsonParse(json) as never, body });
}

/** The host refused or failed. */
export function refuseCall(id: number, code: string, message: string): void {
  take(id)?.reject(new GuestError(code, message));
}

function take(id: number): OpenCall | undefined {
  const settled = mapGet(open, id);
  mapDelete(open, id);
  const next = firstWaiting;
  if (next) {
    firstWaiting = next.next;
    if (!firstWaiting) lastWaiting = undefined;
    next.send();
  }
  return settled;
}

function wait(send: () => void): void {
  const waiting: WaitingCall = { send, next: undefined };
  if (lastWaiting) lastWaiting.next = waiting;
  else firstWaiting = waiting;
  lastWaiting = waiting;
}
