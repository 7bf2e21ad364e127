import { z } from "zod";

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 200;

/**
 * Part of every list's query: `limit` 1 to 200, default 50, and the `cursor` of the page before, which holds the key
 * of that page's last item. Only what `isKey` knows as one is let through to a query.
 */
export function createPageQuery(isKey: (text: string) => boolean) {
  return {
    limit: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE),
    cursor: z
      .string()
      .max(200)
      .transform((cursor) => Buffer.from(cursor, "base64url").toString())
      .refine(isKey, "is not a cursor of this list")
      .optional(),
  };
}

/** Which part of a list is wanted. */
export interface PageRequest {
  readonly limit: number;
  /** Key of the last item of the page before. */
  readonly cursor?: string | undefined;
}

/** One page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** For the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** Makes a page of rows that were asked for with a limit of one more than `limit`. */
export function createPage<Row, Item>(
  rows: readonly Row[],
  { limit }: PageRequest,
  keyOf: (row: Row) => string,
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(toItem), nextCursor: more ? encodeCursor(keyOf(last)) : null };
}

function encodeCursor(key: string): string {
  return Buffer.from(key).toString("base64url");
}
