import { bridgeRunnerBundle, bridgeWatchdogBundle } from "#bundles";
import { BridgeRunner } from "../src/bridges/process/bridge-runner.ts";
import type { ProcessTransport } from "../src/bridges/process/process-engine.ts";
import { findEngineAddon } from "../src/supervisor/addon.ts";
import { listRunners } from "./processes.ts";
import { testJail } from "./runners.ts";

/** A kernel whose messages are code, with `ask` in scope; what the code gives is sent back as text. */
const CODE_KERNEL = "globalThis.__attachBridge = (ask) => (code) => String(new Function('ask', code)(ask));";

/**
 * A process that says it is up, waits for the first message, and then runs the given code, which has `send(kind, text)`,
 * `receive()`, `fs`, and the descriptors `read` and `write`.
 */
const ROGUE = `
const fs = require("node:fs");
const { read, write } = globalThis.boot.descriptors;
const send = (kind, text) => {
  const bytes = Buffer.alloc(9 + Buffer.byteLength(text));
  bytes.writeUInt32LE(bytes.length - 4, 0);
  bytes[4] = kind;
  bytes.write(text, 9);
  fs.writeSync(write, bytes);
};
const receive = () => fs.readSync(read, Buffer.alloc(1024));
send(1, "");
receive();
`;

export const MEMORY_LIMIT_MB = 64;

export interface TestBridgeRunnerOptions {
  readonly transport: ProcessTransport;
  /** Runs in the place of a runner. Default: a runner, with {@link CODE_KERNEL}. */
  readonly program?: string;
  readonly onLost?: () => void;
}

/** Starts one runner process behind no bridge. */
export async function startBridgeRunner(options: TestBridgeRunnerOptions): Promise<BridgeRunner> {
  const { transport, onLost = () => {} } = options;
  const runner = new BridgeRunner({
    jail: testJail(),
    addonPath: findEngineAddon(),
    program: options.program ?? (await bridgeRunnerBundle()),
    boot: { memoryLimitMb: MEMORY_LIMIT_MB, guestScripts: [CODE_KERNEL] },
    memoryLimitMb: MEMORY_LIMIT_MB,
    isSynchronous: transport === "fifos",
    watchdog: await bridgeWatchdogBundle(),
    onLost,
  });
  try {
    await runner.ready;
  } catch (error) {
    await runner.close();
    throw error;
  }
  return runner;
}

/** As {@link startBridgeRunner}, but what answers the first message is the given code; see {@link ROGUE}. */
export function startBridgeRogue(code: string, options: TestBridgeRunnerOptions): Promise<BridgeRunner> {
  return startBridgeRunner({ ...options, program: `${ROGUE}\n${code}` });
}

/** Kills every runner process that this process has, as the system does when memory runs out. */
export function killRunners(): void {
  for (const pid of listRunners()) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It went with its wrapper.
    }
  }
}
