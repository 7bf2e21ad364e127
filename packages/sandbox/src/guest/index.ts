/**
 * What guest modules of other packages build on. Import it from a bundle that runs inside an isolate, nowhere
 * else; call {@link installKernel} first.
 */
export { call } from "./calls.ts";
export { entropy } from "./entropy.ts";
export { GuestError } from "./errors.ts";
export type { ChunkSource } from "./link.ts";
export { inspect } from "./inspect.ts";
export { defineContext, defineEntry, defineGlobal, installKernel } from "./kernel.ts";
export type { ContextBuilder, Entry } from "./kernel.ts";
export { log } from "./log.ts";
export { clearTimer, setTimer } from "./timers.ts";
