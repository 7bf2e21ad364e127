import { readFile } from "node:fs/promises";

let runner: Promise<string> | undefined;
let bareGuest: Promise<string> | undefined;
let bridgeKernel: Promise<string> | undefined;

/** The program of a runner process: CommonJS text without imports other than Node's own. */
export function runnerBundle(): Promise<string> {
  runner ??= readFile(new URL("./runner.js", import.meta.url), "utf8");
  return runner;
}

/** The smallest guest bundle. */
export function bareGuestBundle(): Promise<string> {
  bareGuest ??= readFile(new URL("./bare-guest.js", import.meta.url), "utf8");
  return bareGuest;
}

/** The script that every bridge's engine evaluates first. It leaves one global, `__attachBridge`. */
export function bridgeKernelBundle(): Promise<string> {
  bridgeKernel ??= readFile(new URL("./bridge-kernel.js", import.meta.url), "utf8");
  return bridgeKernel;
}

let quickJs: Promise<BufferSource> | undefined;

/** QuickJS as a WebAssembly module, metered. */
export function quickJsWasm(): Promise<BufferSource> {
  quickJs ??= readFile(new URL("./quickjs.wasm", import.meta.url));
  return quickJs;
}
