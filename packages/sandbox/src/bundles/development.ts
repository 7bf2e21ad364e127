import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { meterModule } from "../bridges/quickjs/wasm-meter.ts";
import { bundleSource } from "./bundle-source.ts";
import { bundleFrame } from "./web-worker-frame.ts";

const QUICKJS_WASM = "@jitl/quickjs-ng-wasmfile-release-sync/wasm";

let runner: Promise<string> | undefined;
let bareGuest: Promise<string> | undefined;
let bridgeKernel: Promise<string> | undefined;
let bridgeRunner: Promise<string> | undefined;
let bridgeWatchdog: Promise<string> | undefined;
let frame: Promise<string> | undefined;
let quickJs: Promise<Uint8Array<ArrayBuffer>> | undefined;

/** The program of a runner process: CommonJS text without imports other than Node's own. */
export function runnerBundle(): Promise<string> {
  runner ??= bundleSource("../runner/main.ts", { platform: "node", format: "cjs" });
  return runner;
}

/** The smallest guest bundle. */
export function bareGuestBundle(): Promise<string> {
  bareGuest ??= bundleSource("../guest/bare.ts", { platform: "neutral", format: "iife" });
  return bareGuest;
}

/** The script that every bridge's engine evaluates first. It leaves one global, `__attachBridge`. */
export function bridgeKernelBundle(): Promise<string> {
  bridgeKernel ??= bundleSource("../bridges/guest/index.ts", { platform: "neutral", format: "iife" });
  return bridgeKernel;
}

/** The program of a runner process behind a bridge: CommonJS text without imports other than Node's own. */
export function bridgeRunnerBundle(): Promise<string> {
  bridgeRunner ??= bundleSource("../runner/bridge-main.ts", { platform: "node", format: "cjs" });
  return bridgeRunner;
}

/** The thread that watches runner processes behind bridges: CommonJS text, as above. */
export function bridgeWatchdogBundle(): Promise<string> {
  bridgeWatchdog ??= bundleSource("../bridges/process/watchdog-thread.ts", {
    platform: "node",
    format: "cjs",
  });
  return bridgeWatchdog;
}

/** QuickJS as a WebAssembly module, metered. */
export function quickJsWasm(): Promise<Uint8Array<ArrayBuffer>> {
  quickJs ??= readFile(createRequire(import.meta.url).resolve(QUICKJS_WASM)).then(meterModule);
  return quickJs;
}

/** The document of the frame in which a page's workers live. */
export function webWorkerFrame(): Promise<string> {
  frame ??= bundleFrame();
  return frame;
}
