import type { DbErrorCode } from "../../capabilities/db/errors.ts";
import { ATTACKS, groupOf } from "../catalogue.ts";
import { type Outcome, either, fails, returns, throws } from "../outcome.ts";

/** `ctx.db` refused it by this code. */
function refuses(code: DbErrorCode): Outcome {
  return throws(new RegExp(`^${code}: `));
}

const isNoStatement = refuses("DB_SQL_REFUSED");
const isNoTable = refuses("DB_TABLE_UNKNOWN");
const isNotAllowed = refuses("DB_NOT_ALLOWED");
const hasNoRows = returns({ rows: [] });

/** What is not one SELECT, INSERT, UPDATE or DELETE of parts that are allowed gets no further than the first wall. */
const REFUSED: Readonly<Record<string, Outcome>> = Object.fromEntries(
  ATTACKS.filter((attack) => groupOf(attack.class) === "sql").map(({ id }) => [id, isNoStatement]),
);

/** sql/*: what a tenant's SQL may not see, change or hold up. */
export const SQL_OUTCOMES: Readonly<Record<string, Outcome>> = {
  ...REFUSED,
  "sql.tenant-switch.20": isNotAllowed,
  "sql.tenant-switch.23": hasNoRows,
  "sql.statement-shape.11": returns({ rows: [{ "?column?": 1 }] }),
  "sql.statement-shape.30": fails(["CAPABILITY_INPUT_LIMIT", "CPU_LIMIT", "MEMORY_LIMIT"]),
  "sql.catalog-leak.01": isNoTable,
  "sql.catalog-leak.02": isNoTable,
  "sql.catalog-leak.04": isNoTable,
  "sql.catalog-leak.05": isNoTable,
  "sql.catalog-leak.07": isNoTable,
  "sql.catalog-leak.08": isNoTable,
  "sql.catalog-leak.10": isNoTable,
  "sql.catalog-leak.11": isNoTable,
  // The row whose key it is belongs to another tenant: it is not shown, and not changed.
  "sql.covert-channel.03": isNotAllowed,
  // Of the tenant's own notes all are numbers. The cast never meets another's.
  "sql.covert-channel.05": hasNoRows,
  "sql.covert-channel.06": isNoTable,
  "sql.covert-channel.08": isNoTable,
  "sql.resource.07": either(refuses("DB_RESULT_LIMIT"), refuses("DB_TIMEOUT")),
  "sql.resource.15": refuses("DB_VALUE_INVALID"),
  "sql.resource.17": fails("CAPABILITY_INPUT_INVALID", /\.toPostgres is a function/),
};
