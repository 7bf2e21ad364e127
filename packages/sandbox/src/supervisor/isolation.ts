import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { SandboxError } from "../errors.ts";
import { NODE_FD } from "../protocol/boot.ts";
import { OWN_ROOT_SCRIPT } from "./own-root.ts";

/**
 * How far runners are locked in: `full` with every wall, `partial` with Node's permission model and whatever
 * the system allows, `none` when the walls around the process were switched off.
 */
export type IsolationLevel = "full" | "partial" | "none";

/** What the installation asks for. `full` takes what it can get; `strict` refuses to start below it. */
export type IsolationPolicy = "full" | "strict" | "none";

/** One wall around a runner process. */
export interface Wall {
  readonly name: WallName;
  readonly active: boolean;
  /** What it does, or why it is missing and how to get it. */
  readonly detail: string;
}

/** What was reached on this machine. */
export interface IsolationReport {
  readonly level: IsolationLevel;
  readonly walls: readonly Wall[];
}

export const WALL_NAMES = [
  "permissions",
  "user",
  "namespaces",
  "filesystem",
  "privileges",
  "memory",
] as const;
export type WallName = (typeof WALL_NAMES)[number];

const PROBE_TIMEOUT_MS = 5_000;
/** The conventional ids of `nobody`; they own nothing. */
const NOBODY_ID = 65_534;
/**
 * Address space of a runner: V8 reserves 0.8 GiB for each isolate, of which there may be 31, so this only stops what runs
 * away between two looks.
 */
const ADDRESS_SPACE_BYTES = 32 * 1024 ** 3;

/** A process goes with the one that started it; without this, one that never comes to rest outlives a killed host. */
const DIE_WITH_PARENT = "--pdeathsig=KILL";
/** After the change of user, which would make the kernel forget the wish. */
const UNSHARE = [
  "setpriv",
  DIE_WITH_PARENT,
  "unshare",
  "--user",
  "--net",
  "--pid",
  "--ipc",
  "--uts",
  "--fork",
  "--kill-child",
];

/**
 * Commands that lock a process in, each started by the one before it. Namespaces come after the change of user, so
 * that even root of this machine is nobody outside of them; the root that building a file system needs is one inside
 * them only, and loses every right before the program starts.
 */
const WALL_COMMANDS = {
  user: ["setpriv", `--reuid=${NOBODY_ID}`, `--regid=${NOBODY_ID}`, "--clear-groups"],
  namespaces: [...UNSHARE, "--map-current-user"],
  filesystem: [...UNSHARE, "--map-root-user", "--mount", "sh", "-c", OWN_ROOT_SCRIPT, "sh"],
  privileges: ["setpriv", DIE_WITH_PARENT, "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"],
  memory: ["prlimit", `--as=${ADDRESS_SPACE_BYTES}`, "--core=0", "--fsize=0", "--nofile=64"],
} as const;

const DETAILS: Record<WallName, { active: string; missing: string }> = {
  permissions: {
    active: "Node's permission model: no files, network, child processes, workers or further native code",
    missing: "switched off",
  },
  user: {
    active: `runners run as uid ${NOBODY_ID}`,
    missing: "runners keep the uid of this process, which is not root",
  },
  namespaces: {
    active:
      "own user, network, process, ipc and host name namespaces: no network device, no other process in sight",
    missing:
      "`unshare --user --net --pid` is refused: allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0)",
  },
  filesystem: {
    active: "own root folder: the system's programs and libraries, read-only, and nothing else",
    missing:
      "a mount namespace with its own /proc is refused: allow user namespaces, and in a container leave /proc unmasked (Docker: --security-opt systempaths=unconfined)",
  },
  privileges: {
    active: "no_new_privs, and no capability can be gained",
    missing: "`setpriv` is missing or refused: install util-linux",
  },
  memory: {
    active: "address space, file size, core and descriptor limits by prlimit",
    missing: "`prlimit` is missing or refused: install util-linux",
  },
};

/** A probed jail: what was reached, and the command line in front of a runner. */
export interface Jail {
  readonly report: IsolationReport;
  /** Empty, or a program with arguments that runs what follows it. */
  readonly prefix: readonly string[];
  /** Node's permission model is on. */
  readonly permissions: boolean;
}

/** What may be left out; for the tests that show that each wall holds something. */
export interface JailOptions {
  readonly without?: readonly WallName[];
}

/**
 * Tries which walls this machine allows. Takes some tens of milliseconds; do it once per process.
 *
 * @throws SandboxError `ISOLATION_UNAVAILABLE` under `strict` when a wall is missing.
 */
export function probeJail(policy: IsolationPolicy, { without = [] }: JailOptions = {}): Jail {
  const isWanted = (name: WallName): boolean => policy !== "none" && !without.includes(name);
  const active = new Set<WallName>(isWanted("permissions") ? ["permissions"] : []);
  let prefix: readonly string[] = [];
  const add = (command: readonly string[], ...names: WallName[]): boolean => {
    if (process.platform !== "linux" || !names.every(isWanted) || !runs([...prefix, ...command]))
      return false;
    prefix = [...prefix, ...command];
    for (const name of names) active.add(name);
    return true;
  };
  const isRoot = process.getuid?.() === 0;
  if (isRoot) add(WALL_COMMANDS.user, "user");
  // The rights that building a root folder takes must be dropped again, or it is not built.
  const inOwnRoot = [...WALL_COMMANDS.filesystem, ...WALL_COMMANDS.privileges];
  if (!add(inOwnRoot, "namespaces", "filesystem", "privileges")) {
    add(WALL_COMMANDS.namespaces, "namespaces");
    add(WALL_COMMANDS.privileges, "privileges");
  }
  add(WALL_COMMANDS.memory, "memory");
  const walls = WALL_NAMES.map((name) => describeWall(name, active.has(name)));
  const isFull = walls.every((wall) => wall.active || (wall.name === "user" && !isRoot));
  const level = policy === "none" ? "none" : isFull ? "full" : "partial";
  if (policy === "strict" && level !== "full") throw unavailable(walls);
  return { report: { level, walls }, prefix, permissions: active.has("permissions") };
}

/** What level runners reach on this machine. */
export function detectIsolation(policy: IsolationPolicy = "full"): IsolationReport {
  return probeJail(policy === "strict" ? "full" : policy).report;
}

/** Whether our own Node starts behind these commands, the way a runner does. */
function runs(prefix: readonly string[]): boolean {
  const [command = "", ...args] = prefix;
  const nodeFd = openSync(process.execPath, "r");
  try {
    const { status } = spawnSync(command, [...args, `/proc/self/fd/${NODE_FD}`, "--version"], {
      timeout: PROBE_TIMEOUT_MS,
      cwd: "/",
      env: {},
      stdio: ["ignore", "ignore", "ignore", "ignore", nodeFd],
    });
    return status === 0;
  } finally {
    closeSync(nodeFd);
  }
}

function describeWall(name: WallName, active: boolean): Wall {
  const missing = process.platform === "linux" ? DETAILS[name].missing : "needs Linux";
  return { name, active, detail: active ? DETAILS[name].active : missing };
}

function unavailable(walls: readonly Wall[]): SandboxError {
  const missing = walls.filter((wall) => !wall.active).map((wall) => `${wall.name}: ${wall.detail}`);
  return new SandboxError(
    "ISOLATION_UNAVAILABLE",
    `isolation is strict, and these walls are missing: ${missing.join("; ")}`,
  );
}
