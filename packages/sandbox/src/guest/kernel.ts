import { endCalls, openCalls, refuseCall, resetCalls, settleCall } from "./calls.ts";
import { createConsole, resetConsole } from "./console.ts";
import { encode, refuseExcess } from "./encode.ts";
import { GuestError, describeError } from "./errors.ts";
import {
  Delivery,
  Emission,
  type GuestResult,
  type GuestStart,
  type Emit,
  type HostLink,
  attachLink,
  beginTurn,
  emit,
} from "./link.ts";
import { endLog, resetLog } from "./log.ts";
import {
  NativeMap,
  jsonParse,
  mapGet,
  mapSet,
  objectFreeze,
  objectKeys,
  ownValue,
  reflectDefineProperty,
  reflectGetOwnPropertyDescriptor,
} from "./primordials.ts";
import { fixBufferSizes, removeGlobals } from "./realm.ts";
import { cancelStream, demandChunk, sendStream } from "./stream.ts";
import { createTimerGlobals, fireTimer, openTimers, resetTimers } from "./timers.ts";

/** What stands for an output that was sent in chunks. */
const STREAMED = "null";
const RESULT_CODES = { invalid: "OUTPUT_INVALID", limit: "OUTPUT_LIMIT", limitName: "outputBytes" };

/** How an entry calls the program: gets its default export, the input and `ctx`, and gives data back. */
export type Entry = (
  handler: (...args: unknown[]) => unknown,
  input: { value: unknown; body: Uint8Array | undefined },
  ctx: object,
) => Promise<GuestResult>;

/** Adds to `ctx` from what the host says of this execution. */
export type ContextBuilder = (ctx: Record<string, unknown>, meta: Record<string, unknown>) => void;

const entries = new NativeMap<string, Entry>();
let buildContext: ContextBuilder = () => {};
let running = 0;

/** Names a way to call programs; the host chooses it per execution. Bundles call it while the snapshot is made. */
export function defineEntry(name: string, entry: Entry): void {
  mapSet(entries, name, entry);
}

/**
 * Says what `ctx` holds. What the host says is frozen already, and `ctx` is frozen afterwards; functions and namespaces
 * of its own a builder freezes once, while the snapshot is made.
 */
export function defineContext(build: ContextBuilder): void {
  buildContext = build;
}

/**
 * Prepares the realm and leaves one global, `__attach`, for the runner to call and delete before guest code.
 * A bundle calls it first.
 */
export function installKernel(): void {
  fixBufferSizes();
  defineGlobal("console", createConsole());
  const timers = createTimerGlobals();
  for (const name of Object.keys(timers)) defineGlobal(name, timers[name]);
  defineEntry("call", async (handler, input, ctx) => ({ value: await handler(input.value, ctx) }));
  defineGlobal("__attach", attach);
}

/** Installs a global as browsers have them: writable, configurable, not enumerable. */
export function defineGlobal(name: string, value: unknown): void {
  reflectDefineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

function attach(emitLater: Emit, emitNow: Emit, entropy: HostLink["entropy"]): typeof deliver {
  removeGlobals();
  attachLink({ emitLater, emitNow, entropy });
  return deliver;
}

/** The runner's only way in. */
function deliver(
  kind: number,
  isInline: boolean,
  a: string | number,
  b: string,
  c: unknown,
  program: unknown,
  context: string,
): void {
  beginTurn(isInline);
  switch (kind) {
    case Delivery.Start:
      void run(
        jsonParse(a as string) as GuestStart,
        b,
        c as Uint8Array | undefined,
        program as object,
        context,
      );
      break;
    case Delivery.Reply:
      settleCall(a as number, b, c as Uint8Array | undefined);
      break;
    case Delivery.Refuse:
      refuseCall(a as number, b, c as string);
      break;
    case Delivery.FireTimer:
      fireTimer(a as number);
      break;
    case Delivery.Demand:
      demandChunk();
      break;
    case Delivery.CancelStream:
      cancelStream();
      break;
  }
}

async function run(
  start: GuestStart,
  inputJson: string,
  body: Uint8Array | undefined,
  program: object,
  context: string,
): Promise<void> {
  const execution = ++running;
  const { limits } = start;
  resetCalls(limits.capabilityCalls);
  resetTimers();
  resetLog(limits.logBytes);
  resetConsole();
  try {
    const handler = ownExport(program, "default");
    const entry = mapGet(entries, start.entry);
    if (!entry) throw new GuestError("SCRIPT_INVALID", `the entry "${start.entry}" does not exist`);
    const ctx: Record<string, unknown> = {};
    buildContext(ctx, freezeData(jsonParse(context)) as Record<string, unknown>);
    objectFreeze(ctx);
    const result = await entry(handler, { value: jsonParse(inputJson), body }, ctx);
    const json = encode(result.value, limits.outputBytes, RESULT_CODES);
    const content = result.body;
    const size = json.length + (content === undefined ? 0 : sizeOf(content));
    if (size > limits.outputBytes) {
      throw refuseExcess("result", size, limits.outputBytes, RESULT_CODES);
    }
    if (result.chunks) await sendStream(json, result.chunks, limits.outputBytes);
    if (execution === running) end(Emission.Complete, result.chunks ? STREAMED : json, undefined, content);
  } catch (error) {
    const { code, message, stack } = describeError(error);
    if (execution === running) end(Emission.Fail, code, message, stack);
  }
}

/** Text counts as one byte a character here; the supervisor counts it exactly. */
function sizeOf(body: string | Uint8Array): number {
  return typeof body === "string" ? body.length : body.byteLength;
}

function end(kind: number, a: string, b?: string, c?: string | Uint8Array): void {
  endCalls();
  endLog();
  // Whoever reuses this context must know whether anything of this execution can still wake up.
  const isClean = openCalls() === 0 && openTimers() === 0;
  resetTimers();
  emit(kind, a, b ?? (isClean ? "clean" : "open"), c);
}

function ownExport(program: object, name: string): (...args: unknown[]) => unknown {
  // esbuild defines exports as getters on the exports object.
  const descriptor = reflectGetOwnPropertyDescriptor(program, name);
  const value = descriptor?.get ? (program as Record<string, unknown>)[name] : ownValue(program, name);
  if (typeof value !== "function") {
    throw new GuestError(
      "SCRIPT_INVALID",
      `the script must have a function as its default export: export default async function (input, ctx) { … }`,
    );
  }
  return value as (...args: unknown[]) => unknown;
}

/** Freezes what was parsed from JSON, all the way down. */
function freezeData(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const keys = objectKeys(value);
  for (let index = 0; index < keys.length; index++) {
    freezeData((value as Record<string, unknown>)[keys[index] as string]);
  }
  return objectFreeze(value);
}
