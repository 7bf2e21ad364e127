import { readFile } from "node:fs/promises";

let runner: Promise<string> | undefined;
let bareGuest: Promise<string> | undefined;
let bridgeKernel: Promise<string> | undefined;
let bridgeRunner: Promise<string> | undefined;
let bridgeWatchdog: Promise<string> | undefined;
let quickJs: Promise<Uint8Array<ArrayBuffer>> | undefined;
let frame: Promise<string> | undefined;

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

/** The program of a runner process behind a bridge: CommonJS text without imports other than Node's own. */
export function bridgeRunnerBundle(): Promise<string> {
  bridgeRunner ??= readFile(new URL("./bridge-runner.js", import.meta.url), "utf8");
  return bridgeRunner;
}

/** The thread that watches runner processes behind bridges: CommonJS text, as above. */
export function bridgeWatchdogBundle(): Promise<string> {
  bridgeWatchdog ??= readFile(new URL("./bridge-watchdog.js", import.meta.url), "utf8");
  return bridgeWatchdog;
}

/** QuickJS as a WebAssembly module, metered. */
export function quickJsWasm(): Promise<Uint8Array<ArrayBuffer>> {
  quickJs ??= readFile(new URL("./quickjs.wasm", import.meta.url));
  return quickJs;
}

/** The document of the frame in which a page's workers live. */
export function webWorkerFrame(): Promise<string> {
  frame ??= readFile(new URL("./web-worker-frame.html", import.meta.url), "utf8");
  return frame;
}
