import { spawnSync } from "node:child_process";
import { SandboxError } from "../errors.ts";

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

export const WALL_NAMES = ["permissions", "user", "namespaces", "privileges", "memory"] as const;
export type WallName = (typeof WALL_NAMES)[number];

const PROBE_TIMEOUT_MS = 5_000;
/** The conventional ids of `nobody`; they own nothing. */
const NOBODY_ID = 65_534;
/** Address space of a runner: V8 reserves widely, so this only stops what runs away between two looks. */
const ADDRESS_SPACE_BYTES = 16 * 1024 ** 3;

/**
 * Commands that lock a process in, each started by the one before it. Namespaces come after the change of user,
 * so that even root of this machine is nobody inside and out.
 */
const WALL_COMMANDS: Record<Exclude<WallName, "permissions">, readonly string[]> = {
  user: ["setpriv", `--reuid=${NOBODY_ID}`, `--regid=${NOBODY_ID}`, "--clear-groups"],
  namespaces: [
    "unshare",
    "--user",
    "--map-current-user",
    "--net",
    "--pid",
    "--ipc",
    "--uts",
    "--fork",
    "--kill-child",
  ],
  privileges: ["setpriv", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"],
  memory: ["prlimit", `--as=${ADDRESS_SPACE_BYTES}`, "--core=0", "--fsize=0", "--nofile=64"],
};

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
  let prefix: string[] = [];
  if (process.platform === "linux") {
    for (const name of ["user", "namespaces", "privileges", "memory"] as const) {
      if (!isWanted(name) || (name === "user" && process.getuid?.() !== 0)) continue;
      const longer = [...prefix, ...WALL_COMMANDS[name]];
      if (!runs(longer)) continue;
      prefix = longer;
      active.add(name);
    }
  }
  const walls = WALL_NAMES.map((name) => describeWall(name, active.has(name)));
  const isFull = walls.every(
    ({ name, active: isActive }) => isActive || (name === "user" && process.getuid?.() !== 0),
  );
  const level = policy === "none" ? "none" : isFull ? "full" : "partial";
  if (policy === "strict" && level !== "full") throw unavailable(walls);
  return { report: { level, walls }, prefix, permissions: active.has("permissions") };
}

/** What level runners reach on this machine. */
export function detectIsolation(policy: IsolationPolicy = "full"): IsolationReport {
  return probeJail(policy === "strict" ? "full" : policy).report;
}

function runs(prefix: readonly string[]): boolean {
  const [command = "", ...args] = prefix;
  return (
    spawnSync(command, [...args, "true"], { timeout: PROBE_TIMEOUT_MS, cwd: "/", stdio: "ignore" }).status ===
    0
  );
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
