import { CapabilityError } from "@skerry/sandbox";
import type { ErrorKind } from "@skerry/sandbox";

/** Every code that `ctx.db` can give to a script, in one place. */
export const DB_ERRORS = {
  DB_SQL_INVALID: {
    kind: "user",
    help: "The SQL does not parse, or names a column, function or type that does not exist or does not fit.",
  },
  DB_SQL_REFUSED: {
    kind: "user",
    help: "The SQL is more than one statement, too large, or uses a construct, function or type that is not open to scripts; docs/database.md lists what is.",
  },
  DB_TABLE_UNKNOWN: {
    kind: "user",
    help: "The host has not opened a table of this name to scripts. The message lists those that are open.",
  },
  DB_COLUMN_UNKNOWN: {
    kind: "user",
    help: "The table has no column of this name that is open to scripts for what was asked. The message lists those that are.",
  },
  DB_NOT_ALLOWED: {
    kind: "user",
    help: "The table is open, but not for this operation, column or row; or a statement that only reads tried to write.",
  },
  DB_VALUE_INVALID: {
    kind: "user",
    help: "A value does not fit the type of its column or parameter, is out of range, or cannot be computed with.",
  },
  DB_UNIQUE: { kind: "user", help: "There is a row with this unique key already." },
  DB_FOREIGN_KEY: {
    kind: "user",
    help: "A row that is referred to does not exist, or one that others refer to would be removed.",
  },
  DB_NOT_NULL: { kind: "user", help: "A column that must have a value would be null." },
  DB_CHECK: { kind: "user", help: "A check of the table does not allow these values." },
  DB_QUOTA: {
    kind: "user",
    help: "The tenant stores as much as its plan allows. Delete something, or have the quota `storedBytes` raised.",
  },
  DB_CONFLICT: {
    kind: "user",
    help: "The transaction lost against another one and was rolled back. Run it again.",
  },
  DB_TIMEOUT: {
    kind: "user",
    help: "A statement or transaction took longer than it may, or waited too long for a row that another one holds.",
  },
  DB_RESULT_LIMIT: {
    kind: "user",
    help: "The result has more rows or bytes than the message names. Select less, or use limit and offset.",
  },
  DB_BUSY: {
    kind: "user",
    help: "The tenant uses all its database connections, or all are in use. Await earlier statements, or try again later.",
  },
  DB_TRANSACTION_OPEN: {
    kind: "user",
    help: "The execution has a transaction already. Transactions cannot be nested, and there is one at a time.",
  },
  DB_TRANSACTION_OVER: {
    kind: "user",
    help: "The transaction has ended, or one of its statements failed and nothing of it is kept.",
  },
  DB_UNAVAILABLE: { kind: "system", help: "The database cannot be reached, or the connection was lost." },
  DB_FAILED: {
    kind: "system",
    help: "PostgreSQL refused the statement for another reason. The message has its SQLSTATE; the host's own triggers and functions give P0001.",
  },
} as const satisfies Record<string, { readonly kind: ErrorKind; readonly help: string }>;

/** A stable code of {@link DB_ERRORS}. */
export type DbErrorCode = keyof typeof DB_ERRORS;

/** An error of {@link DB_ERRORS} for the guest. */
export function createDbError(code: DbErrorCode, message: string): CapabilityError {
  return new CapabilityError(code, message);
}
