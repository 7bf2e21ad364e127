import { createDbError } from "../errors.ts";

const MAX_SQL_BYTES = 32 * 1024;
/** The parser is recursive: with more of these its stack could end. Figures have room for what people write. */
const MAX_NESTING = 100;
const MAX_OPERATORS = 1_000;
const MAX_WORDS = 1_000;
/** The parser takes quadratic time over comments within comments. */
const MAX_COMMENTS = 50;

const OPERATORS = /[-+*/<>=~!@#%^&|?:]/g;
/** Words that put what was before them, or what comes after them, one level deeper. */
const DEEPENING_WORDS =
  /\b(?:and|at|between|case|collate|except|in|intersect|is|isnull|join|like|ilike|not|notnull|operator|or|similar|union)\b/gi;

/**
 * Refuses what would keep the parser busy for long, before it sees any of it. Text within quotes counts as well: long
 * texts belong into parameters.
 *
 * @throws CapabilityError `DB_SQL_REFUSED`.
 */
export function checkSqlBounds(sql: string): void {
  const bytes = Buffer.byteLength(sql);
  if (bytes > MAX_SQL_BYTES) refuse(`has ${bytes} bytes; at most ${MAX_SQL_BYTES} are allowed`);
  if (sql.includes("\0") || !sql.isWellFormed()) refuse("holds a NUL or half a character");
  if (countOf(sql, /\/\*/g) > MAX_COMMENTS) refuse(`has more than ${MAX_COMMENTS} comments`);
  if (countOf(sql, OPERATORS) > MAX_OPERATORS) refuse(`has more than ${MAX_OPERATORS} operators`);
  if (countOf(sql, DEEPENING_WORDS) > MAX_WORDS)
    refuse(`has more than ${MAX_WORDS} words such as AND and UNION`);
  if (deepestNesting(sql) > MAX_NESTING) refuse(`nests brackets deeper than ${MAX_NESTING}`);
}

function countOf(sql: string, pattern: RegExp): number {
  return sql.match(pattern)?.length ?? 0;
}

function deepestNesting(sql: string): number {
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < sql.length; index++) {
    const code = sql.charCodeAt(index);
    if (code === 0x28 || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x29 || code === 0x5d) depth--;
  }
  return deepest;
}

function refuse(reason: string): never {
  throw createDbError("DB_SQL_REFUSED", `The SQL ${reason}. Hand values over as parameters.`);
}
