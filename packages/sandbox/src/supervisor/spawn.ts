import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Duplex } from "node:stream";
import { ADDON_FD, CHANNEL_FD, NODE_FD } from "../protocol/boot.ts";
import type { Jail } from "./isolation.ts";

/** Of the Node whose snapshots were compared with V8's own; see {@link chooseSnapshotFlags}. */
const COMPARED_MAJOR = 26;

const NODE_FLAGS = [
  ...chooseSnapshotFlags(process),
  "--no-warnings",
  // WebAssembly would reserve address space by the terabyte.
  "--disable-wasm-trap-handler",
  "--max-old-space-size=256",
];

/**
 * All isolates of a process share V8's read-only heap. Those of isolated-vm need it to be that of V8's own snapshot, and
 * Node starts from another. Where V8 was built so that a snapshot can add nothing to that heap, it is the same in both; see
 * `v8_enable_extensible_ro_snapshot` in Node's configure.py. That was looked at in Node 26 for Linux. Every other Node
 * starts without its snapshot, as isolated-vm asks, which takes twice the CPU time.
 */
export function chooseSnapshotFlags({
  config,
  platform,
  versions,
}: Pick<NodeJS.Process, "config" | "platform" | "versions">): readonly string[] {
  const variables = config.variables as Readonly<Record<string, unknown>>;
  const isSame =
    platform === "linux" &&
    Number.parseInt(versions.node, 10) === COMPARED_MAJOR &&
    variables["v8_enable_extensible_ro_snapshot"] === 0;
  return isSame ? [] : ["--no-node-snapshot"];
}

/** The very file that this process runs, also when another one lies at its path by now: the flags above are for it. */
const OWN_PROGRAM = process.platform === "linux" ? "/proc/self/exe" : process.execPath;
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

/** What a jailed process gets as its descriptors: a pipe to this process, or one that is open here. */
export interface JailedDescriptors {
  /** What {@link composeProgram} gave is to be read here, to its end. */
  readonly program: "pipe" | number;
  readonly errors: "pipe" | number;
  /** Becomes {@link CHANNEL_FD}. */
  readonly channel: "pipe" | number;
  /** Become {@link FURTHER_FD} and those after it. Default: none. */
  readonly further?: readonly number[];
}

/**
 * Starts a Node process inside the jail. It has no environment but a fixed time zone, no arguments, no file and
 * no descriptor of ours but its channel; its program arrives on standard input.
 */
export function spawnRunner(options: SpawnOptions): SpawnedRunner {
  const child = spawnJailed(options, { program: "pipe", errors: "pipe", channel: "pipe" });
  // A process that dies at once closes the pipe before it is read; its exit is reported on its own.
  child.stdin?.on("error", () => {});
  child.stdin?.end(composeProgram(options));
  return { child, socket: child.stdio[CHANNEL_FD] as Duplex };
}

/** What a jailed process reads as its program: the boot record, then the program. */
export function composeProgram({ jail, program, boot, addonPath }: SpawnOptions): string {
  const bootText = JSON.stringify({
    ...boot,
    addonPath: isWrapped(jail) ? `/proc/self/fd/${ADDON_FD}` : addonPath,
  });
  return `globalThis.boot=${bootText};\n${program}`;
}

/** As {@link spawnRunner}, over descriptors of the caller's choice, and without handing over the program. */
export function spawnJailed(
  { jail, addonPath }: Pick<SpawnOptions, "jail" | "addonPath">,
  { program, errors, channel, further = [] }: JailedDescriptors,
): ChildProcess {
  const nodeFd = openSync(OWN_PROGRAM, "r");
  const addonFd = openSync(addonPath, "r");
  try {
    const flags = [
      ...NODE_FLAGS,
      ...(jail.permissions ? PERMISSION_FLAGS : []),
      "--input-type=commonjs",
      "-",
    ];
    const node = isWrapped(jail) ? `/proc/self/fd/${NODE_FD}` : process.execPath;
    const [command = node, ...args] = [...jail.prefix, node, ...flags];
    return spawn(command, args, {
      cwd: "/",
      env: { TZ: "UTC" },
      // A process group of its own: `kill(0)` from inside would reach the host and the other runners.
      detached: true,
      stdio: [program, "ignore", errors, channel, nodeFd, addonFd, ...further],
    });
  } finally {
    closeSync(nodeFd);
    closeSync(addonFd);
  }
}

function isWrapped(jail: Jail): boolean {
  return jail.prefix.length > 0;
}
