import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { meterModule } from "../bridges/quickjs/wasm-meter.ts";

const QUICKJS_WASM = "@jitl/quickjs-ng-wasmfile-release-sync/wasm";

/** Bundles one source file into one script. */
async function bundle(
  entry: string,
  options: { platform: "node" | "neutral"; format: "cjs" | "iife" },
): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    target: "es2024",
    conditions: ["@skerry/source"],
    logLevel: "silent",
    ...options,
  });
  return result.outputFiles[0]?.text ?? "";
}

let runner: Promise<string> | undefined;
let bareGuest: Promise<string> | undefined;
let bridgeKernel: Promise<string> | undefined;
let quickJs: Promise<BufferSource> | undefined;

/** The program of a runner process: CommonJS text without imports other than Node's own. */
export function runnerBundle(): Promise<string> {
  runner ??= bundle("../runner/main.ts", { platform: "node", format: "cjs" });
  return runner;
}

/** The smallest guest bundle. */
export function bareGuestBundle(): Promise<string> {
  bareGuest ??= bundle("../guest/bare.ts", { platform: "neutral", format: "iife" });
  return bareGuest;
}

/** The script that every bridge's engine evaluates first. It leaves one global, `__attachBridge`. */
export function bridgeKernelBundle(): Promise<string> {
  bridgeKernel ??= bundle("../bridges/guest/index.ts", { platform: "neutral", format: "iife" });
  return bridgeKernel;
}

/** QuickJS as a WebAssembly module, metered. */
export function quickJsWasm(): Promise<BufferSource> {
  quickJs ??= readFile(createRequire(import.meta.url).resolve(QUICKJS_WASM)).then(meterModule);
  return quickJs;
}
