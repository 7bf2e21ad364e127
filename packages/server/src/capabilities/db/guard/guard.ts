import { hasSqlDetails, loadModule, parseSync } from "libpg-query";
import { LRUCache } from "lru-cache";
import { createDbError } from "../errors.ts";
import type { GuardedStatement } from "./statement.ts";
import { checkSqlBounds } from "./text-bounds.ts";
import { inspectTree } from "./tree.ts";

/** Characters of SQL whose outcome is remembered. */
const MAX_REMEMBERED_CHARS = 4 * 1024 * 1024;

/**
 * Tells of an SQL text whether scripts may send it, and what it names: exactly one SELECT, INSERT, UPDATE or DELETE, made
 * of what `allowed-sql.ts` lists. It is the first wall, for good messages and for what rights in PostgreSQL cannot
 * express; the others do not rely on it.
 *
 * @throws CapabilityError `DB_SQL_INVALID` or `DB_SQL_REFUSED`.
 */
export type SqlGuard = (sql: string) => Promise<GuardedStatement>;

/** Remembers texts that it let through. The parser, which is WebAssembly, is loaded for the first text. */
export function createSqlGuard(): SqlGuard {
  const remembered = new LRUCache<string, GuardedStatement>({
    maxSize: MAX_REMEMBERED_CHARS,
    sizeCalculation: (_, sql) => sql.length + 1,
  });
  return async (sql) => {
    const known = remembered.get(sql);
    if (known !== undefined) return known;
    await loadModule();
    const statement = guardSql(sql);
    remembered.set(sql, statement);
    return statement;
  };
}

function guardSql(sql: string): GuardedStatement {
  checkSqlBounds(sql);
  const [first, ...others] = parse(sql);
  if (first === undefined) throw createDbError("DB_SQL_INVALID", "The SQL holds no statement.");
  if (others.length > 0) {
    throw createDbError(
      "DB_SQL_REFUSED",
      `The SQL holds ${others.length + 1} statements; send them one by one, in ctx.db.transaction where they belong together.`,
    );
  }
  return { text: sql, ...inspectTree(first) };
}

function parse(sql: string): Record<string, unknown>[] {
  try {
    const { stmts = [] } = sql.trim() === "" ? {} : parseSync(sql);
    return stmts.map(({ stmt }) => stmt as Record<string, unknown>);
  } catch (error) {
    // What is not about the text is the parser's own end, of its stack above all.
    if (!hasSqlDetails(error)) throw createDbError("DB_SQL_REFUSED", "The SQL is too complex.");
    const at = error.sqlDetails?.cursorPosition;
    const place = at === undefined ? "" : `, at character ${at + 1}`;
    throw createDbError("DB_SQL_INVALID", `The SQL does not parse: ${error.message}${place}.`);
  }
}
