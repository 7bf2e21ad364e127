import { NativeRangeError, NativeTypeError, reflectConstruct, reflectDefineProperty } from "./primordials.ts";

/** Globals that a guest must not have, with the reason. Everything else in a bare realm stays. */
const REMOVED = [
  // Memory outside every limit, and compiled code that nobody checks.
  "WebAssembly",
  // Shared memory is a clock and leaves the isolate.
  "SharedArrayBuffer",
  "Atomics",
  // When memory is collected is nobody's business, and callbacks would come after the end.
  "WeakRef",
  "FinalizationRegistry",
  // Its clock ticks in nanoseconds, which is a tool for side channels.
  "Temporal",
] as const;

const { deleteProperty } = Reflect;

/** Takes away what no guest may have. Runs in every new context, because V8 puts some back after a snapshot. */
export function removeGlobals(): void {
  for (let index = 0; index < REMOVED.length; index++) deleteProperty(globalThis, REMOVED[index] as string);
}

/** Buffers that grow after creation escape isolated-vm's accounting: their constructor option is refused. */
export function fixBufferSizes(): void {
  const Native = ArrayBuffer;
  const prototype = Native.prototype;
  function FixedArrayBuffer(length: unknown, options?: { maxByteLength?: unknown }): unknown {
    if (!new.target) throw new NativeTypeError("Constructor ArrayBuffer requires 'new'");
    if (options?.maxByteLength !== undefined) {
      throw new NativeRangeError("ArrayBuffer: resizable buffers are not available here");
    }
    return reflectConstruct(Native, [length], new.target);
  }
  reflectDefineProperty(FixedArrayBuffer, "name", { value: "ArrayBuffer", configurable: true });
  reflectDefineProperty(FixedArrayBuffer, "length", { value: 1, configurable: true });
  for (const key of Reflect.ownKeys(Native)) {
    if (key === "name" || key === "length") continue;
    const descriptor = Reflect.getOwnPropertyDescriptor(Native, key);
    if (descriptor) reflectDefineProperty(FixedArrayBuffer, key, descriptor);
  }
  for (const name of ["resize", "resizable", "maxByteLength"]) deleteProperty(prototype, name);
  reflectDefineProperty(prototype, "constructor", {
    value: FixedArrayBuffer,
    writable: true,
    configurable: true,
  });
  reflectDefineProperty(globalThis, "ArrayBuffer", {
    value: FixedArrayBuffer,
    writable: true,
    configurable: true,
  });
}
