import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fchownSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { DatabaseError } from "../errors.ts";
import type { ServerFolders } from "./folders.ts";
import type { ServerUser } from "./server-user.ts";

export const ADMINISTRATOR = "postgres";

/**
 * Makes PostgreSQL's data folder (`initdb`) unless it is there; an interrupted attempt is begun anew. Returns the
 * administrator's password.
 *
 * @throws DatabaseError `EMBEDDED_DATABASE_VERSION` when another major version wrote it, `EMBEDDED_DATABASE_START`
 * when `initdb` fails.
 */
export function ensureCluster(
  { root, cluster }: ServerFolders,
  binaries: string,
  version: string,
  user: ServerUser | undefined,
): string {
  if (!existsSync(cluster)) createCluster(cluster, binaries, ensurePassword(root), user);
  const written = readFileSync(join(cluster, "PG_VERSION"), "utf8").trim();
  const major = version.split(".")[0];
  if (written !== major) {
    throw new DatabaseError(
      "EMBEDDED_DATABASE_VERSION",
      `The data in ${cluster} was written by PostgreSQL ${written}; this Skerry brings PostgreSQL ${major}.`,
    );
  }
  return ensurePassword(root);
}

function ensurePassword(root: string): string {
  const file = join(root, "password");
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("hex"), { mode: 0o600, flag: "wx" });
  return readFileSync(file, "utf8");
}

function createCluster(
  cluster: string,
  binaries: string,
  password: string,
  user: ServerUser | undefined,
): void {
  const unfinished = `${cluster}.unfinished`;
  const passwordFile = join(dirname(cluster), "initdb-password");
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  writePrivately(passwordFile, password, user);
  const { status, stderr, error } = spawnSync(
    join(binaries, "bin", "initdb"),
    [
      `--pgdata=${unfinished}`,
      `--username=${ADMINISTRATOR}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // PostgreSQL's own collation: the same on every machine, whatever its C library knows.
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
    ],
    { ...user, cwd: "/", env: {}, encoding: "utf8" },
  );
  rmSync(passwordFile);
  if (status !== 0) {
    throw new DatabaseError("EMBEDDED_DATABASE_START", `initdb failed: ${error?.message ?? stderr.trim()}`);
  }
  renameSync(unfinished, cluster);
}

/** The folder belongs to the server's user, so nothing that lies there is followed or overwritten. */
function writePrivately(file: string, text: string, user: ServerUser | undefined): void {
  const descriptor = openSync(file, "wx", 0o600);
  try {
    if (user !== undefined) fchownSync(descriptor, user.uid, user.gid);
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}
