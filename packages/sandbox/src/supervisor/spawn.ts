import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Duplex } from "node:stream";
import { ADDON_FD, CHANNEL_FD, NODE_FD } from "../protocol/boot.ts";
import type { Jail } from "./isolation.ts";

const NODE_FLAGS = [
  // isolated-vm needs the process to have started without Node's own snapshot.
  "--no-node-snapshot",
  "--no-warnings",
  // WebAssembly would reserve address space by the terabyte.
  "--disable-wasm-trap-handler",
  "--max-old-space-size=256",
];
const PERMISSION_FLAGS = ["--permission", "--allow-addons"];

export interface SpawnOptions {
  readonly jail: Jail;
  /** CommonJS text; it reads `globalThis.boot` first. */
  readonly program: string;
  /** Becomes `globalThis.boot`, together with the path of the engine's native library as `addonPath`. */
  readonly boot: Readonly<Record<string, unknown>>;
  readonly addonPath: string;
}

export interface SpawnedRunner {
  readonly child: ChildProcess;
  readonly socket: Duplex;
}

/**
 * Starts a Node process inside the jail. It has no environment but a fixed time zone, no arguments, no file and
 * no descriptor of ours but its channel; its program arrives on standard input.
 */
export function spawnRunner({ jail, program, boot, addonPath }: SpawnOptions): SpawnedRunner {
  const isWrapped = jail.prefix.length > 0;
  const nodeFd = openSync(process.execPath, "r");
  const addonFd = openSync(addonPath, "r");
  try {
    const flags = [
      ...NODE_FLAGS,
      ...(jail.permissions ? PERMISSION_FLAGS : []),
      "--input-type=commonjs",
      "-",
    ];
    const node = isWrapped ? `/proc/self/fd/${NODE_FD}` : process.execPath;
    const [command = node, ...args] = [...jail.prefix, node, ...flags];
    const child = spawn(command, args, {
      cwd: "/",
      env: { TZ: "UTC" },
      // A process group of its own: `kill(0)` from inside would reach the host and the other runners.
      detached: true,
      stdio: ["pipe", "ignore", "pipe", "pipe", nodeFd, addonFd],
    });
    const bootText = JSON.stringify({
      ...boot,
      addonPath: isWrapped ? `/proc/self/fd/${ADDON_FD}` : addonPath,
    });
    // A process that dies at once closes the pipe before it is read; its exit is reported on its own.
    child.stdin?.on("error", () => {});
    child.stdin?.end(`globalThis.boot=${bootText};\n${program}`);
    return { child, socket: child.stdio[CHANNEL_FD] as Duplex };
  } finally {
    closeSync(nodeFd);
    closeSync(addonFd);
  }
}
