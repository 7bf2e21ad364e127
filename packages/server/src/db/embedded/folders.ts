import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, lchownSync, lstatSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import { DatabaseError } from "../errors.ts";
import type { ServerUser } from "./server-user.ts";

/** The folders of one embedded server. */
export interface ServerFolders {
  /** Ours alone: lock, password, copied binaries. The server's user may pass through it. */
  readonly root: string;
  /** The server user's own: PostgreSQL's data. */
  readonly cluster: string;
  /** The server user's own: holds the socket; short enough for one. */
  readonly socket: string;
}

/** Readable, by name, to nobody else; others may pass through to a folder of theirs. */
const PASSABLE = 0o711;
const PRIVATE = 0o700;

/** `sockaddr_un.sun_path` has 108 bytes on Linux with its NUL, 104 on macOS (unix(7)). */
const SOCKET_PATH_BYTES_MAX = 103;
const SOCKET_NAME = ".s.PGSQL.5432";

/** Where an operating system keeps data of services; only root can use it, and only root needs it. */
const SYSTEM_DATA_DIR = "/var/lib/skerry";

/**
 * Chooses and makes the folders for the wished data folder. Where the server's user cannot reach that, as below
 * `/root`, a folder named after it in `/var/lib/skerry` or the temporary folder takes its place. Data that is already
 * in one of them decides, so that a change of rights never looks like lost data.
 *
 * @throws DatabaseError `EMBEDDED_DATABASE_FOLDER` when none can be used.
 */
export function chooseFolders(
  dataDir: string,
  user: ServerUser | undefined,
  onNotice: (message: string) => void,
): ServerFolders {
  const wished = join(resolve(dataDir), "postgres");
  const candidates = user === undefined ? [wished] : [wished, ...substitutesFor(wished)];
  const inUse = candidates.filter((root) => existsSync(join(clusterFolder(root), "PG_VERSION")));
  const problems: string[] = [];
  for (const root of inUse.length > 0 ? inUse : candidates) {
    const problem = tryFolder(root, user);
    if (problem === undefined) {
      if (root !== wished) onNotice(substituteNotice(wished, root));
      return { root, cluster: clusterFolder(root), socket: chooseSocketFolder(root, user) };
    }
    problems.push(`${root}: ${problem}`);
  }
  throw new DatabaseError(
    "EMBEDDED_DATABASE_FOLDER",
    `No folder for the embedded PostgreSQL can be used (${problems.join("; ")}). Choose one with SKERRY_DATA_DIR.`,
  );
}

function clusterFolder(root: string): string {
  return join(root, "server", "cluster");
}

function substitutesFor(wished: string): string[] {
  const name = shortHash(wished);
  return [join(SYSTEM_DATA_DIR, name), join(tmpdir(), `skerry-${name}`)];
}

function substituteNotice(wished: string, root: string): string {
  const temporary = root.startsWith(SYSTEM_DATA_DIR)
    ? ""
    : " A temporary folder may be emptied at a restart of the machine.";
  return (
    `The data is in ${root}, because the user that PostgreSQL runs as could not reach ${wished} ` +
    `(root cannot run it).${temporary} Set SKERRY_DATA_DIR to choose another folder.`
  );
}

/** What is wrong with the folder, or undefined once it and its `server` folder are there and usable. */
function tryFolder(root: string, user: ServerUser | undefined): string | undefined {
  try {
    makePassable(root);
    claimFolder(join(root, "server"), user);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return canEnter(join(root, "server"), user) ? undefined : "the server's user cannot reach it";
}

/** The root itself when its path is short enough for a socket, else a folder named after it in the temporary one. */
function chooseSocketFolder(root: string, user: ServerUser | undefined): string {
  const inside = join(root, "server");
  const temporaries = [...new Set([tmpdir(), "/tmp"])].map((folder) =>
    join(folder, `skerry-socket-${shortHash(root)}`),
  );
  for (const folder of [inside, ...temporaries]) {
    if (Buffer.byteLength(join(folder, SOCKET_NAME)) > SOCKET_PATH_BYTES_MAX) continue;
    claimFolder(folder, user);
    if (canEnter(folder, user)) return folder;
  }
  throw new DatabaseError(
    "EMBEDDED_DATABASE_FOLDER",
    `The path ${inside} is too long for a socket (${SOCKET_PATH_BYTES_MAX} bytes), and no temporary folder can be used.`,
  );
}

/** Removes the socket's folder where it is one of its own in the temporary folder. The server has stopped. */
export function removeSocketFolder({ root, socket }: ServerFolders): void {
  if (!socket.startsWith(root)) rmSync(socket, { recursive: true, force: true });
}

/** Makes the folder and its missing parents such that others may pass through. */
function makePassable(path: string): void {
  if (!existsSync(dirname(path))) makePassable(dirname(path));
  makeFolder(path, PASSABLE);
  refuseForeign(path, process.getuid?.());
}

/** Makes the folder and gives it to the server's user. One that someone else put there is refused, as are links. */
function claimFolder(path: string, user: ServerUser | undefined): void {
  if (makeFolder(path, PRIVATE) && user !== undefined) lchownSync(path, user.uid, user.gid);
  refuseForeign(path, user?.uid ?? process.getuid?.());
}

function makeFolder(path: string, mode: number): boolean {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  // What mkdir was told is cut by the umask.
  chmodSync(path, mode);
  return true;
}

function refuseForeign(path: string, uid: number | undefined): void {
  const facts = lstatSync(path);
  if (!facts.isDirectory()) throw new Error("it is not a folder");
  if (uid !== undefined && facts.uid !== uid) {
    throw new Error(`it belongs to user ${facts.uid}, not to user ${uid}`);
  }
}

/** Asks as the server's user rather than reading modes: lists and mounts have a say as well. */
function canEnter(path: string, user: ServerUser | undefined): boolean {
  if (user === undefined) return true;
  return (
    spawnSync("/bin/sh", ["-c", 'cd -- "$0" && test -w .', path], {
      ...user,
      cwd: "/",
      env: {},
      stdio: "ignore",
    }).status === 0
  );
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
