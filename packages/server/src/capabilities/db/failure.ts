import { CapabilityError } from "@skerry/sandbox";
import pg from "pg";
import { isDatabaseUnavailable } from "../../db/errors.ts";
import type { DbErrorCode } from "./errors.ts";
import { createDbError } from "./errors.ts";

type Explain = (error: pg.DatabaseError) => string;

/** The message alone, which speaks of the statement and of values that it could see; never detail, hint or context. */
const ownWords: Explain = ({ message, position }) =>
  `${message}${position === undefined ? "" : `, at character ${position}`}.`;

/**
 * SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html) by what they mean to a script; the first
 * match counts. Where a message could hold a value of a row that the script cannot see, it is not passed on.
 */
const MEANINGS: ReadonlyArray<readonly [state: RegExp, code: DbErrorCode, explain: Explain]> = [
  [/^23505$/, "DB_UNIQUE", ({ constraint }) => `There is such a row already, by the key ${constraint}.`],
  [
    /^23503$/,
    "DB_FOREIGN_KEY",
    ({ constraint }) => `Rows refer to each other by ${constraint}, and one is missing.`,
  ],
  [/^23502$/, "DB_NOT_NULL", ({ column }) => `The column ${column} must have a value.`],
  [/^23514$/, "DB_CHECK", ({ constraint }) => `The check ${constraint} does not allow these values.`],
  [/^23/, "DB_CHECK", ({ constraint }) => `The constraint ${constraint} does not allow these values.`],
  [
    /^42501$/,
    "DB_NOT_ALLOWED",
    () => "The host has not opened this to scripts: another operation, column or row is meant.",
  ],
  [/^25006$/, "DB_NOT_ALLOWED", () => "A statement that only reads tried to write."],
  [/^(?:57014|25P03|25P04)$/, "DB_TIMEOUT", () => "The statement or transaction took longer than it may."],
  [/^55P03$/, "DB_TIMEOUT", () => "A row is held by another transaction."],
  [/^40(?:001|P01)$/, "DB_CONFLICT", () => "The transaction lost against another one; run it again."],
  [
    /^25P02$/,
    "DB_TRANSACTION_OVER",
    () => "A statement of this transaction failed, so nothing of it is kept.",
  ],
  [/^53100$/, "DB_QUOTA", () => "The tenant stores as much as its plan allows."],
  [/^(?:53300|53400)$/, "DB_BUSY", () => "PostgreSQL has no more connections for scripts."],
  [/^(?:22|2F)/, "DB_VALUE_INVALID", ownWords],
  // More or fewer parameters than the statement has.
  [/^08P01$/, "DB_VALUE_INVALID", ownWords],
  [/^42/, "DB_SQL_INVALID", ownWords],
  [/^21/, "DB_SQL_INVALID", ownWords],
  [/^0A/, "DB_SQL_REFUSED", ownWords],
];

/** Turns what a statement failed with into the error for the script. What is no failure of PostgreSQL comes back as it is. */
export function explainFailure(error: unknown): unknown {
  if (error instanceof CapabilityError) return error;
  if (isDatabaseUnavailable(error)) {
    return createDbError("DB_UNAVAILABLE", "The database cannot be reached, or the connection was lost.");
  }
  if (!(error instanceof pg.DatabaseError)) return error;
  const state = error.code ?? "";
  for (const [pattern, code, explain] of MEANINGS) {
    if (pattern.test(state)) return createDbError(code, explain(error));
  }
  return createDbError("DB_FAILED", `PostgreSQL refused the statement (SQLSTATE ${state}).`);
}
