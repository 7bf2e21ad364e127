import { readFileSync } from "node:fs";

import { DatabaseError } from "../errors.ts";

/** The user that PostgreSQL runs as when it is not ourselves; spreads into the options of `spawn`. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** In order of preference: `postgres` owns nothing but databases, `nobody` exists everywhere. */
const USER_NAMES = ["postgres", "nobody"];

/**
 * PostgreSQL refuses to run as root, so root gives it another user; anyone else runs it as themselves (undefined).
 * The user must have an entry in /etc/passwd, because `initdb` looks its name up.
 *
 * @throws DatabaseError `EMBEDDED_DATABASE_UNSUPPORTED` when we are root and there is no such user.
 */
export function findServerUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8");
  for (const name of USER_NAMES) {
    const [, uid, gid] = new RegExp(`^${name}:[^:]*:(-?\\d+):(-?\\d+):`, "m").exec(users) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new DatabaseError(
    "EMBEDDED_DATABASE_UNSUPPORTED",
    `PostgreSQL does not run as root, and /etc/passwd has none of the users ${USER_NAMES.join(", ")} to run it as. ` +
      "Start Skerry as an ordinary user, or set DATABASE_URL.",
  );
}
