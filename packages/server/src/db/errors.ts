import pg from "pg";

/** Every code that the database room can give, in one place: whose fault, and how to mend it. */
export const DATABASE_ERRORS = {
  DATABASE_UNAVAILABLE: {
    kind: "system",
    help: "PostgreSQL cannot be reached. Check that it runs and that DATABASE_URL names it; Skerry reconnects by itself.",
  },
  DATABASE_URL_INVALID: {
    kind: "system",
    help: "DATABASE_URL has the form postgresql://user:password@host:5432/database, percent-encoded where needed.",
  },
  DATABASE_VERSION: {
    kind: "system",
    help: "The PostgreSQL server is too old. Skerry needs version 15 or newer.",
  },
  DATABASE_RIGHTS: {
    kind: "system",
    help: "The database user lacks a right that Skerry needs. The message holds the SQL that grants it.",
  },
  DATABASE_NEWER: {
    kind: "system",
    help: "A newer Skerry has migrated this database. Start that version, or restore a backup from before.",
  },
  DATABASE_EMPTY: {
    kind: "user",
    help: "The database holds no tables of this version of Skerry. Check DATABASE_URL and SKERRY_DATA_DIR, or start Skerry on it first.",
  },
  EMBEDDED_DATABASE_IN_USE: {
    kind: "system",
    help: "Another Skerry process uses this data folder. Stop it, or choose another folder with SKERRY_DATA_DIR.",
  },
  EMBEDDED_DATABASE_UNSUPPORTED: {
    kind: "system",
    help: "There is no embedded PostgreSQL that runs on this machine. Set DATABASE_URL to a PostgreSQL server.",
  },
  EMBEDDED_DATABASE_FOLDER: {
    kind: "system",
    help: "The data folder cannot be used by the user that PostgreSQL runs as. Choose another with SKERRY_DATA_DIR.",
  },
  EMBEDDED_DATABASE_VERSION: {
    kind: "system",
    help: "The data folder was written by another major version of PostgreSQL. Move it with pg_dump and pg_restore.",
  },
  EMBEDDED_DATABASE_START: {
    kind: "system",
    help: "The embedded PostgreSQL did not start. The message ends with what it said.",
  },
  TENANT_ID_INVALID: {
    kind: "user",
    help: "A tenant id has 1 to 63 characters out of a-z, 0-9 and the hyphen, and does not begin with the hyphen.",
  },
} as const satisfies Record<string, { readonly kind: "user" | "system"; readonly help: string }>;

/** A stable code of {@link DATABASE_ERRORS}. */
export type DatabaseErrorCode = keyof typeof DATABASE_ERRORS;

/** An error of the database room itself; what a statement does wrong stays the driver's `pg.DatabaseError`. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly code: DatabaseErrorCode;
  readonly kind: "user" | "system";

  constructor(code: DatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.kind = DATABASE_ERRORS[code].kind;
  }
}

/**
 * SQLSTATEs that mean "the server or the connection went away", not "the statement is wrong"
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html): class 08 (but for
 * protocol_violation, which a wrong number of parameters is), admin and crash shutdown, starting
 * up, too many connections.
 */
const LOST_STATES = /^(?:08(?!P01)...|57P0[1-5]|53300)$/;

/** What the driver says, without a code, when its connection dies under a statement or does not come about in time. */
const LOST_MESSAGES =
  /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|timeout expired|Query read timeout)/;

/** The error codes of Node's sockets that mean the server is not there. */
const LOST_SOCKETS =
  /^E(?:CONNREFUSED|CONNRESET|PIPE|NOENT|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN)$|^ENOTFOUND$/;

/** SQLSTATEs of a transaction that lost against another one: serialization_failure, deadlock_detected. */
const CONFLICT_STATES = new Set(["40001", "40P01"]);

/** Tells whether the same transaction may succeed when it is run again at once. */
export function isTransactionConflict(error: unknown): boolean {
  return error instanceof pg.DatabaseError && CONFLICT_STATES.has(error.code ?? "");
}

/** Tells whether the same statement may succeed later because only the way to the database is broken. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return (
    code === ("DATABASE_UNAVAILABLE" satisfies DatabaseErrorCode) ||
    LOST_STATES.test(code) ||
    LOST_SOCKETS.test(code) ||
    LOST_MESSAGES.test(error.message)
  );
}
